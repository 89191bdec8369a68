/** What a location is asked by. */
import type { ServedStore } from '../../store/served.js';
import { RemoteStore } from '../../store/remote/store.js';
import { V1Store } from '../../store/v1/store.js';
import { openToRead } from '../open-to-read.js';
import { RemoteSource } from './remote.js';
import type { Source } from './source.js';
import { SqlSource } from './sql.js';
import { V1Source } from './v1.js';

export type { Source };

export async function openSource(location: string, options: { readonly token?: string }): Promise<Source> {
  const store = await openToRead(location, options);
  if (store instanceof RemoteStore) return new RemoteSource(store);
  return store instanceof V1Store ? new V1Source(store) : new SqlSource(store as ServedStore);
}
