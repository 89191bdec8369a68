/** A real server on a real socket and a SQLite history, for the time of a test. */
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createApp } from '../../dist/server/app.js';
import { openStore } from '../../dist/store/index.js';
import type { ServedStore } from '../../dist/store/served.js';
import { temporaryFolder } from './temporary.js';

export interface TestServer {
  readonly url: string;
  /** The history behind it. */
  readonly store: ServedStore;
  end(): Promise<void>;
}

/** @param port 0: any @param file of the history; default: a new one */
export async function startServer(port = 0, file = join(temporaryFolder(), 'server.db')): Promise<TestServer> {
  const store = (await openStore(file)) as ServedStore;
  const app = await createApp({ store, pageSize: 500 });
  const url = await app.listen({ host: '127.0.0.1', port });
  let ended: Promise<void> | undefined;
  const end = (): Promise<void> => (ended ??= app.close().then(() => store.close()));
  onTestFinished(end);
  return { url, store, end };
}
