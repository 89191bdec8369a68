/** Zones of a SQLite history: they follow whatever changes its rows, and come to files that were written before there were any. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openStore } from '../dist/store/index.js';
import type { PymonMetric } from '../dist/store/pymon-rows.js';
import type { ServedStore } from '../dist/store/served.js';
import { countMetrics } from '../dist/store/sql/pymon-metrics.js';
import { topMetrics } from '../dist/store/sql/pymon-top.js';
import { sqliteDriver } from '../dist/store/sqlite/driver.js';
import { readingRecord, sessionRecord, values, writerRecord } from './helpers/records.js';
import { temporaryFolder } from './helpers/temporary.js';

const ID = 'a'.repeat(32);

const METRIC: PymonMetric = {
  session: 'theirs',
  context: 'context',
  startTime: '2021-02-09T00:00:00.000000',
  itemPath: 'tests.mod',
  item: 'test_one',
  variant: 'test_one[1]',
  fsLoc: 'tests/mod.py',
  kind: 'function',
  component: 'math',
  totalTime: 1.25,
  userTime: 0.5,
  kernelTime: 0.25,
  cpuUsage: 0.6,
  memUsage: 1.5,
};

async function served(file: string): Promise<ServedStore> {
  return (await openStore(file)) as ServedStore;
}

async function count(store: ServedStore): Promise<number> {
  await store.ensureZones();
  return countMetrics(store.sql, {});
}

async function largest(store: ServedStore, resource: 'total_time' | 'mem_usage'): Promise<number | null | undefined> {
  await store.ensureZones();
  return (await topMetrics(store.sql, {}, resource, 'head', 1))[0]?.[resource];
}

test('zones follow rows that come, are replaced, and are written or removed through the views', async () => {
  const file = join(temporaryFolder(), 'history.db');
  const store = await served(file);
  await store.putSession(sessionRecord(ID));
  const open = { wall_time: 7e9, peak_rss: 60_000_000 };
  await store.putReadings([readingRecord(ID, 1, { status: 'interrupted', values: values(open) }), readingRecord(ID, 2)]);
  expect(await count(store)).toBe(2);
  expect(await largest(store, 'total_time')).toBe(7);
  expect(await largest(store, 'mem_usage')).toBeUndefined();
  await store.putWriter(writerRecord(ID, 'w1', { rssAtStart: 60_000_000 - 2 ** 20 }));
  expect(await largest(store, 'mem_usage')).toBe(1);
  await store.putReadings([readingRecord(ID, 1, { values: values({ ...open, wall_time: 3e9 }) })]);
  expect(await count(store)).toBe(2);
  expect(await largest(store, 'total_time')).toBe(3);
  await store.putPymonMetrics([METRIC, { ...METRIC, totalTime: 9 }]);
  expect(await count(store)).toBe(4);
  expect(await largest(store, 'total_time')).toBe(9);

  // Another program.
  const other = sqliteDriver()(file, {});
  other.exec('DELETE FROM TEST_METRICS WHERE TOTAL_TIME = 9');
  expect(await count(store)).toBe(3);
  expect(await largest(store, 'total_time')).toBe(3);
  other.exec(`INSERT INTO TEST_METRICS (SESSION_H, ITEM, TOTAL_TIME) VALUES ('theirs', 'test_two', 11)`);
  expect(await count(store)).toBe(4);
  expect(await largest(store, 'total_time')).toBe(11);
  other.close();
  await store.close();
});

test('rows of a server are those that the views would have made', async () => {
  const folder = temporaryFolder();
  const dump = (file: string): unknown[] => {
    const database = sqliteDriver()(file, { readonly: true });
    const tables = [
      'sessions',
      'contexts',
      'writers',
      'items',
      'components',
      'foreign_items',
      'foreign_readings',
      'metrics',
      'foreign_sessions',
      'foreign_contexts',
    ];
    const rows = tables.map((table) => database.prepare(`SELECT * FROM ${table}`).raw(true).all());
    database.close();
    return rows;
  };
  const metrics = [
    METRIC,
    { ...METRIC, session: 'back\\slash', component: '', itemPath: 'p"q\\', variant: 'test_one', context: 'c\\2', memUsage: 1e18 },
    { ...METRIC, startTime: 'yesterday', kind: '', item: '', totalTime: -1.5 },
    METRIC,
  ];
  const [direct, throughViews] = [join(folder, 'direct.db'), join(folder, 'views.db')] as const;
  const store = await served(direct);
  for (const metric of metrics) await store.putPymonMetrics([metric]);
  const context = {
    hash: 'context',
    cpuCount: 8,
    cpuFrequency: 2596.15,
    cpuType: '',
    cpuVendor: null,
    ramTotal: 100,
    machineNode: 'n',
    machineType: 't',
    machineArch: '64bit',
    systemInfo: 'Linux - 6',
    pythonInfo: '3.11 (main)',
  };
  expect(await store.putPymonContext(context)).toBe('new');
  expect(await store.putPymonContext(context)).toBe('same');
  expect(await store.putPymonContext({ ...context, cpuVendor: '' })).toBe('other');
  const session = { id: 'theirs', runDate: '2021-02-09T11:41:35.990018', scmId: 'abc', description: '{"description":"d","a":1}' };
  expect(await store.putPymonSession(session)).toBe('new');
  expect(await store.putPymonSession({ ...session, description: '{"a": 1, "description": "d"}' })).toBe('same');
  expect(await store.putPymonSession({ ...session, scmId: null })).toBe('other');
  await store.close();

  await (await served(throughViews)).close();
  const database = sqliteDriver()(throughViews, {});
  const insert = database.prepare('INSERT INTO TEST_METRICS VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  for (const m of metrics) {
    insert.run(
      m.session,
      m.context,
      m.startTime,
      m.itemPath,
      m.item,
      m.variant,
      m.fsLoc,
      m.kind,
      m.component,
      m.totalTime,
      m.userTime,
      m.kernelTime,
      m.cpuUsage,
      m.memUsage,
    );
  }
  const c = context;
  database
    .prepare('INSERT INTO EXECUTION_CONTEXTS VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
    .run(
      c.hash,
      c.cpuCount,
      c.cpuFrequency,
      c.cpuType,
      c.cpuVendor,
      c.ramTotal,
      c.machineNode,
      c.machineType,
      c.machineArch,
      c.systemInfo,
      c.pythonInfo,
    );
  database.prepare('INSERT INTO TEST_SESSIONS VALUES (?, ?, ?, ?)').run(session.id, session.runDate, session.scmId, session.description);
  database.close();
  // A start that is no date is now.
  const comparable = (rows: unknown): unknown =>
    JSON.parse(JSON.stringify(rows, (_, value: unknown) => (typeof value === 'number' && Math.abs(value) > 1.7e15 ? 'now' : value)));
  expect(comparable(dump(direct))).toEqual(comparable(dump(throughViews)));
});

test('a file of before gets its zones', async () => {
  const file = join(temporaryFolder(), 'history.db');
  const store = await served(file);
  await store.putSession(sessionRecord(ID));
  await store.putReadings([readingRecord(ID, 1), readingRecord(ID, 2)]);
  await store.putPymonMetrics([METRIC]);
  await store.close();
  const database = sqliteDriver()(file, {});
  database.exec('DROP TABLE zones; DROP TABLE tokens; DROP INDEX foreign_readings_by_item; PRAGMA user_version = 1');
  database.close();
  const again = await served(file);
  await again.prepareToServe();
  expect(await count(again)).toBe(3);
  await again.putPymonMetrics([METRIC]);
  expect(await count(again)).toBe(4);
  await again.close();
});

test('metrics that share a transaction with one that fails are stored, and closing stores what waits', async () => {
  const file = join(temporaryFolder(), 'history.db');
  const store = await served(file);
  // No database takes this for a text.
  const wrong = { ...METRIC, startTime: {} as string };
  const results = await Promise.allSettled([
    store.putPymonMetrics([METRIC]),
    store.putPymonMetrics([METRIC, wrong]),
    store.putPymonMetrics([METRIC]),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(await count(store)).toBe(2);
  const waiting = store.putPymonMetrics([METRIC]);
  await store.close();
  await waiting;
  const again = await served(file);
  expect(await count(again)).toBe(3);
  await again.close();
});

test('a session that was dropped can be sent again', async () => {
  const store = await served(join(temporaryFolder(), 'history.db'));
  await store.putPymonMetrics([METRIC]);
  await store.prune({ before: Date.now() * 1000 });
  expect(await count(store)).toBe(0);
  await store.putPymonMetrics([METRIC]);
  expect(await count(store)).toBe(1);
  expect(await largest(store, 'total_time')).toBe(1.25);
  await store.close();
});
