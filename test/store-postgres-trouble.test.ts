/** Bad days of a PostgreSQL history, on a real server: many writers at once, a server that goes away, and databases that are not ours. */
import { Client } from 'pg';
import { expect, test } from 'vitest';
import type { ReadingRecord } from '../dist/model/records.js';
import type { Store } from '../dist/store/contract.js';
import { openStore } from '../dist/store/index.js';
import type { ServedStore } from '../dist/store/served.js';
import { postgres } from './helpers/postgres.js';
import { readingRecord, sessionRecord, START, writerRecord } from './helpers/records.js';
import { PACKAGE, start } from './helpers/script.js';

const server = postgres();

async function ask(url: string, sql: string): Promise<unknown[][]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<unknown[]>({ text: sql, rowMode: 'array' })).rows;
  } finally {
    await client.end();
  }
}

/** Every item, component and tag is met by all writers. */
function batch(session: string, writer: string, first: number, size = 200): ReadingRecord[] {
  return Array.from({ length: size }, (_, index) =>
    readingRecord(session, first + index, {
      writer,
      identity: { name: `item ${(index * 7) % 150}` },
      component: `component ${index % 11}`,
      tags: index % 5 === 0 ? { nth: index } : {},
    }),
  );
}

test('eight writers from two servers, into the same sessions, items and packages', async () => {
  const url = await server().database();
  const sessions = ['one', 'two'];
  // They make the tables at the same time, too.
  const stores = await Promise.all([openStore(url), openStore(url)]);
  const write = async (store: Store, name: string): Promise<number> => {
    let stored = 0;
    for (const id of sessions) {
      await store.putSession(
        sessionRecord(id, {
          packages: [
            { name: 'shared', version: '1' },
            { name, version: '1' },
          ],
        }),
      );
      await store.putWriter(writerRecord(id, name));
    }
    for (let round = 0; round < 5; round++) {
      for (const id of sessions) {
        stored += await store.putReadings(batch(id, name, round * 200 + 1));
        // Both servers are sent this one.
        stored += await store.putReadings(batch(id, 'both', round * 200 + 1));
      }
      await store.putSession(sessionRecord(sessions[round % 2]!, { finishedAt: round }));
    }
    return stored;
  };
  const stored = await Promise.all(Array.from({ length: 8 }, (_, index) => write(stores[index % 2]!, `writer ${index}`)));
  expect(stored.reduce((sum, each) => sum + each)).toBe(2 * 9 * 1000);
  for (const id of sessions) {
    const rows = await stores[0].readings({ session: id });
    expect(new Set(rows.map(({ writer, sequence }) => `${writer} ${sequence}`)).size).toBe(9000);
    expect(rows).toHaveLength(9000);
    const [summary] = await stores[1].sessions({ idPrefix: id });
    expect(summary).toMatchObject({ tests: 9000, failed: 0 });
  }
  expect(await ask(url, 'SELECT count(*), count(DISTINCT name) FROM items')).toEqual([['150', '150']]);
  expect(await ask(url, 'SELECT count(*), count(DISTINCT name) FROM components')).toEqual([['11', '11']]);
  expect(await ask(url, `SELECT count(*) FROM packages WHERE name = 'shared'`)).toEqual([['1']]);
  expect(await ask(url, 'SELECT count(*) FROM contexts')).toEqual([['1']]);
  for (const store of stores) await store.close();
});

test('a batch is stored with its session and writers, once, or not at all', async () => {
  const url = await server().database();
  const store = (await openStore(url)) as ServedStore;
  const session = sessionRecord('s', { finishedAt: START + 5, exitCode: 3, packages: [{ name: 'p', version: '1' }] });
  const writers = [writerRecord('s', 'b'), writerRecord('s', 'a', { pid: 7 })];
  const sent = { session, writers, records: [...batch('s', 'a', 1), ...batch('s', 'b', 1)] };
  await expect(store.putBatch({ ...sent, session: { id: 's' } })).rejects.toMatchObject({ code: 'SPANMETER_NOT_FOUND' });
  // The last of many rows cannot be stored: the session does not learn that it has ended, nor is there a row.
  const broken = [...sent.records, readingRecord('s', 2 ** 70, { writer: 'a' })];
  await expect(store.putBatch({ ...sent, records: broken })).rejects.toThrow();
  expect(await store.session('s')).not.toHaveProperty('exitCode');
  expect(await store.readings({ session: 's' })).toEqual([]);
  // The same from several clients at once.
  const stored = await Promise.all([store.putBatch(sent), store.putBatch(sent), store.putBatch({ ...sent, session: { id: 's' } })]);
  expect(stored.sort((a, b) => a - b)).toEqual([0, 0, 400]);
  expect(await store.session('s')).toEqual(session);
  expect((await store.sessions())[0]).toMatchObject({ tests: 400 });
  expect(await ask(url, `SELECT pid FROM writers WHERE name = 'a'`)).toEqual([['7']]);
  await store.close();
});

test.for(['immediate', 'fast'] as const)(
  'a server stopped (%s) and started under load: what was acknowledged is there once',
  async (mode) => {
    const url = await server().database();
    const store = await openStore(url);
    await store.putSession(sessionRecord('s'));
    await store.putReadings(batch('s', 'before', 1));
    let isOver = false;
    const failures: string[] = [];
    let acknowledged = 0;
    const write = async (name: string): Promise<number> => {
      for (let first = 1; ;) {
        try {
          await store.putReadings(batch('s', name, first));
          acknowledged++;
          first += 200;
          if (isOver) return first - 1;
        } catch (thrown) {
          // Sent again, as a client does that got no answer.
          failures.push((thrown as { code: string }).code);
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      }
    };
    const writers = ['a', 'b', 'c', 'd'];
    const writing = Promise.all(writers.map(write));
    const until = async (condition: () => boolean): Promise<void> => {
      while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    await until(() => acknowledged > 8);
    await server().halt(mode);
    await until(() => failures.length > 8);
    await server().resume();
    const before = acknowledged;
    await until(() => acknowledged > before + 4);
    isOver = true;
    const counts = await writing;
    expect(new Set(failures)).toEqual(new Set(['SPANMETER_STORE_UNREACHABLE']));
    const rows = await store.readings({ session: 's' });
    const found = new Map<string, number[]>();
    for (const { writer, sequence } of rows) found.set(writer, [...(found.get(writer) ?? []), sequence]);
    for (const [index, name] of writers.entries()) {
      expect(found.get(name)!.sort((a, b) => a - b)).toEqual(Array.from({ length: counts[index]! }, (_, at) => at + 1));
    }
    expect((await store.sessions())[0]).toMatchObject({ tests: rows.length });
    await store.close();
  },
);

test('connections that a restart has broken while they were idle cost no call', async () => {
  const store = await openStore(await server().database());
  await Promise.all(Array.from({ length: 6 }, (_, index) => store.putSession(sessionRecord(`s${index}`))));
  await server().halt('immediate');
  await server().resume();
  const found = await Promise.all(Array.from({ length: 6 }, () => store.sessions()));
  expect(found.map((sessions) => sessions.length)).toEqual(Array(6).fill(6));
  await store.close();
});

test('a history of a newer spanmeter is left as it is', async () => {
  const url = await server().database();
  await (await openStore(url)).close();
  await ask(url, 'UPDATE spanmeter_schema SET version = 99');
  await expect(openStore(url)).rejects.toMatchObject({ code: 'SPANMETER_STORE_NEWER', message: expect.stringContaining('99') });
});

test('a metric that is new since then gets its column', async () => {
  const url = await server().database();
  await (await openStore(url)).close();
  await ask(url, 'ALTER TABLE metrics DROP COLUMN gc_time');
  const store = await openStore(url);
  await store.putSession(sessionRecord('s'));
  expect(await store.countReadings({ session: 's', orderBy: 'gc_time' })).toBe(0);
  await store.close();
});

test('a database of something else is left as it is', async () => {
  const url = await server().database();
  await ask(url, 'CREATE TABLE sessions (mine integer)');
  await expect(openStore(url)).rejects.toMatchObject({ code: 'SPANMETER_STORE_CORRUPT' });
  expect(await ask(url, `SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`)).toEqual([
    ['sessions'],
  ]);
});

test('who only reads makes nothing and writes nothing', async () => {
  const url = await server().database();
  await expect(openStore(url, { readonly: true })).rejects.toMatchObject({ code: 'SPANMETER_NOT_FOUND' });
  await (await openStore(url)).close();
  const store = await openStore(url, { readonly: true });
  await expect(store.putSession(sessionRecord('s'))).rejects.toMatchObject({ code: 'SPANMETER_USAGE' });
  expect(await store.sessions()).toEqual([]);
  await store.close();
});

test.for([
  ['a wrong password', 'SPANMETER_STORE_ACCESS', (url: URL): void => void (url.password = 'sesame')],
  ['an unknown user', 'SPANMETER_STORE_ACCESS', (url: URL): void => void (url.username = 'nobody')],
  ['no such database', 'SPANMETER_NOT_FOUND', (url: URL): void => void (url.pathname = '/nowhere')],
  ['no server', 'SPANMETER_STORE_UNREACHABLE', (url: URL): void => void (url.port = '1')],
] as const)('%s is named, and no password is', async ([, code, change]) => {
  const url = new URL(server().url());
  url.password = 'sesame';
  if (code !== 'SPANMETER_STORE_ACCESS') url.password = encodeURIComponent(server().password);
  change(url);
  const error = await openStore(url.href).then(
    () => undefined,
    (thrown: unknown) => thrown as Error & { code: string },
  );
  expect(error).toMatchObject({ code, message: expect.stringContaining(`127.0.0.1:${url.port}`) });
  for (const secret of ['sesame', server().password, encodeURIComponent(server().password)]) expect(error!.message).not.toContain(secret);
});

test('a password is shown neither as part of the location, nor of a URL that cannot be read', async () => {
  const url = await server().database();
  const store = await openStore(`${url}?application_name=x`);
  expect(store.location).toBe(`postgres://owner@127.0.0.1:${server().port}${new URL(url).pathname}`);
  await store.close();
  const error = await openStore('postgres://me:sesame@host:port/x').then(
    () => undefined,
    (thrown: unknown) => thrown as Error,
  );
  expect(error).toMatchObject({ code: 'SPANMETER_USAGE' });
  expect(error!.message).not.toContain('sesame');
});

test('who keeps a SQLite history does not load the driver', async () => {
  const script = `require('${PACKAGE}/dist/store/index.js').openStore(':memory:').then(() =>
    console.log(Object.keys(require.cache).filter((file) => /node_modules.pg/.test(file)).length))`;
  const { stdout } = await start(process.execPath, ['-e', script], { cwd: PACKAGE }).ended;
  expect(stdout).toBe('0\n');
});
