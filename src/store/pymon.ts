/** Imports the history that pytest-monitor kept. */
import path from 'node:path';
import { SpanmeterError } from '../model/errors.js';
import type { Store } from './contract.js';
import type { Imported } from './sqlite/pymon.js';
import { SqliteStore } from './sqlite/store.js';

export type { Imported } from './sqlite/pymon.js';

/**
 * Adds what the `.pymon` file has and the store has not; its numbers and texts stay as they are, digit for digit. Importing it
 * again, also after it has grown, adds only what is new. The file is only read.
 * @throws SpanmeterError SPANMETER_NOT_FOUND, SPANMETER_STORE_*, or SPANMETER_USAGE for a store that is no SQLite file
 */
export async function importPymon(store: Store, file: string): Promise<Imported> {
  if (!(store instanceof SqliteStore)) {
    throw new SpanmeterError('SPANMETER_USAGE', `A .pymon file can be imported into a SQLite history only, not into ${store.location}.`);
  }
  return store.importPymon(path.resolve(file));
}
