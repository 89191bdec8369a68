/** What a location is asked by. */
import type { ServedStore } from '../../store/served.js';
import { RemoteStore } from '../../store/remote/store.js';
import { openToRead } from '../open-to-read.js';
import { RemoteSource } from './remote.js';
import type { Source } from './source.js';
import { SqlSource } from './sql.js';

export type { Source };

export async function openSource(location: string, options: { readonly token?: string }): Promise<Source> {
  const store = await openToRead(location, options);
  return store instanceof RemoteStore ? new RemoteSource(store) : new SqlSource(store as ServedStore);
}
