/** Records for stores: plain ones, of which a test changes what it is about. */
import { METRIC_INDEX, METRIC_NAMES, type MetricName } from '../../dist/model/metrics.js';
import type { Identity, ReadingRecord, SessionRecord, WriterRecord } from '../../dist/model/records.js';

/** An instant with microseconds that milliseconds would lose. */
export const START = 1_764_000_000_123_457;

export function sessionRecord(id: string, changes: Partial<SessionRecord> = {}): SessionRecord {
  return {
    id,
    startedAt: START,
    description: '',
    tags: {},
    scm: {},
    context: { hash: 'c0ffee' },
    command: 'vitest 4.1.12',
    root: '/project',
    packages: [],
    ...changes,
  };
}

export function writerRecord(session: string, writer: string, changes: Partial<WriterRecord> = {}): WriterRecord {
  return { session, writer, pid: 4711, thread: 0, startedAt: START, rssAtStart: 50_000_000, ...changes };
}

export function identity(name: string, changes: Partial<Identity> = {}): Identity {
  return { kind: 'test', project: '', file: 'src/a.test.ts', describe: [], name, variant: '', ordinal: 0, ...changes };
}

export function values(known: Partial<Record<MetricName, number>>): Float64Array {
  const all = new Float64Array(METRIC_NAMES.length).fill(NaN);
  for (const [name, value] of Object.entries(known)) all[METRIC_INDEX[name as MetricName]] = value;
  return all;
}

type Changes = Partial<Omit<ReadingRecord, 'identity'>> & { readonly identity?: Partial<Identity> };

/** A passed test `test <sequence>` of writer `w1` that took `sequence` milliseconds. */
export function readingRecord(session: string, sequence: number, changes: Changes = {}): ReadingRecord {
  const { identity: identityChanges, ...marks } = changes;
  return {
    session,
    writer: 'w1',
    sequence,
    parent: 0,
    identity: identity(`test ${sequence}`, identityChanges),
    component: '',
    tags: {},
    startedAt: START + sequence * 1000,
    status: 'passed',
    retry: 0,
    repeat: 0,
    overlaps: 0,
    shared: false,
    peakIsLowerBound: false,
    values: values({ wall_time: sequence * 1e6 }),
    ...marks,
  };
}
