/** A store that a server can stand before: SQLite and PostgreSQL. */
import type { Store } from './contract.js';
import type { Sql } from './sql/port.js';

export interface ServedStore extends Store {
  /** For the queries of src/store/sql. */
  readonly sql: Sql;
}
