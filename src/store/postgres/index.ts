/** The store in a PostgreSQL database. */
import type { Store } from '../contract.js';
import { Connections, type PoolOptions } from './connections.js';
import { prepare } from './migrations.js';
import { PostgresStore } from './store.js';

export interface PostgresOptions extends PoolOptions {
  readonly readonly?: boolean;
  /** Make the tables when there are none (default: unless readonly). */
  readonly create?: boolean;
}

/** @throws SpanmeterError SPANMETER_STORE_*, SPANMETER_USAGE for an unreadable URL, or SPANMETER_NOT_FOUND for a missing database */
export async function openPostgres(url: string, options: PostgresOptions = {}): Promise<Store> {
  const readonly = options.readonly ?? false;
  const connections = new Connections(url, options);
  try {
    await prepare(connections, options.create ?? !readonly);
    return new PostgresStore(connections, readonly);
  } catch (thrown) {
    await connections.close();
    throw thrown;
  }
}
