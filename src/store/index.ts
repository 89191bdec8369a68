/** Opens the store that a path or URL names. A new kind of store is one file and one line in OPENERS. */
import path from 'node:path';
import { SpanmeterError } from '../model/errors.js';
import type { Store } from './contract.js';
import { openSqlite } from './sqlite/index.js';

export { importPymon, type Imported } from './pymon.js';
export type { KindTotals, ReadingQuery, SessionQuery, SessionSummary, Store, StoredReading, StoredSession } from './contract.js';

export interface StoreOptions {
  /** Only queries (default: false). */
  readonly readonly?: boolean;
  /** Make it when there is none (default: true unless readonly). */
  readonly create?: boolean;
  /** What a server knows this machine by (default: SPANMETER_TOKEN, else the password inside its URL). */
  readonly token?: string;
}

type Open = (location: string, options: StoreOptions) => Promise<Store>;

/** By URL scheme; a path has none. */
const OPENERS: ReadonlyMap<string, Open> = new Map([
  ['', openSqlite],
  ['postgres', openPostgresLater],
  ['postgresql', openPostgresLater],
  ['http', openRemoteLater],
  ['https', openRemoteLater],
]);

// Only who names one loads what it takes to speak to it. Not by import(): Jest's sandbox has none.
/* eslint-disable @typescript-eslint/no-require-imports */
async function openPostgresLater(url: string, options: StoreOptions): Promise<Store> {
  const { openPostgres } = require('./postgres/index.js') as typeof import('./postgres/index.js');
  return openPostgres(url, options);
}

async function openRemoteLater(url: string, options: StoreOptions): Promise<Store> {
  const { openRemote } = require('./remote/index.js') as typeof import('./remote/index.js');
  return openRemote(url, options);
}
/* eslint-enable @typescript-eslint/no-require-imports */

/** A store that lives as long as it is open. */
export const IN_MEMORY = ':memory:';

/** Two letters at least: `C:` is a drive. */
const SCHEME = /^([a-z][a-z0-9+.-]+):\/\//i;

/**
 * @param location IN_MEMORY, or the path of a SQLite history (also of a pytest-monitor `.pymon` file, for reading), or the postgres:// URL of a database
 * @throws SpanmeterError SPANMETER_STORE_* or SPANMETER_NOT_FOUND, or SPANMETER_USAGE for an unknown scheme
 */
export async function openStore(location: string, options: StoreOptions = {}): Promise<Store> {
  const scheme = SCHEME.exec(location)?.[1]?.toLowerCase() ?? '';
  const open = OPENERS.get(scheme);
  if (open === undefined)
    throw new SpanmeterError('SPANMETER_USAGE', `A store cannot be opened by "${scheme}://". Name a file or postgres://... with --db.`);
  return open(scheme === '' && location !== IN_MEMORY ? path.resolve(location) : location, options);
}
