// A PostgreSQL for a benchmark, with the settings that it comes with: commits are waited for.
import { Client } from 'pg';
import { PostgresServer } from '../../test/helpers/postgres-server.mjs';

/** @returns what makes an empty database and gives its URL, and what ends the server */
export async function startPostgres() {
  const server = await PostgresServer.start();
  return { database: () => server.database(), stop: () => server.close() };
}

/** What one client could reach at most: rows a second, each in a transaction of its own, on one connection without a server between. */
export async function commitsPerSecond(url, seconds = 3) {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('CREATE TABLE yardstick (number integer)');
    let commits = 0;
    const start = performance.now();
    for (; performance.now() - start < seconds * 1000; commits++) {
      await client.query({ name: 'insert', text: 'INSERT INTO yardstick VALUES ($1)', values: [commits] });
    }
    return (commits / (performance.now() - start)) * 1000;
  } finally {
    await client.end();
  }
}
