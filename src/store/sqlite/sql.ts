/** The port for queries over a SQLite connection. */
import type { Asking } from '../sql/ask.js';
import type { Dialect, Sql } from '../sql/port.js';
import { translated } from './errors.js';
import type { Statements } from './statements.js';

export const DIALECT: Dialect = {
  like: (text, pattern) => `${text} LIKE ${pattern}`,
  contains: (text, part) => `instr(lower(${text}), lower(${part})) > 0`,
  among: (column, numbers) => `${column} IN (SELECT value FROM json_each(${numbers}))`,
  elements: (json) => `json_each(${json})`,
  joined: (column) => `group_concat(${column} ORDER BY ${column})`,
  seeksComponents: false,
};

/** Answers a query's questions one after the other. */
export function answer<T>(statements: Statements, asking: Asking<T>): T {
  let step = asking.next();
  while (step.done !== true) step = asking.next(statements.rows<unknown[]>(step.value.sql, ...step.value.values));
  return step.value;
}

export class SqliteSql implements Sql {
  readonly dialect = DIALECT;

  constructor(
    readonly statements: Statements,
    readonly location: string,
  ) {}

  async rows<T extends readonly unknown[]>(sql: string, ...values: readonly unknown[]): Promise<T[]> {
    return translated(this.location, () => this.statements.rows<T>(sql, ...values));
  }
}
