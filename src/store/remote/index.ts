/** The store on a server: ours, or one that speaks /api/v1 only, as monitor-server-api does. */
import type { Store } from '../contract.js';
import { ask, RemoteError, serverOf, type Server } from './http.js';
import { now, persist } from './send.js';
import { RemoteStore } from './store.js';

/** Milliseconds. */
const LONGEST_ANSWER = 60_000;
/** What people copy from pytest-monitor's options and from /docs. */
const API = /\/api\/v([12])$/;

/**
 * Nothing is asked until something is wanted, unless the URL names /api/v1: then whoever answers there may be no server of ours.
 * @param token default: SPANMETER_TOKEN, else the password inside the URL
 */
export async function openRemote(url: string, { token }: { readonly token?: string | undefined }): Promise<Store> {
  const given = serverOf(url, token ?? (process.env['SPANMETER_TOKEN'] || undefined));
  const version = API.exec(given.url)?.[1];
  const server = { ...given, url: given.url.replace(API, '') };
  return version !== '1' || (await isOurs(server)) ? new RemoteStore(server) : openV1(server);
}

async function isOurs(server: Server): Promise<boolean> {
  const request = { method: 'GET', path: '/api/v2/sessions?limit=0' } as const;
  try {
    const answer = await persist(now() + LONGEST_ANSWER, (timeout) => ask(server, { ...request, timeout }));
    return 'sessions' in answer;
  } catch (thrown) {
    // Without a status, it was no JSON that came.
    if (thrown instanceof RemoteError && !thrown.isPassing && (thrown.status === undefined || thrown.status === 404)) return false;
    throw thrown;
  }
}

/* eslint-disable @typescript-eslint/no-require-imports -- only who needs a database loads one; not by import(): Jest's sandbox has none */
async function openV1(server: Server): Promise<Store> {
  const { V1Store } = require('../v1/store.js') as typeof import('../v1/store.js');
  const { openMemory } = require('../sqlite/index.js') as typeof import('../sqlite/index.js');
  return new V1Store(server, openMemory());
}
/* eslint-enable @typescript-eslint/no-require-imports */
