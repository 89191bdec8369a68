/** Dropping what is old: the sessions, their readings, and what only they used, while others write. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ReadingRecord } from '../dist/model/records.js';
import { openStore } from '../dist/store/index.js';
import type { Pruned } from '../dist/store/prune.js';
import type { ServedStore } from '../dist/store/served.js';
import { sqliteDriver } from '../dist/store/sqlite/driver.js';
import { readingRecord, sessionRecord, writerRecord, START } from './helpers/records.js';
import { run, BIN } from './helpers/script.js';
import { temporaryFolder } from './helpers/temporary.js';

const DAY = 86_400e6;
const SESSIONS = 60;

/** Session n started on day n; each has an item, a component, tags, a context and a package of its own, and shares one of each with all. */
async function history(): Promise<{ db: string; store: ServedStore }> {
  const db = join(temporaryFolder(), 'history.db');
  const store = (await openStore(db)) as ServedStore;
  for (let day = 0; day < SESSIONS; day += 1) await putDay(store, day);
  return { db, store };
}

async function putDay(store: ServedStore, day: number): Promise<void> {
  const id = `s${day}`;
  const packages = ['shared', id].map((name) => ({ name, version: '1' }));
  await store.putSession(sessionRecord(id, { startedAt: START + day * DAY, packages, context: { hash: `context ${day}` } }));
  await store.putWriter(writerRecord(id, 'w1'));
  const of = (sequence: number, name: string): ReadingRecord =>
    readingRecord(id, sequence, { identity: { name }, component: name, tags: { name }, startedAt: START + day * DAY });
  await store.putReadings([of(1, 'shared'), of(2, id)]);
  await store.putPymonMetrics([
    {
      ...{ session: id, context: 'foreign', startTime: '2026-01-01T00:00:00', itemPath: 'p', item: `py ${day}`, variant: `py ${day}` },
      ...{ fsLoc: 'f.py', kind: 'function', component: '', totalTime: 1, userTime: 0, kernelTime: 0, cpuUsage: 0, memUsage: 1 },
    },
  ]);
}

const before = (day: number): { before: number } => ({ before: START + day * DAY });
const expected = (count: number): Pruned => ({
  sessions: count,
  readings: 3 * count,
  items: 2 * count,
  components: count,
  tags: count,
  contexts: count,
  packages: count,
});

test('what is old goes with what only it used; the rest stays, and finds itself', async () => {
  const { db, store } = await history();
  expect(await store.prune({ ...before(0) })).toEqual(expected(0));
  const wouldBe = await store.prune({ ...before(50), dryRun: true });
  expect(wouldBe).toEqual(expected(50));
  expect(await store.countSessions()).toBe(SESSIONS);
  expect(await store.prune({ ...before(50), keepLast: 20 })).toEqual(expected(40));
  expect(await store.prune(before(50))).toEqual(expected(10));
  expect((await store.sessions()).map(({ id }) => id)).toEqual(Array.from({ length: 10 }, (_, index) => `s${SESSIONS - 1 - index}`));
  expect(await store.countReadings({ session: 's49' })).toBe(0);
  const rows = await store.readings({ session: 's55' });
  expect(rows.map(({ identity, component, tags }) => [identity.name, component, tags])).toEqual(
    expect.arrayContaining([
      ['shared', 'shared', { name: 'shared' }],
      ['s55', 's55', { name: 's55' }],
    ]),
  );
  // What this store remembers of the texts that went: they are made again.
  await putDay(store, 3);
  expect(await store.countReadings({ session: 's3' })).toBe(3);
  await store.close();
  const database = sqliteDriver()(db, { readonly: true });
  const orphans = (sql: string): unknown => database.prepare(sql).pluck().get();
  for (const [table, key] of [
    ['items', 'item'],
    ['components', 'component'],
    ['contexts', 'context'],
  ] as const) {
    const missing = `SELECT count(*) FROM metrics m WHERE m.${key} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ${table} t WHERE t.${key} = m.${key})`;
    if (table !== 'contexts') expect([table, orphans(missing)]).toEqual([table, 0]);
  }
  expect(orphans('SELECT count(*) FROM items')).toBe(2 * 11 + 1);
  for (const table of ['metrics', 'writers', 'session_packages', 'foreign_readings', 'session_counts', 'zones'])
    expect([table, orphans(`SELECT count(*) FROM ${table} WHERE session NOT IN (SELECT session FROM sessions)`)]).toEqual([table, 0]);
  database.close();
});

test('another connection that writes meanwhile names nothing that is gone', async () => {
  const { db, store } = await history();
  const other = (await openStore(db)) as ServedStore;
  expect(await other.prune(before(SESSIONS))).toEqual({
    ...expected(SESSIONS),
    items: 2 * SESSIONS + 1,
    components: SESSIONS + 1,
    tags: SESSIONS + 1,
    contexts: SESSIONS + 1,
    packages: SESSIONS + 1,
  });
  await putDay(store, 1);
  expect((await other.readings({ session: 's1' })).map(({ identity }) => identity.name).sort()).toEqual(['py 1', 's1', 'shared']);
  await other.close();
  await store.close();
});

test('the command says what it drops, and refuses what is no date', async () => {
  const { db, store } = await history();
  await store.close();
  const prune = (...args: string[]): ReturnType<typeof run> =>
    run(process.execPath, [BIN, 'prune', '--db', db, ...args], { cwd: temporaryFolder() });
  const day = new Date((START + 10 * DAY) / 1000).toISOString();
  expect(await prune('--before', day, '--dry-run')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Would drop 10 sessions .* 30 readings/),
  });
  expect(JSON.parse((await prune('--before', day, '--json')).stdout)).toMatchObject({
    dry_run: false,
    dropped: { sessions: 10, readings: 30 },
  });
  expect((await prune('--before', day)).stdout).toMatch(/nothing to drop/);
  for (const wrong of ['yesterday', '90', '-1d', '2026-13-45', ''])
    expect(await prune('--before', wrong)).toMatchObject({ code: 2, stdout: '' });
  expect(await prune()).toMatchObject({ code: 2, stderr: expect.stringContaining('--before') });
});
