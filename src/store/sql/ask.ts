/**
 * Queries that are written once for databases that answer at once and for those that answer later: a generator yields its questions,
 * and the store that runs it hands the rows back. All questions of one generator are asked in one transaction.
 */
import type { Dialect } from './port.js';

/** `?` in the SQL stands for a value. */
export interface Question {
  readonly sql: string;
  readonly values: readonly unknown[];
}

export type Asking<T> = Generator<Question, T, unknown[][]>;

/** A query, of the dialect that it will be answered in. */
export type Query<T> = (dialect: Dialect) => Asking<T>;

/** Rows as arrays in the order of the columns. */
export function* ask<Row extends readonly unknown[]>(sql: string, ...values: readonly unknown[]): Asking<Row[]> {
  return (yield { sql, values }) as unknown as Row[];
}

/** The first column of the first row. */
export function* askValue<T>(sql: string, ...values: readonly unknown[]): Asking<T | undefined> {
  const [row] = yield* ask<[T]>(sql, ...values);
  return row?.[0];
}
