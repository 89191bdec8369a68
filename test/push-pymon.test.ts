/** pytest-monitor's rows are copied to a server digit for digit: twice, in halves, or with lost answers, each is there once. */
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { pushHistory } from '../dist/session/push.js';
import { importPymon, openStore } from '../dist/store/index.js';
import type { PymonMetric } from '../dist/store/pymon-rows.js';
import type { ServedStore } from '../dist/store/served.js';
import { foreignContexts, foreignMetrics, foreignSessions } from '../dist/store/sql/pymon-copy.js';
import { sqliteDriver, type SqliteDatabase } from '../dist/store/sqlite/driver.js';
import { postgres } from './helpers/postgres.js';
import { readingRecord, sessionRecord, writerRecord } from './helpers/records.js';
import { startServer } from './helpers/server.js';
import { temporaryFolder } from './helpers/temporary.js';

const EXAMPLE = join(import.meta.dirname, 'fixtures/example.pymon');
const server = postgres();

async function history(file = join(temporaryFolder(), 'history.db')): Promise<{ store: ServedStore; database: SqliteDatabase }> {
  const store = (await openStore(file)) as ServedStore;
  const database = sqliteDriver()(file, {});
  onTestFinished(async () => {
    database.close();
    await store.close();
  });
  return { store, database };
}

function add(database: SqliteDatabase, values: readonly unknown[]): void {
  database.prepare(`INSERT INTO TEST_METRICS VALUES (${values.map(() => '?').join(', ')})`).run(...values);
}

/** In the order of the view. */
function metric(index: number, changes: Readonly<Record<number, unknown>> = {}): unknown[] {
  const start = `2026-11-23T03:11:21.${String(index).padStart(6, '0')}`;
  const texts = ['s1', 'e1', start, 'pkg.mod', `test_${index % 50}`, 'v', 'mod.py', 'function', ''];
  return Object.assign([...texts, 0.1 + index / 3, 1 / 3, 1e-9, 2 / 3, 0.30000000000000004], changes);
}

const FIELDS = ['session', 'context', 'startTime', 'itemPath', 'item', 'variant', 'fsLoc', 'kind', 'component'];
const NUMBERS = ['totalTime', 'userTime', 'kernelTime', 'cpuUsage', 'memUsage'];
/** The same row as a server is sent it. */
const sent = (row: readonly unknown[]): PymonMetric =>
  Object.fromEntries([...FIELDS, ...NUMBERS].map((name, at) => [name, row[at]])) as unknown as PymonMetric;

async function copyOf({ sql }: ServedStore): Promise<unknown> {
  const sessions = await foreignSessions(sql);
  const metrics = new Map<unknown, unknown[]>();
  for (const { number, session_h: id } of sessions) {
    const rows: unknown[] = [];
    for await (const piece of foreignMetrics(sql, number, 1000)) rows.push(...piece);
    metrics.set(id, rows);
  }
  return { contexts: await foreignContexts(sql, undefined), sessions: sessions.map(({ number: _, ...rest }) => rest), metrics };
}

const quiet = (): void => undefined;
const push = (store: ServedStore, url: string, prefix?: string) => pushHistory(store, { url }, prefix, quiet);

describe.for([
  ['SQLite', async () => join(temporaryFolder(), 'server.db')],
  ['PostgreSQL', async () => server().database()],
] satisfies [string, () => Promise<string>][])('to a server before %s', ([, place]) => {
  test('what pytest-monitor recorded, twice', async () => {
    const { store } = await history();
    await importPymon(store, EXAMPLE);
    const there = await startServer(0, await place());
    expect(await push(store, there.url)).toMatchObject({ sessions: 1, known: 0, rows: 14, fresh: 14, left: 0, differing: 0 });
    expect(await copyOf(there.store)).toEqual(await copyOf(store));
    expect(await push(store, there.url)).toMatchObject({ sessions: 0, known: 1, rows: 14, fresh: 0, left: 0, differing: 0 });
    expect(await copyOf(there.store)).toEqual(await copyOf(store));
    const file = (await openStore(EXAMPLE, { readonly: true })) as ServedStore;
    expect(await push(file, there.url)).toMatchObject({ known: 1, rows: 14, fresh: 0 });
    await file.close();
    expect(await there.store.totals('924e6c94a43e034bfc42b472f2a102ce')).toEqual(await store.totals('924e6c94a43e034bfc42b472f2a102ce'));
  });

  test('in halves, with equal rows across them and across batches, and with answers that are lost', { timeout: 30_000 }, async () => {
    const { store, database } = await history();
    const there = await startServer(0, await place());
    const rows = Array.from({ length: 5500 }, (_, index) => metric(index));
    // Three equal ones: two in the first half, all in different batches of the whole.
    for (const at of [100, 2000, 5300]) rows[at] = metric(7, { 4: 'again' });
    await store.putPymonMetrics(rows.slice(0, 2500).map(sent));
    expect(await push(store, there.url)).toMatchObject({ rows: 2500, fresh: 2500 });
    await store.putPymonMetrics(rows.slice(2500).map(sent));
    database.prepare('INSERT INTO TEST_SESSIONS VALUES (?, ?, ?, ?)').run('s1', '2026-11-23T03:11:20.5', 'rev', '{ "n": 1.50, "ü": [] }');
    const lossy = await losingFirstAnswers(there.url);
    // What was lost had been stored: the second attempt finds it there.
    expect(await push(store, lossy)).toMatchObject({ sessions: 0, known: 1, rows: 5501, fresh: 0 });
    expect(await copyOf(there.store)).toEqual(await copyOf(store));
    expect(await push(store, there.url)).toMatchObject({ rows: 5501, fresh: 0 });
    expect(await copyOf(there.store)).toEqual(await copyOf(store));
  });

  test('in a session of ours, beside its own rows', async () => {
    const { store, database } = await history();
    await store.putSession(sessionRecord('s1', { finishedAt: 1_800_000_000_000_000 }));
    await store.putWriter(writerRecord('s1', 'w1'));
    await store.putReadings([readingRecord('s1', 1), readingRecord('s1', 2)]);
    add(database, metric(1));
    add(database, metric(1));
    const there = await startServer(0, await place());
    expect(await push(store, there.url)).toMatchObject({ sessions: 1, rows: 4, fresh: 4 });
    expect(await push(store, there.url)).toMatchObject({ sessions: 0, known: 1, fresh: 0 });
    expect(await there.store.session('s1')).toEqual(await store.session('s1'));
    const kept = async (one: ServedStore): Promise<unknown[]> =>
      (await one.readings({ session: 's1' })).map((row) => JSON.stringify(row)).sort();
    expect(await kept(there.store)).toEqual(await kept(store));
  });

  test('what no server can hold is left, said, and in nobody’s way', async () => {
    const { store, database } = await history();
    add(database, metric(1));
    for (const changes of [{ 13: null }, { 0: null }, { 4: 'a\0b' }, { 9: 'text' }, { 1: null }]) add(database, metric(2, changes));
    add(database, metric(3));
    database.prepare('INSERT INTO TEST_SESSIONS VALUES (?, ?, ?, ?)').run('s1', 'yesterday', null, '{}');
    database.prepare('INSERT INTO TEST_SESSIONS VALUES (?, ?, ?, ?)').run('s2', '2026-11-23', null, 'text');
    const there = await startServer(0, await place());
    expect(await push(store, there.url)).toMatchObject({ rows: 2, fresh: 2, left: 7, reason: expect.stringMatching(/\w/) });
    expect(await push(store, there.url)).toMatchObject({ rows: 2, fresh: 0, left: 7 });
  });

  test('what is known with other content stays as it is there', async () => {
    const { store } = await history();
    await importPymon(store, EXAMPLE);
    const there = await startServer(0, await place());
    await there.store.putPymonSession({ id: '924e6c94a43e034bfc42b472f2a102ce', runDate: '2020-01-01', scmId: null, description: '{}' });
    expect(await push(store, there.url)).toMatchObject({ rows: 14, fresh: 13, differing: 1 });
    expect(await push(store, there.url, '924e')).toMatchObject({ rows: 14, fresh: 0, differing: 1 });
    await expect(push(store, there.url, 'ffff')).rejects.toThrow(/No session .* begins with ffff/);
  });
});

test('POST /api/v2/pymon refuses as a whole what it cannot take', async () => {
  const { url, store } = await startServer();
  const row = {
    ...{ session_h: 's', context_h: 'c', item_start_time: 't', item_path: '', item: 'i', item_variant: 'i', item_fs_loc: '', kind: 'k' },
    ...{ component: '', total_time: 1, user_time: 1, kernel_time: 1, cpu_usage: 1, mem_usage: 1, count: 1 },
  };
  const status = async (body: string | Buffer, headers: Record<string, string> = {}): Promise<number> => {
    const response = await fetch(`${url}/api/v2/pymon`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });
    expect(await response.json()).toMatchObject({ code: expect.any(String), message: expect.stringMatching(/\w/) });
    return response.status;
  };
  const rows = (...metrics: unknown[]): string => JSON.stringify({ contexts: [], sessions: [], metrics });
  expect(await status('{')).toBe(400);
  expect(await status('[]')).toBe(422);
  expect(await status('{"contexts":[],"sessions":[]}')).toBe(422);
  for (const wrong of [{ item: null }, { item: 'a\0' }, { item: '\ud800' }, { count: 0 }, { count: 1.5 }, { total_time: 'x' }])
    expect(await status(rows(row, { ...row, ...wrong }))).toBe(422);
  expect(await status(rows(row).replace('"total_time":1', '"total_time":1e999'))).toBe(422);
  expect(await status(rows(row, { ...row, count: 1_000_000_000 }))).toBe(400);
  expect(await status(rows(...Array.from({ length: 5001 }, () => row)))).toBe(413);
  expect(await status(gzipSync(Buffer.alloc(200 * 2 ** 20)), { 'content-encoding': 'gzip' })).toBe(413);
  for (const changes of [{ run_date: 'soon' }, { description: '[1]' }, { description: 'x' }, { description: '['.repeat(5000) }]) {
    const session = { session_h: 's', run_date: '2026-01-01', scm_ref: null, description: '{}', ...changes };
    expect(await status(JSON.stringify({ contexts: [], sessions: [session], metrics: [row] }))).toBe(422);
  }
  expect(await foreignSessions(store.sql)).toEqual([]);
});

/** Stands before a server; of each request the first answer never arrives. */
async function losingFirstAnswers(target: string): Promise<string> {
  const seen = new Set<string>();
  const proxy = createServer((asked, answer) => {
    const chunks: Buffer[] = [];
    asked.on('data', (chunk: Buffer) => chunks.push(chunk));
    asked.on('end', () => {
      const body = Buffer.concat(chunks);
      const key = `${asked.url} ${body.toString('base64')}`;
      const isFirst = !seen.has(key);
      seen.add(key);
      const onward = request(`${target}${asked.url}`, { method: asked.method!, headers: asked.headers }, (got) => {
        if (isFirst) got.resume().on('end', () => asked.socket.destroy());
        else got.pipe(answer.writeHead(got.statusCode!, got.headers));
      });
      onward.end(body);
    });
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void proxy.close());
  await new Promise((resolve) => proxy.once('listening', resolve));
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}
