// A PostgreSQL for a benchmark, with the settings that it comes with: commits are waited for.
import { PostgresServer } from '../../test/helpers/postgres-server.mjs';

/** @returns what makes an empty database and gives its URL, and what ends the server */
export async function startPostgres() {
  const server = await PostgresServer.start();
  return { database: () => server.database(), stop: () => server.close() };
}
