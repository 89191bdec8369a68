/** Several processes at one history: real ones, at once, and killed. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { ReadingRecord } from '../dist/model/records.js';
import { openStore } from '../dist/store/index.js';
import { sqliteDriver } from '../dist/store/sqlite/driver.js';
import { readingRecord, sessionRecord } from './helpers/records.js';
import { PACKAGE, start, type Running } from './helpers/script.js';
import { temporaryFolder } from './helpers/temporary.js';

function child(job: string, file: string, name: string): Running {
  return start(process.execPath, [join(PACKAGE, 'test/helpers/store-child.cjs'), PACKAGE, job, file, name], { cwd: PACKAGE });
}

function integrity(file: string): unknown {
  const database = sqliteDriver()(file, {});
  try {
    return database.pragma('integrity_check', { simple: true });
  } finally {
    database.close();
  }
}

test('four writers at once into one session, and a reader all the while', async () => {
  const file = join(temporaryFolder(), 'history.db');
  const writers = ['a', 'b', 'c', 'd'].map((name) => child('share', file, name));
  const running = new Set(writers);
  const ended = Promise.all(writers.map((writer) => writer.ended.finally(() => running.delete(writer))));
  await writers[0]!.said('stored 100');

  const reader = await openStore(file, { readonly: true });
  let before = 0;
  do {
    const rows = await reader.readings({ session: 'shared' });
    // Whole batches only, and never fewer than before.
    expect(rows.length % 100).toBe(0);
    expect(rows.length).toBeGreaterThanOrEqual(before);
    before = rows.length;
    await sleep(5);
  } while (running.size > 0);
  for (const { stdout } of await ended) expect(stdout).toMatch(/done\n$/);

  const rows = await reader.readings({ session: 'shared' });
  expect(rows).toHaveLength(8000);
  expect(new Set(rows.map(({ writer, sequence }) => `${writer} ${sequence}`)).size).toBe(8000);
  // Two writers that meet a new item, component or package at once make one of it.
  expect(new Set(rows.map(({ identity }) => identity.name)).size).toBe(500);
  expect((await reader.sessions())[0]).toMatchObject({ id: 'shared', tests: 8000, failed: 0 });
  expect((await reader.session('shared'))?.packages).toHaveLength(1);
  await reader.close();
  const database = sqliteDriver()(file, { readonly: true });
  expect(database.prepare('SELECT count(*), count(DISTINCT name) FROM items').raw().get()).toEqual([500, 500]);
  expect(database.prepare('SELECT count(*) FROM components').pluck().get()).toBe(7);
  database.close();
  expect(integrity(file)).toBe('ok');
});

test('six processes make the same file at the same time', async () => {
  for (let round = 0; round < 3; round++) {
    const file = join(temporaryFolder(), '.spanmeter', 'history.db');
    const agreed = String(Date.now() + 700);
    const ended = await Promise.all(Array.from({ length: 6 }, () => child('create', file, agreed).ended));
    expect(ended.map(({ stdout, stderr }) => stdout + stderr)).toEqual(Array(6).fill('done\n'));
    const store = await openStore(file, { readonly: true });
    expect(await store.sessions()).toHaveLength(6);
    await store.close();
  }
});

test('a writer killed at any time loses no batch that was stored, and leaves no half of one', async () => {
  const file = join(temporaryFolder(), 'history.db');
  for (let round = 0; round < 8; round++) {
    const name = `killed ${round}`;
    const { child: writer, ended, said } = child('forever', file, name);
    await said('stored 100');
    await sleep(round * 17);
    writer.kill('SIGKILL');
    const { stdout } = await ended;
    const told = Number(/stored (\d+)\n?$/.exec(stdout)?.[1]);
    const store = await openStore(file);
    const rows = await store.readings({ session: name });
    // The last batch may have been stored without being told.
    expect([told, told + 100]).toContain(rows.length);
    // What was interrupted is delivered again, and goes on.
    await store.putReadings(rows as ReadingRecord[]);
    expect(await store.putReadings([readingRecord(name, rows.length + 1, { writer: 'w' })])).toBe(1);
    await store.close();
    expect(integrity(file)).toBe('ok');
  }
});

test('a lock that ends in time is waited for; one that does not is named', async () => {
  const file = join(temporaryFolder(), 'history.db');
  const store = await openStore(file);
  await store.putSession(sessionRecord('s'));
  const brief = child('lock', file, '700');
  await brief.said('locked');
  expect(await store.putReadings([readingRecord('s', 1)])).toBe(1);
  await brief.ended;

  const long = child('lock', file, '20000');
  await long.said('locked');
  const began = performance.now();
  await expect(store.putReadings([readingRecord('s', 2)])).rejects.toMatchObject({ code: 'SPANMETER_STORE_LOCKED' });
  expect(performance.now() - began).toBeLessThan(15_000);
  // Reading goes on, and so does writing when the lock is gone.
  expect(await store.readings({ session: 's' })).toHaveLength(1);
  long.child.kill('SIGKILL');
  await long.ended;
  expect(await store.putReadings([readingRecord('s', 2)])).toBe(1);
  await store.close();
});

test('a file that another program keeps for itself is locked, in bounded time', async () => {
  const file = join(temporaryFolder(), 'history.db');
  await (await openStore(file)).close();
  const keeper = sqliteDriver()(file, {});
  keeper.pragma('locking_mode = exclusive');
  keeper.exec('BEGIN EXCLUSIVE');
  const began = performance.now();
  await expect(openStore(file)).rejects.toMatchObject({ code: 'SPANMETER_STORE_LOCKED' });
  expect(performance.now() - began).toBeLessThan(20_000);
  keeper.exec('COMMIT');
  keeper.close();
  await (await openStore(file)).close();
});

test('a disk that fills up loses nothing that was stored', async () => {
  const file = join(temporaryFolder(), 'history.db');
  // No file may grow beyond 1 MiB in this process: what a full disk does, without one.
  const script = join(PACKAGE, 'test/helpers/store-child.cjs');
  const limited = `ulimit -f 1024; exec "$0" "$1" "$2" fill "$3" full`;
  const { stdout } = await start('bash', ['-c', limited, process.execPath, script, PACKAGE, file], { cwd: PACKAGE }).ended;
  expect(stdout).toMatch(/failed SPANMETER_STORE_WRITE: .*disk/);
  const told = Number(/stored (\d+)\nfailed/.exec(stdout)?.[1]);
  expect(told).toBeGreaterThan(0);
  const store = await openStore(file);
  expect(await store.readings({ session: 'full' })).toHaveLength(told);
  expect(await store.putReadings([readingRecord('full', told + 1, { writer: 'w' })])).toBe(1);
  await store.close();
  expect(integrity(file)).toBe('ok');
});
