// What /api/v1 takes to answer, at a tenth and at all of 1,000,000 rows: medians of whole answers, without a socket; and how many
// metrics a second come in over sockets, with the clients in the same process.
//
//   node benchmarks/v1.mjs [--postgres] [--sessions 500] [--items 2000] [--rounds 15]
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createApp } from '../dist/server/app.js';
import { openStore } from '../dist/store/index.js';
import { readings, sessionRecord, writers } from './lib/synthetic.mjs';

const { values: options } = parseArgs({
  options: {
    postgres: { type: 'boolean', default: false },
    sessions: { type: 'string', default: '500' },
    items: { type: 'string', default: '2000' },
    rounds: { type: 'string', default: '15' },
  },
});
const SESSIONS = Number(options.sessions);
const ITEMS = Number(options.items);
const ROUNDS = Number(options.rounds);
const GOAL = 10;

const folder = mkdtempSync(path.join(tmpdir(), 'spanmeter-v1-'));
const postgres = options.postgres ? await (await import('../test/helpers/postgres-server.mjs')).PostgresServer.start() : undefined;
try {
  const store = await openStore(postgres === undefined ? path.join(folder, 'history.db') : await postgres.database());
  const tenth = Math.max(1, SESSIONS / 10);
  await fill(store, 0, tenth);
  const app = await createApp({ store, pageSize: 500 });
  await prepare(store);
  const few = await measureAll(app, tenth);
  await fill(store, tenth, SESSIONS);
  await prepare(store);
  const all = await measureAll(app, SESSIONS);
  console.log(`median of ${ROUNDS} answers: ${tenth * ITEMS} rows, ${SESSIONS * ITEMS} rows (goal ${GOAL} ms)`);
  for (const [name, milliseconds] of all) {
    console.log(
      `  ${name.padEnd(46)} ${few.get(name).toFixed(2).padStart(8)} ms ${milliseconds.toFixed(2).padStart(8)} ms${milliseconds > GOAL ? '  !' : ''}`,
    );
  }
  await measurePosts(app);
  await app.close();
  await store.close();
} finally {
  await postgres?.close();
  rmSync(folder, { recursive: true });
}

async function fill(store, from, to) {
  for (let number = from; number < to; number++) {
    const session = sessionRecord(number);
    await store.putSession(session);
    for (const writer of writers(session)) await store.putWriter(writer);
    await store.putReadings(readings(session, ITEMS));
  }
}

async function prepare(store) {
  const start = performance.now();
  await store.prepareToServe();
  console.log(`indexes and zones: ${Math.round(performance.now() - start)} ms`);
}

async function measureAll(app, sessions) {
  const pages = Math.ceil((sessions * ITEMS) / 500);
  const item = encodeURIComponent(`does what was asked of it, case ${ITEMS >> 1}`);
  const middle = sessionRecord(sessions >> 1);
  const urls = {
    'metrics, the first page': '/metrics/',
    'metrics, the middle page': `/metrics/?page=${pages >> 1}`,
    'metrics, the last page': `/metrics/?page=${pages}`,
    'metrics, page=-1': '/metrics/?page=-1',
    'metrics, count': '/metrics/count',
    'an item, its first page': `/items/${item}/metrics`,
    'an item, count': `/items/${item}/metrics/count`,
    'a variant, count': `/variants/${item}/metrics/count`,
    'a component, the first page': '/components/component-3/metrics',
    'a component, page=-1': '/components/component-3/metrics?page=-1',
    'an item of a component': `/components/component-0/items/${item}/metrics`,
    'a session': `/sessions/${middle.id}/metrics`,
    'a context, page=-1': `/contexts/${middle.context.hash}/metrics?page=-1`,
    'a context, count': `/contexts/${middle.context.hash}/metrics/count`,
    'a kind, page=-1': '/filters/scope/function/metrics?page=-1',
    'a revision': `/filters/scm/${middle.scm.revision}/metrics`,
    sessions: '/sessions/',
    'sessions with a tag': '/sessions/?with_flags=pipeline_build_no&restrict_flags=7',
    components: '/components/',
    pipelines: '/pipelines/',
    'builds of a component': '/components/component-3/pipelines/main/builds',
  };
  for (const resource of ['total_time', 'cpu', 'memory', 'kernel_time']) {
    for (const end of ['head', 'tail']) {
      urls[`${end} of ${resource}`] = `/resources/${resource}/${end}/metrics`;
      urls[`${end} of ${resource} of a component`] = `/resources/${resource}/components/component-3/${end}/metrics`;
      urls[`${end} of ${resource} of a pipeline`] = `/resources/${resource}/pipelines/main/${end}/metrics`;
    }
  }
  urls['head of total_time, 500'] = '/resources/total_time/head/500/metrics';
  const medians = new Map();
  for (const [name, url] of Object.entries(urls)) {
    const spent = [];
    for (let round = 0; round < ROUNDS; round++) {
      const start = performance.now();
      const answer = await app.inject(`/api/v1${url}`);
      spent.push(performance.now() - start);
      if (answer.statusCode !== 200) throw new Error(`${url}: ${answer.statusCode} ${answer.body}`);
    }
    medians.set(name, spent.sort((a, b) => a - b)[ROUNDS >> 1]);
  }
  return medians;
}

async function measurePosts(app) {
  const { port } = new URL(await app.listen({ port: 0, host: '127.0.0.1' }));
  for (const clients of [1, 8]) {
    const agent = new Agent({ keepAlive: true, maxSockets: clients });
    const deadline = performance.now() + 3000;
    let sent = 0;
    await Promise.all(
      Array.from({ length: clients }, async () => {
        for (; performance.now() < deadline; sent++) await post(agent, port, sent);
      }),
    );
    agent.destroy();
    console.log(`POST of one metric, ${clients} clients in this same process: ${Math.round(sent / 3)} a second`);
  }
}

function post(agent, port, number) {
  const body = JSON.stringify({
    session_h: 'posted',
    context_h: 'c'.repeat(32),
    item_start_time: '2026-01-01T10:00:00.000123',
    item_path: 'tests.unit.test_mod',
    item: `test_${number % 500}`,
    item_variant: `test_${number % 500}[a]`,
    item_fs_loc: 'tests/unit/test_mod.py',
    kind: 'function',
    component: 'math',
    total_time: 0.1 + number / 1e6,
    user_time: 0.05,
    kernel_time: 0.01,
    cpu_usage: 0.6,
    mem_usage: 1.5,
  });
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sent = request({ agent, port, host: '127.0.0.1', method: 'POST', path: '/api/v1/metrics/', headers }, (answer) => {
      answer.resume();
      answer.on('end', () => (answer.statusCode === 201 ? resolve() : reject(new Error(String(answer.statusCode)))));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
