/** Head and tail of a resource, against all rows sorted: with many equal values, and with values that are missing. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openStore } from '../dist/store/index.js';
import type { PymonMetric } from '../dist/store/pymon-rows.js';
import type { ServedStore } from '../dist/store/served.js';
import type { MetricFilter } from '../dist/store/sql/pymon-filter.js';
import { pageOfMetrics } from '../dist/store/sql/pymon-metrics.js';
import { topMetrics } from '../dist/store/sql/pymon-top.js';
import { postgres } from './helpers/postgres.js';
import { readingRecord, sessionRecord, values, writerRecord } from './helpers/records.js';
import { temporaryFolder } from './helpers/temporary.js';

const server = postgres();
const RESOURCES = ['total_time', 'user_time', 'cpu_usage', 'mem_usage'] as const;
const COUNTS = [1, 2, 3, 5, 20, 70, 500];
const [SESSIONS, ROWS, COMPONENTS] = [12, 30, 4];

/** The same numbers in every run, few of them different. */
let seed = 1;
function few(most: number): number {
  seed = (seed * 48271) % 2147483647;
  return seed % most;
}

async function fill(store: ServedStore): Promise<void> {
  seed = 1;
  for (let number = 0; number < SESSIONS; number++) {
    const id = String.fromCharCode(97 + number).repeat(32);
    await store.putSession(sessionRecord(id));
    await store.putWriter(writerRecord(id, 'w1', { rssAtStart: 1e6 * few(2) }));
    const rows = Array.from({ length: ROWS }, (_, row) => {
      const component = few(COMPONENTS) === 0 ? '' : `c${few(COMPONENTS)}`;
      const user = few(3) === 0 ? {} : { user_time: few(5) * 1e9, kernel_time: 1e9 };
      const identity = { name: `case ${few(20)}`, kind: few(5) === 0 ? 'file' : 'test', ordinal: row } as const;
      return readingRecord(id, row + 1, {
        ...{ identity, component },
        values: values({ wall_time: few(4) * 1e9, ...user, ...(few(2) === 0 && { peak_rss: few(6) * 1e6 }) }),
      });
    });
    await store.putReadings(rows);
    await store.putPymonMetrics(Array.from({ length: few(6) }, () => theirs(`theirs ${number}`)));
  }
  await store.ensureZones();
}

function theirs(session: string): PymonMetric {
  const texts = {
    itemPath: 'tests',
    item: `test_${few(3)}`,
    variant: 'v',
    fsLoc: 'tests.py',
    kind: 'function',
    component: `c${few(COMPONENTS)}`,
  };
  const numbers = { totalTime: few(4), userTime: few(5), kernelTime: 1, cpuUsage: few(3), memUsage: few(6) };
  return { session, context: 'c', startTime: '2026-01-01T00:00:00', ...texts, ...numbers };
}

describe.each([
  ['SQLite', () => openStore(join(temporaryFolder(), 'history.db'))],
  ['PostgreSQL', async () => openStore(await server().database())],
] as const)('%s', (_, open) => {
  test('the rows that a sort of all would put first, and equal ones as they are listed', async () => {
    const store = (await open()) as ServedStore;
    await fill(store);
    const component = (await store.sql.rows<[number]>('SELECT component FROM components WHERE name = ?', 'c1'))[0]![0];
    const filters: MetricFilter[] = [
      {},
      { components: [{ number: component, name: 'c1' }] },
      { components: [{ number: 0, name: '' }] },
      { sessions: [2, 4, 5, 7] },
      { sessions: [] },
    ];
    for (const filter of filters) {
      const all = (await pageOfMetrics(store.sql, filter, () => ({ offset: 0, limit: 10_000 })))!.rows;
      for (const resource of RESOURCES) {
        const having = all.filter((row) => row[resource] !== null);
        for (const [end, sign] of [
          ['head', -1],
          ['tail', 1],
        ] as const) {
          const sorted = having.toSorted((a, b) => sign * (a[resource]! - b[resource]!));
          for (const count of COUNTS) {
            const found = await topMetrics(store.sql, filter, resource, end, count);
            expect([filter, resource, end, count, found]).toEqual([filter, resource, end, count, sorted.slice(0, count)]);
          }
        }
      }
    }
    await store.close();
  });
});
