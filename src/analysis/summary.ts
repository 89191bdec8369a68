/** What the end of a run has to say. Pure: the session's owner asks the store, this sorts the answers, the report words them. */
import type { SessionRecord } from '../model/records.js';
import { METRIC_INDEX, type MetricName } from '../model/metrics.js';
import type { BudgetResult } from './budget.js';
import type { KindTotals, StoredReading } from '../client/rows.js';

export interface SummaryInput {
  readonly session: SessionRecord;
  readonly totals: readonly KindTotals[];
  /** The most expensive items, most expensive first; of one kind (tests where there are any). */
  readonly topCpu: readonly StoredReading[];
  readonly topPeak: readonly StoredReading[];
  /** Bytes that a peak may be off by here: growth within it is noise. NaN or absent: unknown. */
  readonly peakBound?: number;
  readonly topWall: readonly StoredReading[];
  /** Benchmarks whose iterations take longest, where benchmarks are all that was measured: their sums say nothing. */
  readonly slowestBenches?: readonly StoredReading[];
  /** The first of them, and how many there are, of whatever kind. */
  readonly interrupted: readonly StoredReading[];
  readonly interruptedCount: number;
  /** Items that ran beside others in their process, and items that needed more than one attempt. */
  readonly overlapped: number;
  readonly retried: number;
  /** The command as a whole: the item of kind `session` that `spanmeter run` records. */
  readonly whole?: StoredReading;
  /** The items are of several projects. */
  readonly withProject?: boolean;
  /** Where the history is; absent when none is kept. */
  readonly location?: string;
  /** A command that is given no options finds another history. */
  readonly isElsewhere?: boolean;
  /** The server that the records were sent to, without credentials; `fresh` of them it did not have. */
  readonly remote?: { readonly location: string; readonly rows: number; readonly fresh: number };
  readonly warnings: readonly string[];
  /** Absent when nobody asked for budgets. */
  readonly budget?: BudgetResult;
}

export interface Highlight {
  readonly by: MetricName;
  readonly readings: readonly StoredReading[];
}

export interface Digest {
  /** Sums over the kind that counts most; absent when nothing but the command was measured. */
  readonly main?: KindTotals;
  /** Empty when every item fits into `few`. */
  readonly highlights: readonly Highlight[];
  /** All items, longest first, when there are so few that rankings would repeat them. */
  readonly few: readonly StoredReading[];
  /** Instead of both, where benchmarks are all there is. */
  readonly benches: readonly StoredReading[];
  /** Nanoseconds from the session's start to its end; NaN while it runs. */
  readonly took: number;
}

/** The kinds that people ask about, the most telling first. */
const MAIN_KINDS = ['test', 'function', 'bench', 'span', 'file', 'module'];
const A_HIGHLIGHT = 3;

export function digest(input: SummaryInput): Digest {
  const main = MAIN_KINDS.map((kind) => input.totals.find((row) => row.kind === kind)).find((row) => row !== undefined);
  const benches = main?.kind === 'bench' ? (input.slowestBenches ?? []) : [];
  const few = benches.length === 0 && input.topWall.length <= A_HIGHLIGHT && main !== undefined && main.count <= A_HIGHLIGHT;
  const highlights: Highlight[] = [
    { by: 'cpu_time', readings: input.topCpu.slice(0, A_HIGHLIGHT) },
    { by: 'peak_growth', readings: aboveBound(input).slice(0, A_HIGHLIGHT) },
    { by: 'wall_time', readings: input.topWall.slice(0, A_HIGHLIGHT) },
  ];
  const { startedAt, finishedAt } = input.session;
  return {
    ...(main === undefined ? {} : { main }),
    benches,
    highlights: few || benches.length > 0 ? [] : highlights.filter((each) => each.readings.length > 0),
    few: few ? input.topWall : [],
    took: finishedAt === undefined ? NaN : (finishedAt - startedAt) * 1000,
  };
}

/** Those of `topPeak` whose growth is more than the platform's precision. */
export function aboveBound({ topPeak, peakBound = NaN }: Pick<SummaryInput, 'topPeak' | 'peakBound'>): readonly StoredReading[] {
  return topPeak.filter(({ values }) => !(values[METRIC_INDEX.peak_growth]! <= peakBound));
}
