/** A store that a server can stand before: SQLite and PostgreSQL. */
import type { Store } from './contract.js';
import type { Pruned, PruneQuery } from './prune.js';
import type { Sql } from './sql/port.js';
import type { Tokens } from './tokens.js';

export interface ServedStore extends Store {
  /** For the queries of src/store/sql. */
  readonly sql: Sql;
  readonly tokens: Tokens;
  /** Sessions go a few at a time, so that others can write in between. What is cut short is completed by the next call. */
  prune(query: PruneQuery): Promise<Pruned>;
}
