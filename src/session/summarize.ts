/** Asks a store for what the summary at the end of a run tells. */
import type { SummaryInput } from '../analysis/summary.js';
import { collector } from '../collector/index.js';
import type { SessionRecord } from '../model/records.js';
import type { Store } from '../store/contract.js';
import type { Held } from './budget.js';
import { checkBudgets } from './check-budgets.js';

const MOST_EXPENSIVE = 3;
const NAMED_INTERRUPTED = 5;
/** A suite of benchmarks is short, and each of them of interest. */
const SHOWN_BENCHES = 12;

export async function summarize(
  store: Store,
  session: SessionRecord,
  held: Held | undefined,
): Promise<Omit<SummaryInput, 'location' | 'warnings'>> {
  const interrupted = { session: session.id, statuses: ['interrupted'] };
  const kinds = ['test', 'bench', 'span'];
  const top = { session: session.id, kinds, limit: MOST_EXPENSIVE } as const;
  const totals = await store.totals(session.id);
  const sum = (of: 'overlapped' | 'retried'): number => totals.reduce((all, row) => all + (kinds.includes(row.kind) ? row[of] : 0), 0);
  const hasBenches = totals.some(({ kind }) => kind === 'bench');
  const [whole] = await store.readings({ session: session.id, kinds: ['session'], limit: 1 });
  return {
    session,
    totals,
    ...(whole && { whole }),
    topCpu: await store.readings({ ...top, orderBy: 'cpu_time' }),
    topPeak: await store.readings({ ...top, orderBy: 'peak_growth' }),
    peakBound: collector().capabilities.peakBound,
    topWall: await store.readings({ ...top, orderBy: 'wall_time' }),
    ...(hasBenches && {
      slowestBenches: await store.readings({ ...top, kinds: ['bench'], limit: SHOWN_BENCHES, orderBy: 'iteration_mean' }),
    }),
    interrupted: await store.readings({ ...interrupted, limit: NAMED_INTERRUPTED }),
    interruptedCount: await store.countReadings(interrupted),
    withProject: (await store.projects(session.id)).length > 1,
    overlapped: sum('overlapped'),
    retried: sum('retried'),
    ...(held !== undefined && { budget: await checkBudgets(store, session.id, held) }),
  };
}
