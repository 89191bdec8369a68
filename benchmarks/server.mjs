// How fast is the server? Single metrics as pytest-monitor posts them, batches as runs send them, and questions at 100,000 and at
// 1,000,000 rows, on SQLite and on PostgreSQL. Yardsticks: the Flask server that pytest-monitor's users have, measured on two cores:
// 269 and 349 metrics a second from one client and from eight; 106 to 447 ms for a page of 1,000,000 rows.
//
//   node benchmarks/server.mjs [--sessions 500] [--items 2000] [--only sqlite|postgres]
//
// --sessions and --items: how many rows there are in the end; a tenth of the sessions is asked first. --only: one of the databases.
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { encodeBatch } from '../dist/journal/batch.js';
import { startServer } from './lib/server.mjs';
import { readings, sessionRecord, writers } from './lib/synthetic.mjs';

const { values: options } = parseArgs({
  options: { sessions: { type: 'string', default: '500' }, items: { type: 'string', default: '2000' }, only: { type: 'string' } },
});
const SESSIONS = Number(options.sessions);
const ITEMS = Number(options.items);
const EARLY = SESSIONS / 10;
/** That lib/synthetic.mjs spreads its items over. */
const COMPONENTS = 10;
const JSON_TYPE = { 'content-type': 'application/json' };
const here = import.meta.dirname;

const METRIC = {
  session_h: 'bench',
  context_h: 'bench',
  item_start_time: '2026-01-01T00:00:00.000001',
  item_path: 'tests.unit',
  item: 'test_one',
  item_variant: 'test_one[1]',
  item_fs_loc: 'tests/unit.py',
  kind: 'function',
  component: 'bench',
  total_time: 0.25,
  user_time: 0.125,
  kernel_time: 0.0625,
  cpu_usage: 0.75,
  mem_usage: 1.5,
};
const CONTEXT = {
  h: 'bench',
  cpu_count: 8,
  cpu_frequency: 2500,
  cpu_type: 'x86_64',
  cpu_vendor: 'any',
  ram_total: 16384,
  machine_node: 'bench',
  machine_type: 'x86_64',
  machine_arch: '64bit',
  system_info: 'Linux',
  python_info: '3.11',
};

function load(work) {
  return new Promise((resolve, reject) => {
    const child = fork(path.join(here, 'lib/load.mjs'));
    child.on('message', resolve);
    child.on('error', reject);
    child.send(work);
  });
}

async function post(port, route, body) {
  const answer = await fetch(`http://127.0.0.1:${port}${route}`, { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(body) });
  if (answer.status !== 201) throw new Error(`${route}: ${answer.status} ${await answer.text()}`);
}

async function singleMetrics({ port }) {
  await post(port, '/api/v1/contexts/', CONTEXT);
  await post(port, '/api/v1/sessions/', { session_h: 'bench', run_date: '2026-01-01T00:00:00', scm_ref: 'x', description: {} });
  for (const [clients, flask] of [
    [1, 269],
    [8, 349],
  ]) {
    const bodies = [Buffer.from(JSON.stringify(METRIC)).toString('base64')];
    const { spent, statuses } = await load({ port, clients, seconds: 5, path: '/api/v1/metrics/', headers: JSON_TYPE, bodies });
    const rate = (statuses[201] / spent) * 1000;
    const name = `one metric a POST, ${clients} ${clients === 1 ? 'client' : 'clients'}`;
    console.log(`  ${name.padEnd(46)} ${rate.toFixed(0).padStart(8)} /s  ${(rate / flask).toFixed(1)} times Flask's ${flask} (goal 10)`);
    if (Object.keys(statuses).length > 1) console.log(`    other answers: ${JSON.stringify(statuses)}`);
  }
}

/** A session in batches of 2,000 rows, as a run sends it. */
function batchesOf(number) {
  const session = sessionRecord(number);
  const all = readings(session, ITEMS);
  const batches = [];
  for (let at = 0; at < all.length; at += 2000) {
    batches.push(
      gzipSync(encodeBatch({ session, writers: writers(session), records: all.slice(at, at + 2000) }), { level: 1 }).toString('base64'),
    );
  }
  return batches;
}

async function batches({ port, memory }, from, to, goal) {
  let [rows, spent] = [0, 0];
  // Bodies are made before the clock runs, some at a time.
  for (let at = from; at < to; at += 50) {
    const bodies = Array.from({ length: Math.min(50, to - at) }, (_, index) => batchesOf(at + index)).flat();
    const headers = { 'content-type': 'application/x-spanmeter-batch', 'content-encoding': 'gzip' };
    const seen = await load({ port, clients: 8, path: '/api/v2/batches', headers, bodies });
    if (seen.statuses[200] !== bodies.length) throw new Error(JSON.stringify(seen));
    rows += Math.min(50, to - at) * ITEMS;
    spent += seen.spent;
  }
  const rate = (rows / spent) * 1000;
  const name = `${rows} rows in batches, 8 clients`;
  console.log(
    `  ${name.padEnd(46)} ${rate.toFixed(0).padStart(8)} rows/s (goal ${goal}); peak RSS ${memory('VmHWM').toFixed(0)} MiB (goal 200)`,
  );
}

const QUESTIONS = [
  ['first page of all metrics', '/api/v1/metrics/?page=1'],
  ['middle page', (pages) => `/api/v1/metrics/?page=${Math.ceil(pages / 2)}`],
  ['last page', (pages) => `/api/v1/metrics/?page=${pages}`],
  ['page=-1', '/api/v1/metrics/?page=-1'],
  ["an item's history", `/api/v1/items/${encodeURIComponent('does what was asked of it, case 777')}/metrics`],
  ['count of all metrics', '/api/v1/metrics/count'],
  ["count of an item's", `/api/v1/items/${encodeURIComponent('does what was asked of it, case 777')}/metrics/count`],
  ['head of memory', '/api/v1/resources/memory/head/metrics'],
  ['tail of memory', '/api/v1/resources/memory/tail/metrics'],
  ['head of total_time', '/api/v1/resources/total_time/head/metrics'],
  ['head of cpu', '/api/v1/resources/cpu/head/metrics'],
  ['head of memory in a component', '/api/v1/resources/memory/components/component-3/head/metrics'],
  ['tail of memory in a component', '/api/v1/resources/memory/components/component-3/tail/metrics'],
  ['head of memory in a pipeline', '/api/v1/resources/memory/pipelines/main/head/metrics'],
  ['head of memory, 500 rows', '/api/v1/resources/memory/head/500/metrics'],
  ['tail of total_time, 500 rows', '/api/v1/resources/total_time/tail/500/metrics'],
  ['sessions with a tag', '/api/v1/sessions/?with_flags=pipeline_build_no&restrict_flags=0'],
  ['components', '/api/v1/components/'],
  ['a kind, page=-1', '/api/v1/filters/scope/function/metrics?page=-1'],
  ['middle page of a component', (pages) => `/api/v1/components/component-3/metrics?page=${Math.ceil(pages / COMPONENTS / 2)}`],
  ['v2: first page of all', '/api/v2/metrics?limit=500'],
  ["v2: an item's history", '/api/v2/metrics?name=does%20what%20was%20asked%20of%20it%2C%20case%20777'],
];

async function questions({ port }, results) {
  const base = `http://127.0.0.1:${port}`;
  const { total_page: pages } = await (await fetch(`${base}/api/v1/metrics/`)).json();
  for (const [name, route] of QUESTIONS) {
    const url = base + (typeof route === 'function' ? route(pages) : route);
    const times = [];
    let answer;
    for (let round = 0; round < 15; round++) {
      const start = performance.now();
      answer = await fetch(url);
      await answer.arrayBuffer();
      times.push(performance.now() - start);
    }
    if (answer.status !== 200) throw new Error(`${name}: ${answer.status}`);
    const known = results.get(name) ?? [];
    known.push({ median: times.toSorted((a, b) => a - b)[7], first: times[0] });
    results.set(name, known);
  }
}

async function arrow({ port, memory }) {
  const columns = 'session,context,started_at,file,name,variant,kind,component,wall_time,user_time,kernel_time,cpu_time,peak_rss,status';
  const start = performance.now();
  const answer = await fetch(`http://127.0.0.1:${port}/api/v2/metrics?format=arrow&columns=${columns}`);
  let bytes = 0;
  let most = 0;
  for await (const chunk of answer.body) {
    bytes += chunk.length;
    most = Math.max(most, memory('VmRSS'));
  }
  const seconds = (performance.now() - start) / 1000;
  console.log(
    `  all rows, 14 columns, as an Arrow stream       ${seconds.toFixed(1).padStart(8)} s (goal 5), ${(bytes / 2 ** 20).toFixed(0)} MiB; RSS at most ${most.toFixed(0)} MiB`,
  );
}

/** @param databases one for single metrics, one for the rest */
async function measure(name, databases, goal) {
  console.log(`${name}:`);
  const first = await startServer(databases[0]);
  try {
    await singleMetrics(first);
  } finally {
    await first.stop();
  }
  const server = await startServer(databases[1]);
  try {
    const results = new Map();
    await batches(server, 0, EARLY, goal);
    await questions(server, results);
    await batches(server, EARLY, SESSIONS, goal);
    await questions(server, results);
    console.log(
      `  ${'median of 15 (the first), at'.padEnd(40)} ${String(EARLY * ITEMS).padStart(18)} ${String(SESSIONS * ITEMS).padStart(18)} rows (goal 10 ms)`,
    );
    for (const [question, times] of results) {
      const cells = times.map(({ median, first }) => `${median.toFixed(1)} (${first.toFixed(1)}) ms`.padStart(18));
      console.log(`  ${question.padEnd(40)} ${cells.join(' ')}`);
    }
    await arrow(server);
  } finally {
    await server.stop();
  }
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'spanmeter-bench-'));
try {
  if (options.only !== 'postgres') {
    const file = path.join(folder, 'history.db');
    await measure('SQLite', [path.join(folder, 'single.db'), file], 100_000);
    console.log(`  the file: ${(statSync(file).size / SESSIONS / ITEMS).toFixed(1)} bytes a row`);
  }
  if (options.only !== 'sqlite') {
    const { commitsPerSecond, startPostgres } = await import('./lib/postgres.mjs');
    const postgres = await startPostgres();
    try {
      console.log(
        `One row a transaction into this PostgreSQL, one connection: ${(await commitsPerSecond(await postgres.database())).toFixed(0)} /s`,
      );
      await measure('PostgreSQL', [await postgres.database(), await postgres.database()], 50_000);
    } finally {
      await postgres.stop();
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
