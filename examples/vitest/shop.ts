/** A small shop, so that the tests have something to do. */
import { createHash, pbkdf2, pbkdf2Sync } from 'node:crypto';
import { promisify } from 'node:util';

export interface Order {
  readonly id: number;
  readonly customer: string;
  /** Cents. */
  readonly total: number;
}

export function makeOrders(count: number): Order[] {
  return Array.from({ length: count }, (_, id) => ({ id, customer: `customer ${id % 97}`, total: (id * 7919) % 100_000 }));
}

/** Sums by customer: one pass, little memory. */
export function totals(orders: Iterable<Order>): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { customer, total } of orders) sums.set(customer, (sums.get(customer) ?? 0) + total);
  return sums;
}

/** The whole report in one piece: quick, and memory for all of it. */
export function report(orders: readonly Order[]): Buffer {
  return Buffer.from(orders.map((order) => JSON.stringify(order).padEnd(256)).join('\n'));
}

export function fingerprint(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** On this thread. */
export function hashPassword(password: string, rounds: number): Buffer {
  return pbkdf2Sync(password, 'salt', rounds, 32, 'sha256');
}

/** On a thread of the pool: this thread waits. */
export const hashPasswordLater = promisify(pbkdf2);
