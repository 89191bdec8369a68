/** A store that a server can stand before: SQLite and PostgreSQL. */
import type { Batch } from '../journal/batch.js';
import type { Store } from './contract.js';
import type { Pruned, PruneQuery } from './prune.js';
import type { CountedMetric, PymonContext, PymonMetric, PymonSession, Put } from './pymon-rows.js';
import type { Sql } from './sql/port.js';
import type { Tokens } from './tokens.js';

export interface ServedStore extends Store {
  /** For the queries of src/store/sql. */
  readonly sql: Sql;

  /** Makes what only a server needs, such as indexes that a local history shall not pay for. Called once, before it listens. */
  prepareToServe(): Promise<void>;
  /** Computes the zones (src/store/sql/zones.ts) that are missing. Called before each query that reads them. */
  ensureZones(): Promise<void>;

  /** pytest-monitor's rows, as if they were written through the views. */
  putPymonContext(context: PymonContext): Promise<Put>;
  putPymonSession(session: PymonSession): Promise<Put>;
  /** All or none. Rows of several calls may share a transaction; when the promise is fulfilled they are stored. */
  putPymonMetrics(metrics: readonly PymonMetric[]): Promise<void>;
  /**
   * The copy of another history's rows: adds what is missing until there are as many as each says. All or none.
   * @returns how many were added
   */
  putMissingPymonMetrics(metrics: readonly CountedMetric[]): Promise<number>;

  /**
   * Session, writers and readings in one transaction.
   * @returns how many readings were new or replaced
   */
  putBatch(batch: Batch): Promise<number>;

  readonly tokens: Tokens;
  /** Sessions go a few at a time, so that others can write in between. What is cut short is completed by the next call. */
  prune(query: PruneQuery): Promise<Pruned>;
}
