/** The store on a server. */
import type { Store } from '../contract.js';
import { serverOf } from './http.js';
import { RemoteStore } from './store.js';

/** Nothing is asked until something is wanted. @param token default: SPANMETER_TOKEN, else the password inside the URL */
export async function openRemote(url: string, { token }: { readonly token?: string | undefined }): Promise<Store> {
  return new RemoteStore(serverOf(url, token ?? (process.env['SPANMETER_TOKEN'] || undefined)));
}
