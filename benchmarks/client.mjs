// How long until a history is a data frame? 100,000 and 1,000,000 metrics into an Arrow table, from SQLite, from PostgreSQL, and from
// our server. Yardsticks: 100,000 metrics through the Python client of monitor-server-api, measured on two cores: 9.9 s from its server
// (with its paging mended), 1.9 s from a local file.
//
//   node benchmarks/client.mjs [--only sqlite|server|postgres]
//
// Each line is the median of five fresh processes, after the import of the client.
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openStore } from '../dist/store/index.js';
import { startServer } from './lib/server.mjs';
import { readings, sessionRecord, writers } from './lib/synthetic.mjs';

const { values: options } = parseArgs({ options: { only: { type: 'string' } } });
const SESSIONS = 500;
const ITEMS = 2000;
const ROUNDS = 5;
const PYTHON_SERVER = 9900;
const PYTHON_FILE = 1900;
const MOST_MEMORY = 500;
/** What pytest-monitor has of a metric. */
const COLUMNS =
  'session,context,started_at,file,name,variant,kind,component,wall_time,user_time,kernel_time,cpu_time,peak_rss,status'.split(',');

async function fill(location) {
  const store = await openStore(location);
  for (let number = 0; number < SESSIONS; number++) {
    const session = sessionRecord(number);
    await store.putSession(session);
    for (const writer of writers(session)) await store.putWriter(writer);
    await store.putReadings(readings(session, ITEMS));
  }
  await store.close();
}

function readOnce(work) {
  return new Promise((resolve, reject) => {
    const child = fork(path.join(import.meta.dirname, 'lib/read-client.mjs'));
    child.on('message', resolve);
    child.on('exit', () => reject(new Error('The client ended without an answer.')));
    child.send(work);
  });
}

async function read(location, query) {
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await readOnce({ location, query }));
  return rounds.sort((a, b) => a.spent - b.spent)[Math.floor(ROUNDS / 2)];
}

function print(name, { rows, spent, peak }, goal) {
  console.log(
    `  ${`${rows} rows, ${name}`.padEnd(32)} ${spent.toFixed(0).padStart(6)} ms, RSS at most ${peak.toFixed(0).padStart(4)} MiB (${goal})`,
  );
}

/** @param python what the Python client takes for the first of them, where that can be compared */
async function measure(name, location, python, times) {
  console.log(`From ${name}:`);
  const some = await read(location, { columns: COLUMNS, last: 50 });
  const ratio = `${(python / some.spent).toFixed(0)} times as fast as the Python client, goal ${times}`;
  print('14 columns', some, python === undefined ? 'no goal' : ratio);
  const all = await read(location, { columns: COLUMNS });
  print('14 columns', all, `goal 3000 ms, ${MOST_MEMORY} MiB`);
  const wide = await read(location, {});
  print('all columns', wide, `${(wide.spent / all.spent).toFixed(1)} times the 14; goal 2.5 x 3000 ms`);
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'spanmeter-bench-'));
try {
  if (options.only !== 'postgres') {
    const file = path.join(folder, 'history.db');
    await fill(file);
    if (options.only !== 'server') await measure('a file (SQLite)', file, PYTHON_FILE, 10);
    if (options.only !== 'sqlite') {
      const server = await startServer(file);
      try {
        await measure('our server, over SQLite', `http://127.0.0.1:${server.port}`, PYTHON_SERVER, 30);
      } finally {
        await server.stop();
      }
    }
  }
  if (options.only === undefined || options.only === 'postgres') {
    const { startPostgres } = await import('./lib/postgres.mjs');
    const postgres = await startPostgres();
    try {
      const database = await postgres.database();
      await fill(database);
      await measure('PostgreSQL', database);
    } finally {
      await postgres.stop();
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
