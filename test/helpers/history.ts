/** Histories made record by record, for tests of what reads them. */
import { METRICS, METRIC_INDEX, type MetricName } from '../../dist/model/metrics.js';
import type { Identity, ReadingRecord, SessionRecord } from '../../dist/model/records.js';
import type { StoredReading } from '../../dist/client/rows.js';
import { openStore } from '../../dist/store/index.js';

/** Milliseconds and MiB read better in tests. */
export const MS = 1e6;
export const MIB = 2 ** 20;
const STARTED_AT = Date.UTC(2026, 2, 14, 15, 9, 26) * 1000;

export function sessionRecord(id: string, more: Partial<SessionRecord> = {}): SessionRecord {
  return {
    id: id.padEnd(32, '0'),
    startedAt: STARTED_AT,
    finishedAt: STARTED_AT + 12_400_000,
    description: '',
    tags: {},
    scm: {},
    context: { hash: '0'.repeat(32), runtimeDescription: 'Node v20 (V8 11, linux x64)', cpuCount: 2 },
    command: 'vitest run',
    root: '/project',
    packages: [],
    ...more,
  };
}

export function readingRecord(
  session: string,
  sequence: number,
  identity: Partial<Identity> & { readonly name: string },
  metrics: Partial<Record<MetricName, number>> = {},
  more: Partial<ReadingRecord> = {},
): ReadingRecord {
  const values = new Float64Array(METRICS.length).fill(NaN);
  for (const [name, value] of Object.entries(metrics)) values[METRIC_INDEX[name as MetricName]] = value;
  return {
    session: session.padEnd(32, '0'),
    writer: 'writer',
    sequence,
    parent: 0,
    identity: { kind: 'test', project: '', file: '', describe: [], variant: '', ordinal: 0, ...identity },
    component: '',
    tags: {},
    values,
    startedAt: STARTED_AT + sequence,
    status: 'passed',
    retry: 0,
    repeat: 0,
    overlaps: 0,
    shared: false,
    peakIsLowerBound: false,
    ...more,
  };
}

/** As a store hands it out. */
export function storedReading(...given: Parameters<typeof readingRecord>): StoredReading {
  return { ...readingRecord(...given), context: '', foreign: false };
}

export async function writeHistory(
  location: string,
  sessions: readonly SessionRecord[],
  readings: readonly ReadingRecord[] = [],
): Promise<void> {
  const store = await openStore(location);
  for (const session of sessions) {
    await store.putSession(session);
    await store.putWriter({ session: session.id, writer: 'writer', pid: 1, thread: 0, startedAt: STARTED_AT, rssAtStart: NaN });
  }
  await store.putReadings(readings);
  await store.close();
}
