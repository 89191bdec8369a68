/** Several sessions read as one: the shards of a run. */
import type { KindTotals, SessionQuery, Store } from '../store/contract.js';

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

/** NaN: not known of that session. */
function combined(a: number, b: number, combine: (a: number, b: number) => number): number {
  if (Number.isNaN(a)) return b;
  return Number.isNaN(b) ? a : combine(a, b);
}
