/** One real PostgreSQL for a test file, and a new database for each test. */
import { afterAll, beforeAll } from 'vitest';
import { PostgresServer, type ServerOptions } from './postgres-server.mjs';

export { PostgresServer } from './postgres-server.mjs';

/** What only a power cut could lose is not waited for: a test ends processes, never the machine. */
const FAST = { fsync: 'off', full_page_writes: 'off', max_connections: '60' };

/** @returns the server, which runs while the tests of the file run */
export function postgres(options: ServerOptions = {}): () => PostgresServer {
  let server: PostgresServer | undefined;
  beforeAll(async () => {
    server = await PostgresServer.start({ settings: { ...FAST, ...options.settings } });
  });
  afterAll(() => server?.close());
  return () => server!;
}
