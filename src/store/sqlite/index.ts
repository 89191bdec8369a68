/** The store in one SQLite file. */
import type { Store } from '../contract.js';
import { sqliteDriver } from './driver.js';
import { storeError } from './errors.js';
import { migrate } from './migrations.js';
import { openDatabase, type OpenOptions } from './open.js';
import { importInto } from './pymon.js';
import { SqliteStore } from './store.js';

const MEMORY = ':memory:';

/** A new one. */
export function openMemory(): SqliteStore {
  const database = sqliteDriver()(MEMORY, {});
  migrate(database, MEMORY);
  return new SqliteStore(database, MEMORY);
}

export async function openSqlite(file: string, options: OpenOptions): Promise<Store> {
  if (file === MEMORY) return openMemory();
  const { database, flavour } = openDatabase(file, options);
  if (flavour === 'spanmeter') return new SqliteStore(database, file);
  // Its tables have neither our identities nor our indexes: a copy in memory has, and the file stays untouched.
  database.close();
  const copy = sqliteDriver()(MEMORY, {});
  try {
    migrate(copy, file);
    importInto(copy, file, (work) => copy.transaction(work)());
    return new SqliteStore(copy, file, true);
  } catch (thrown) {
    copy.close();
    throw storeError(thrown, file);
  }
}
