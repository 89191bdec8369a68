// A PostgreSQL for a benchmark, with the settings that it comes with: commits are waited for.
import { PostgresServer } from '../../test/helpers/postgres-server.mjs';

/** @returns the URL of an empty database, and what ends the server */
export async function startPostgres() {
  const server = await PostgresServer.start();
  return { url: await server.database(), stop: () => server.close() };
}
