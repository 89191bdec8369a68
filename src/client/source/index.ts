/** What a location is asked by. */
import type { ServedStore } from '../../store/served.js';
import { SpanmeterError } from '../../model/errors.js';
import { openToRead } from '../open-to-read.js';
import type { Source } from './source.js';
import { SqlSource } from './sql.js';

export type { Source };

export async function openSource(location: string, options: { readonly token?: string }): Promise<Source> {
  const store = await openToRead(location, options);
  if ('sql' in store) return new SqlSource(store as ServedStore);
  throw new SpanmeterError('SPANMETER_USAGE', 'Not yet.');
}
