/** Several sessions read as one: the shards of a run. */
import { SpanmeterError } from '../model/errors.js';
import { METRIC_INDEX, type MetricName } from '../model/metrics.js';
import { GROUP_TAG } from '../model/records.js';
import type { KindTotals, ReadingQuery, SessionQuery, SessionSummary, Store, StoredReading, StoredSession } from '../store/contract.js';
import { findSession } from './find-session.js';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const SUMS = ['count', 'passed', 'failed', 'skipped', 'interrupted', 'retried', 'overlapped', 'shared', 'wallTime', 'cpuTime'] as const;
const PEAKS = ['peakRss', 'peakGrowth'] as const;

/** Sums over all sessions that the query finds, and the largest peaks; most frequent kinds first. The query's limit does not count. */
export async function groupTotals(store: Store, query: SessionQuery): Promise<KindTotals[]> {
  const { limit: _, offset: __, ...all } = query;
  const kinds = new Map<string, Writable<KindTotals>>();
  for (const { id } of await store.sessions(all)) {
    for (const row of await store.totals(id)) {
      const known = kinds.get(row.kind);
      if (known === undefined) kinds.set(row.kind, { ...row });
      else {
        for (const name of SUMS) known[name] = combined(known[name], row[name], (a, b) => a + b);
        for (const name of PEAKS) known[name] = combined(known[name], row[name], Math.max);
      }
    }
  }
  return [...kinds.values()].sort((a, b) => b.count - a.count || (a.kind < b.kind ? -1 : 1));
}

export function groupQuery(group: string): SessionQuery {
  return { tag: { name: GROUP_TAG, value: group } };
}

/** @throws SpanmeterError SPANMETER_NOT_FOUND */
export async function findGroup(store: Store, group: string): Promise<SessionSummary[]> {
  const found = await store.sessions(groupQuery(group));
  if (found.length > 0) return found;
  throw new SpanmeterError(
    'SPANMETER_NOT_FOUND',
    `No session in ${store.location} has the group '${group}'. 'spanmeter sessions' lists them all, with their tags.`,
  );
}

/** One session, or all of a group. */
export type Found = { readonly ids: readonly string[]; readonly totals: readonly KindTotals[] } & (
  { readonly session: StoredSession } | { readonly group: string; readonly sessions: readonly SessionSummary[] }
);

/**
 * @param group goes before the name
 * @throws SpanmeterError as findSession and findGroup
 */
export async function findSessionOrGroup(store: Store, name: string, group: string | undefined): Promise<Found> {
  if (group === undefined) {
    const session = await findSession(store, name);
    return { session, ids: [session.id], totals: await store.totals(session.id) };
  }
  const sessions = await findGroup(store, group);
  return { group, sessions, ids: sessions.map(({ id }) => id), totals: await groupTotals(store, groupQuery(group)) };
}

/** The names of the projects that the items of some sessions are of. */
export async function projectsOf(store: Store, sessions: readonly string[]): Promise<ReadonlySet<string>> {
  return new Set((await Promise.all(sessions.map((session) => store.projects(session)))).flat());
}

/** Rows of several sessions, in the order in which they began; the first `limit` of them. */
export async function readingsOf(
  store: Store,
  sessions: readonly string[],
  query: Omit<ReadingQuery, 'session'>,
): Promise<StoredReading[]> {
  const found: StoredReading[] = [];
  for (const session of sessions) found.push(...(await store.readings({ session, ...query })));
  return sessions.length === 1 ? found : found.sort((a, b) => a.startedAt - b.startedAt).slice(0, query.limit);
}

/** The query's limit does not count. */
export async function countReadings(store: Store, sessions: readonly string[], query: Omit<ReadingQuery, 'session'>): Promise<number> {
  let count = 0;
  for (const session of sessions) count += await store.countReadings({ session, ...query });
  return count;
}

/** The items of several sessions of which `by` is the largest. */
export async function topOf(
  store: Store,
  sessions: readonly string[],
  { kinds, by, limit }: { readonly kinds: readonly string[]; readonly by: MetricName; readonly limit: number },
): Promise<StoredReading[]> {
  const found: StoredReading[] = [];
  for (const session of sessions) found.push(...(await store.readings({ session, kinds, orderBy: by, limit })));
  const at = METRIC_INDEX[by];
  return sessions.length === 1 ? found : found.sort((a, b) => b.values[at]! - a.values[at]!).slice(0, limit);
}

/** NaN: not known of that session. */
function combined(a: number, b: number, combine: (a: number, b: number) => number): number {
  if (Number.isNaN(a)) return b;
  return Number.isNaN(b) ? a : combine(a, b);
}
