/** Opens the history as a store that a server can stand before: what `serve`, `token` and `prune` need. */
import { SpanmeterError } from '../model/errors.js';
import { openStore, type StoreOptions } from '../store/index.js';
import type { ServedStore } from '../store/served.js';
import type { Flags } from './command.js';
import { locationOf, optionsOf } from './history.js';
import type { Io } from './io.js';

/** @throws SpanmeterError SPANMETER_USAGE for a store that is somebody else's to serve */
export async function openServed(io: Io, flags: Flags, how: StoreOptions = {}): Promise<ServedStore> {
  const store = await openStore(locationOf(await optionsOf(io, flags)), how);
  if ('tokens' in store) return store as ServedStore;
  await store.close();
  throw new SpanmeterError(
    'SPANMETER_USAGE',
    `${withoutUser(store.location)} is no history of its own. Name a file or a PostgreSQL with --db.`,
  );
}

export async function withServed<T>(io: Io, flags: Flags, how: StoreOptions, use: (store: ServedStore) => Promise<T>): Promise<T> {
  const store = await openServed(io, flags, how);
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

/** A location as it may be shown to everybody. Stores leave out passwords; who the user is need not be told either. */
export function withoutUser(location: string): string {
  return location.replace(/^([a-z][a-z0-9+.-]+:\/\/)[^/@]*@/i, '$1');
}
