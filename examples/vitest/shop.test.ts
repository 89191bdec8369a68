import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { fingerprint, hashPassword, hashPasswordLater, makeOrders, report, totals } from './shop.js';

describe('orders', () => {
  test('are summed by customer', () => {
    expect(totals(makeOrders(1000)).size).toBe(97);
  });
  test('make a report, at the price of some memory', () => {
    expect(fingerprint(report(makeOrders(60_000)))).toHaveLength(64);
  });
  test.each([1_000, 10_000, 100_000])('%i of them are summed', (count) => {
    expect(totals(makeOrders(count)).size).toBe(97);
  });
  test.todo('can be cancelled');
});

describe('passwords', () => {
  test('are hashed on this thread', () => {
    expect(hashPassword('secret', 150_000)).toHaveLength(32);
  });
  test('are hashed on another thread', async () => {
    expect(await hashPasswordLater('secret', 'salt', 150_000, 32, 'sha256')).toHaveLength(32);
  });
  test.skip('are hashed with a thousand times the rounds', () => {
    expect(hashPassword('secret', 150_000_000)).toHaveLength(32);
  });
});

describe('the payment service', () => {
  let calls = 0;
  test('answers after a while: time, but no work', async () => {
    await sleep(60);
  });
  test('needs a second try', { retry: 2 }, async () => {
    calls += 1;
    await sleep(10);
    expect(calls).toBeGreaterThan(1);
  });
});
