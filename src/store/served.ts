/** A store that a server can stand before: SQLite and PostgreSQL. */
import type { Batch } from '../journal/batch.js';
import type { Store } from './contract.js';
import type { Sql } from './sql/port.js';

export interface ServedStore extends Store {
  /** For the queries of src/store/sql. */
  readonly sql: Sql;
  /**
   * Session, writers and readings in one transaction.
   * @returns how many readings were new or replaced
   */
  putBatch(batch: Batch): Promise<number>;
}
