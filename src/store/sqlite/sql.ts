/** The port for queries over a SQLite connection. */
import type { Dialect, Sql } from '../sql/port.js';
import { translated } from './errors.js';
import type { Statements } from './statements.js';

const DIALECT: Dialect = { like: (text, pattern) => `${text} LIKE ${pattern}` };

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
