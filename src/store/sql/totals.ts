/**
 * Counts and sums. What is counted is the last attempt of each item: a row is superseded when another row of its item in the session
 * has a higher repeat or, in the same repeat, a higher retry. Rows with equal ones (a span in a loop) all count. Sums run over all
 * rows.
 */
import type { Status } from '../../model/records.js';
import type { KindTotals } from '../contract.js';
import { ask, type Asking } from './ask.js';
import { FOREIGN, SHARED, STATUS_MASK, STORED_STATUSES } from './marks.js';
import { sessionNumber } from './read-session.js';

/** Kinds that are tests: ours, and pytest-monitor's. */
export const TEST_KINDS: readonly string[] = ['test', 'function'];

const GROUP = `i.kind, m.marks & ${STATUS_MASK | FOREIGN}, m.retry > 0, m.overlaps > 0, m.overlaps > 0 OR m.marks & ${SHARED} > 0`;
const ATTEMPT = 'm.repeat * 1000000 + m.retry';
/**
 * All rows in groups, and then the superseded ones with a negative count: only the few items with several attempts are looked at
 * twice. Sums are floats: a sum of integers could overflow, and then the query fails.
 */
const GROUPS = `
  SELECT ${GROUP}, count(*), sum(CAST(m.wall_time AS DOUBLE PRECISION)),
    sum(CAST(m.cpu_time AS DOUBLE PRECISION)), max(m.peak_rss), max(m.peak_growth)
  FROM metrics m JOIN items i ON i.item = m.item WHERE m.session = ? GROUP BY 1, 2, 3, 4, 5
  UNION ALL
  SELECT ${GROUP}, -count(*), NULL, NULL, NULL, NULL
  FROM (SELECT m.session, m.item, max(${ATTEMPT}) AS last FROM metrics m WHERE m.session = ? AND (m.retry > 0 OR m.repeat > 0) GROUP BY m.session, m.item) a
  JOIN metrics m ON m.session = a.session AND m.item = a.item JOIN items i ON i.item = m.item
  WHERE ${ATTEMPT} < a.last GROUP BY 1, 2, 3, 4, 5`;

type Group = [
  kind: string,
  status: number,
  retried: number | boolean,
  overlapped: number | boolean,
  shared: number | boolean,
  count: number,
  wallTime: number | null,
  cpuTime: number | null,
  peakRss: number | null,
  peakGrowth: number | null,
];

type Writable<T> = { -readonly [K in keyof T]: T[K] };

export function* readTotals(id: string): Asking<KindTotals[]> {
  const session = yield* sessionNumber(id);
  return session === undefined ? [] : yield* totalsOf(session);
}

/** Most frequent kinds first. */
function* totalsOf(session: number): Asking<KindTotals[]> {
  const kinds = new Map<string, Writable<KindTotals>>();
  for (const group of yield* ask<Group>(GROUPS, session, session)) {
    const [kind, status, retried, overlapped, shared, count, wallTime, cpuTime, peakRss, peakGrowth] = group;
    let totals = kinds.get(kind);
    if (totals === undefined) kinds.set(kind, (totals = nothing(kind)));
    totals.count += count;
    const named = STORED_STATUSES[status];
    // Foreign rows have none.
    if (named !== undefined) totals[named] += count;
    if (retried) totals.retried += count;
    if (overlapped) totals.overlapped += count;
    if (shared) totals.shared += count;
    totals.wallTime = combined(totals.wallTime, wallTime, (a, b) => a + b);
    totals.cpuTime = combined(totals.cpuTime, cpuTime, (a, b) => a + b);
    totals.peakRss = combined(totals.peakRss, peakRss, Math.max);
    totals.peakGrowth = combined(totals.peakGrowth, peakGrowth, Math.max);
  }
  return [...kinds.values()].map(withoutInvented).sort((a, b) => b.count - a.count || (a.kind < b.kind ? -1 : 1));
}

const UNKNOWN = { passed: NaN, failed: NaN, skipped: NaN, interrupted: NaN, retried: NaN, overlapped: NaN, shared: NaN };

/** No row has a status, all are foreign: how many passed, or were tried again, is not known, rather than none. */
function withoutInvented(totals: KindTotals): KindTotals {
  if (totals.count === 0 || STORED_STATUSES.some((status) => totals[status] !== 0)) return totals;
  return { ...totals, ...UNKNOWN };
}

function nothing(kind: string): Writable<KindTotals> {
  const counts: Record<Status | 'count' | 'retried' | 'overlapped' | 'shared', number> = {
    count: 0,
    passed: 0,
    failed: 0,
    skipped: 0,
    interrupted: 0,
    retried: 0,
    overlapped: 0,
    shared: 0,
  };
  return { kind, ...counts, wallTime: NaN, cpuTime: NaN, peakRss: NaN, peakGrowth: NaN };
}

function combined(known: number, more: number | null, combine: (a: number, b: number) => number): number {
  if (more === null) return known;
  return Number.isNaN(known) ? more : combine(known, more);
}

export type TestCounts = readonly [tests: number, failed: number, skipped: number, interrupted: number];

export function* countTests(session: number): Asking<TestCounts> {
  const counts: [number, number, number, number] = [0, 0, 0, 0];
  for (const { kind, count, failed, skipped, interrupted } of yield* totalsOf(session)) {
    if (!TEST_KINDS.includes(kind)) continue;
    counts[0] += count;
    counts[1] += failed || 0;
    counts[2] += skipped || 0;
    counts[3] += interrupted || 0;
  }
  return counts;
}
