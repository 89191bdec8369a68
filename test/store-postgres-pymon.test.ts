/** pytest-monitor's rows in PostgreSQL: the same calls give the same answers as from SQLite, also beside ours. */
import { expect, test } from 'vitest';
import type { PymonContext, PymonMetric, PymonSession } from '../dist/store/pymon-rows.js';
import { openStore } from '../dist/store/index.js';
import type { ServedStore } from '../dist/store/served.js';
import { components, sessionsOfComponents } from '../dist/store/sql/pymon-components.js';
import { pymonContexts } from '../dist/store/sql/pymon-contexts.js';
import type { MetricFilter } from '../dist/store/sql/pymon-filter.js';
import { countMetrics, pageOfMetrics } from '../dist/store/sql/pymon-metrics.js';
import { countPymonSessions, pymonSessions, sessionNumbers } from '../dist/store/sql/pymon-sessions.js';
import { topMetrics } from '../dist/store/sql/pymon-top.js';
import { RESOURCES, type Resource } from '../dist/store/sql/zones.js';
import { postgres } from './helpers/postgres.js';
import { readingRecord, sessionRecord, START, values, writerRecord } from './helpers/records.js';

const server = postgres();

const HOSTILE = ['a\\b \\\\', 'tab\tnewline\n\u0001', 'ünïcödé 漢字 👩', `'quoted" ?`, 'MiXed 100%_', 'x'.repeat(20_000)];

function context(hash: string, changes: Partial<PymonContext> = {}): PymonContext {
  return {
    hash,
    cpuCount: 8,
    cpuFrequency: 2592.5,
    cpuType: 'x86_64',
    cpuVendor: 'Some CPU',
    ramTotal: 15_900,
    machineNode: 'node',
    machineType: 'x86_64',
    machineArch: '64bit',
    systemInfo: 'Linux - 6.1 - x',
    pythonInfo: '3.11.2 (main) [GCC]',
    ...changes,
  };
}

function session(id: string, changes: Partial<PymonSession> = {}): PymonSession {
  return { id, runDate: '2024-03-05T06:07:08.123456', scmId: 'abc', description: '{"description": "d", "n": 1}', ...changes };
}

function metric(index: number, changes: Partial<PymonMetric> = {}): PymonMetric {
  return {
    session: `s${index % 3}`,
    context: `c${index % 2}`,
    startTime: `2024-03-05T06:07:${String(10 + (index % 40))}.25`,
    itemPath: 'pkg.module',
    item: `test_${index % 7}`,
    variant: index % 2 === 0 ? `test_${index % 7}` : `test_${index % 7}[${index % 5}]`,
    fsLoc: 'pkg/module.py',
    kind: index % 5 === 0 ? 'module' : 'function',
    component: index % 4 === 0 ? '' : `comp${index % 4}`,
    totalTime: 0.1 * index,
    userTime: 0.01 * index,
    kernelTime: 0.003 * index,
    cpuUsage: 0.13,
    memUsage: index % 11 === 0 ? 1e300 : 1.1 * index,
    ...changes,
  };
}

async function fill(store: ServedStore): Promise<unknown[]> {
  const said: unknown[] = [];
  await store.prepareToServe();
  // Before anybody has named the session, and after.
  await store.putPymonMetrics([metric(1), metric(2)]);
  said.push(await store.putPymonSession(session('s1', { runDate: '2024-03-05T06:07:08Z' })));
  said.push(await store.putPymonSession(session('s1', { runDate: '2024-03-05T06:07:08Z' })));
  said.push(await store.putPymonSession(session('s1', { scmId: 'other' })));
  said.push(await store.putPymonSession(session('s2', { scmId: null, description: '{"deep": {"x": [1, null]}}' })));
  said.push(await store.putPymonSession(session('s2', { scmId: null, description: '{ "deep":{"x":[1,null]} }' })));
  said.push(await store.putPymonContext(context('c0')), await store.putPymonContext(context('c0')));
  said.push(await store.putPymonContext(context('c0', { cpuCount: 9 })), await store.putPymonContext(context('c2', { cpuVendor: null })));
  await store.putSession(sessionRecord('ours', { context: { hash: 'h', cpuCount: 2 }, scm: { revision: 'r' }, finishedAt: START }));
  await store.putWriter(writerRecord('ours', 'w1'));
  const numbers = values({ wall_time: 3e9, user_time: 1e9, kernel_time: 7, peak_rss: 60_000_000 });
  await store.putReadings([1, 2, 3, 4].map((at) => readingRecord('ours', at, { component: at === 1 ? 'comp1' : '', values: numbers })));
  said.push(await store.putPymonSession(session('ours')), await store.putPymonContext(context('h')));
  await store.putPymonMetrics(Array.from({ length: 40 }, (_, index) => metric(index)));
  for (const [index, text] of HOSTILE.entries()) {
    said.push(
      await store.putPymonSession(
        session(`h${index}${text}`, { scmId: text, description: JSON.stringify({ description: text, [text]: text }) }),
      ),
    );
    await store.putPymonMetrics([
      metric(index, {
        session: `h${index}${text}`,
        context: text,
        itemPath: text,
        item: text,
        variant: text,
        fsLoc: text,
        kind: text,
        component: text,
      }),
      metric(index, { session: `h${index}${text}`, item: `${text}\u0001`, variant: 'b' }),
      metric(index, { session: `h${index}${text}`, item: text, variant: '\u0001b' }),
    ]);
  }
  return said;
}

async function answers(store: ServedStore): Promise<unknown> {
  await store.ensureZones();
  const { sql } = store;
  const all: MetricFilter[] = [
    {},
    { kind: 'function' },
    { item: { equals: 'test_3' } },
    { item: { like: 'TEST\\_3%' } },
    { item: { like: 'mixed%' } },
    { variant: { equals: 'test_1[1]' } },
    { item: { equals: HOSTILE[0]! } },
    { sessions: await sessionNumbers(sql, 's1') },
    { components: (await components(sql)).filter(({ name }) => name === 'comp1' || name === '') },
  ];
  const found: unknown[] = [];
  for (const filter of all) {
    found.push(await countMetrics(sql, filter), await pageOfMetrics(sql, filter, () => ({ offset: 0, limit: 1000 })));
    found.push(await pageOfMetrics(sql, filter, (total) => ({ offset: Math.max(0, total - 7), limit: 5 })));
    for (const resource of Object.keys(RESOURCES) as Resource[]) {
      for (const end of ['head', 'tail'] as const) found.push(await topMetrics(sql, filter, resource, end, 6));
    }
  }
  const sessions = await pymonSessions(sql, {});
  return {
    found,
    sessions: sessions.map(({ number: _, ...shown }) => shown),
    like: await countPymonSessions(sql, { id: 'S%', scm: 'AB_' }),
    contexts: await pymonContexts(sql, undefined, 100, 0),
    ofContext: await pymonContexts(sql, 'C%', 1, 1),
    components: (await components(sql)).map(({ name }) => name),
    sessionsOf: (await sessionsOfComponents(sql, await components(sql, 'COMP1'))).length,
    summaries: (await store.sessions()).filter(({ id }) => id !== 's0'),
    totals: await store.totals('s2'),
    readings: await store.readings({ session: 's1' }),
    session: await store.session('s2'),
  };
}

test('the same answers as SQLite, digit for digit', async () => {
  const sqlite = (await openStore(':memory:')) as ServedStore;
  const postgresql = (await openStore(await server().database())) as ServedStore;
  expect(await fill(postgresql)).toEqual(await fill(sqlite));
  expect(await answers(postgresql)).toEqual(await answers(sqlite));
  await sqlite.close();
  await postgresql.close();
});

test('many at once from two servers: each row once, in the order of each client', async () => {
  const url = await server().database();
  const stores = (await Promise.all([openStore(url), openStore(url)])) as ServedStore[];
  await Promise.all(
    Array.from({ length: 8 }, async (_, client) => {
      for (let index = 0; index < 40; index++) {
        await stores[client % 2]!.putPymonMetrics([metric(index, { item: `client ${client}`, variant: String(index) })]);
      }
    }),
  );
  await stores[0]!.ensureZones();
  const page = await pageOfMetrics(stores[1]!.sql, {}, (total) => ({ offset: 0, limit: total }));
  expect(page!.total).toBe(320);
  for (let client = 0; client < 8; client++) {
    const rows = page!.rows.filter(({ item }) => item === `client ${client}`);
    expect(rows.map(({ item_variant: variant }) => variant)).toEqual(Array.from({ length: 40 }, (_, index) => String(index)));
  }
  await Promise.all(stores.map((store) => store.close()));
});
