/** What a comparison is made of, and what it says: plain values, in the units of the metrics. */
import type { Metric, Session } from '../../client/entities.js';
import type { MetricName } from '../../model/metrics.js';
import type { Identity } from '../../model/records.js';

/** Some runs that are held against others. */
export interface Side {
  /** As somebody named them. */
  readonly name: string;
  readonly sessions: Iterable<Session>;
  /** Rows of these sessions; of others they are passed over. */
  readonly metrics: Iterable<Metric>;
}

/** What a change must at least be: both. */
export interface Threshold {
  /** 0.05: five percent of the smaller side. */
  readonly ratio: number;
  /** In the metric's unit. */
  readonly floor: number;
}

export interface CompareOptions {
  /** Default: cpu_time, peak_growth, wall_time; of benchmarks iteration_mean. */
  readonly metrics?: readonly MetricName[];
  /** For metrics that shall not have the usual ones (thresholds.ts). */
  readonly thresholds?: Readonly<Partial<Record<MetricName, Threshold>>>;
  /** Default: those that contain no others. */
  readonly kinds?: readonly string[];
  /** The share of false calls among all calls that is accepted (default: 0.05). */
  readonly q?: number;
  /** Compare although the machines or their limits differ (default: false). */
  readonly acrossMachines?: boolean;
}

export const VERDICTS = ['regressed', 'suspect', 'undecided', 'improved', 'incomparable', 'unchanged'] as const;
/**
 * `suspect`: large enough, but a side has one run only, so that nothing is known of the noise. `undecided`: large enough, but within what
 * the noise may do. `incomparable`: other machines, or a side without a number.
 */
export type Verdict = (typeof VERDICTS)[number];

export interface ComparedItem extends Omit<Identity, 'kind'> {
  readonly kind: string;
  readonly component: string;
}

export interface Sample {
  /** Values: one for each run that has one. */
  readonly count: number;
  /** Absent when there is none. */
  readonly median?: number;
}

/** What became of a quantity. */
export interface Compared {
  readonly metric: MetricName;
  readonly verdict: Verdict;
  /** What the verdict alone doesn't say. */
  readonly reason?: string;
  readonly a: Sample;
  readonly b: Sample;
  /** Of the medians, B minus A. */
  readonly difference?: number;
  /** B by A: the estimate of Hodges and Lehmann, where all values are above 0; else of the medians; absent where A's is 0. */
  readonly ratio?: number;
  /** Interval of the ratio, and how often such an interval holds the true one. */
  readonly low?: number;
  readonly high?: number;
  readonly confidence?: number;
  /** Of the rank test; and adjusted for the number of items. Absent for what stays below the floor in every run: it is not tested. */
  readonly p?: number;
  readonly adjustedP?: number;
  /** Of an undecided one: runs a side that would probably decide; Infinity for more than 100. */
  readonly runsNeeded?: number;
  /** Some of the values include what ran beside the item in its process. */
  readonly shared?: true;
}

export interface Change extends Compared {
  readonly item: ComparedItem;
}

export interface OneSided {
  readonly item: ComparedItem;
  /** By metric. */
  readonly medians: Readonly<Partial<Record<MetricName, number>>>;
}

export interface SideFacts {
  readonly name: string;
  /** Sessions; the parallel jobs of one CI run are one run. */
  readonly runs: number;
  /** Ids, oldest first. */
  readonly sessions: readonly string[];
  /** Of the first and of the last: microseconds since 1970. */
  readonly from: number;
  readonly to: number;
}

/** A fact that is not the same on both sides: the values that each has, sorted. */
export interface Difference {
  readonly what: string;
  readonly a: readonly string[];
  readonly b: readonly string[];
}

export interface Comparison {
  readonly a: SideFacts;
  readonly b: SideFacts;
  readonly q: number;
  readonly thresholds: Readonly<Partial<Record<MetricName, Threshold>>>;
  /** Set where machines or limits differ: what of them. */
  readonly otherMachines?: readonly Difference[];
  /** The largest first: by verdict, then by how many times the floor. */
  readonly changes: readonly Change[];
  readonly added: readonly OneSided[];
  readonly gone: readonly OneSided[];
  /** Items that have a verdict, and how many times each was given. */
  readonly items: number;
  readonly counts: Readonly<Record<Verdict, number>>;
  /** Sums a run (of bytes: the largest), over the tests. */
  readonly totals: readonly Compared[];
  /** Geometric mean of the ratios of the items that reach the floor on a side. */
  readonly means: readonly { readonly metric: MetricName; readonly ratio: number; readonly items: number }[];
  /** Revision, runtime, packages, tags and the like. */
  readonly differences: readonly Difference[];
}
