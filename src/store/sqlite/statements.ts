/** Prepared statements of one connection, by their text. */
import type { SqliteDatabase, SqliteStatement } from './driver.js';

const LIMIT = 500;

export class Statements {
  readonly database: SqliteDatabase;
  #prepared = new Map<string, SqliteStatement>();

  constructor(database: SqliteDatabase) {
    this.database = database;
  }

  /** @returns a statement whose rows are arrays */
  raw(sql: string): SqliteStatement {
    let statement = this.#prepared.get(sql);
    if (statement === undefined) {
      if (this.#prepared.size >= LIMIT) this.#prepared.clear();
      statement = this.database.prepare(sql);
      if (statement.reader) statement.raw(true);
      this.#prepared.set(sql, statement);
    }
    return statement;
  }

  run(sql: string, ...values: unknown[]): number {
    return this.raw(sql).run(...values).changes;
  }

  /** The first column of the first row. */
  value(sql: string, ...values: unknown[]): unknown {
    return (this.raw(sql).get(...values) as [unknown] | undefined)?.[0];
  }

  /** The same, where it is a whole number or the row is missing. */
  number(sql: string, ...values: unknown[]): number | undefined {
    return this.value(sql, ...values) as number | undefined;
  }

  rows<T extends readonly unknown[]>(sql: string, ...values: unknown[]): T[] {
    return this.raw(sql).all(...values) as T[];
  }
}
