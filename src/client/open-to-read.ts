/** Opens a history for questions. */
import { SpanmeterError } from '../model/errors.js';
import type { Store } from '../store/contract.js';
import { openStore } from '../store/index.js';

/** A history of an older version must be written once, to be brought up to date. */
export async function openToRead(location: string, options: { readonly token?: string } = {}): Promise<Store> {
  try {
    return await openStore(location, { ...options, readonly: true, create: false });
  } catch (thrown) {
    if (!(thrown instanceof SpanmeterError) || thrown.code !== 'SPANMETER_STORE_WRITE') throw thrown;
    return openStore(location, { ...options, create: false });
  }
}
