/** Limits on what something may cost: how people write them, and which of them can be judged at all. */
import { SpanmeterError } from './errors.js';
import {
  METRICS,
  METRIC_INDEX,
  METRIC_KEYS,
  METRIC_WORDS,
  type Metric,
  type MetricKey,
  type MetricName,
  type MetricWord,
} from './metrics.js';
import { suggestion } from './nearest.js';
import { QUANTITY_EXPECTED, parseQuantity } from './quantity.js';
import { formatQuantity } from './units.js';

/**
 * What something may cost at most: `{ peak: '64 MiB', cpu: '50 ms', wall: '100 ms' }`. Keys are the short words or any metric as
 * JavaScript spells it (`minorFaults`); a number without a unit is nanoseconds, bytes or a count.
 */
export type Budget = { readonly [K in Exclude<MetricWord, 'heap'> | LimitedKey]?: string | number };

type Limited = Extract<Metric, { least: unknown }>['name'];
type LimitedKey = { [K in MetricKey]: Snake<K> extends Limited ? K : never }[MetricKey];
type Snake<S extends string> = S extends `${infer A}${infer B}` ? `${A extends Lowercase<A> ? A : `_${Lowercase<A>}`}${Snake<B>}` : S;

export interface Limit {
  readonly metric: MetricName;
  /** As it was written: `peak`. */
  readonly key: string;
  /** Nanoseconds, bytes or a count. */
  readonly most: number;
}

/** What a machine can measure: the part of the collector's capabilities that budgets need. */
export interface Measurable {
  readonly mode: 'native' | 'javascript';
  /** `left`: a peak shows only where it rose above all earlier ones of its process. */
  readonly peakMode: string;
  /** Bytes. NaN: unknown. */
  readonly peakBound: number;
  readonly reasons: readonly string[];
  readonly missing: Readonly<Record<string, string>>;
}

/** Without the add-on, the calls themselves take so many times as long. */
const COARSER = 10;
const NAMES: ReadonlyMap<string, MetricName> = new Map([
  ...METRIC_KEYS.map((key, index) => [key, METRICS[index]!.name] as const),
  ...Object.entries(METRIC_WORDS),
]);
/** What is suggested: the words first, then the keys that can have a limit. */
const SUGGESTED = [...Object.keys(METRIC_WORDS), ...METRIC_KEYS].filter((key) => 'least' in METRICS[METRIC_INDEX[NAMES.get(key)!]]!);

/**
 * @param place what the message begins with: `budget.json, rule 2`
 * @throws SpanmeterError SPANMETER_BUDGET for what is no budget, and for limits that can't be judged on this machine
 */
export function parseBudget(given: unknown, place: string, machine: Measurable): Limit[] {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw refused(`${place}: expected limits such as { peak: '64 MiB', cpu: '50 ms' }, got ${show(given)}.`);
  }
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  if (entries.length === 0) throw refused(`${place}: there is no limit in it. ${suggestion('', SUGGESTED)}`);
  // Two spellings of one metric: the later one counts.
  const limits = new Map<MetricName, Limit>();
  for (const [key, value] of entries) {
    const limit = parseLimit(key, value, place);
    const refusal = refusalOf(limit, machine);
    if (refusal !== undefined) throw refused(`${place}: ${refusal}`);
    limits.set(limit.metric, limit);
  }
  return [...limits.values()];
}

export function metricOf({ metric }: Pick<Limit, 'metric'>): Metric {
  return METRICS[METRIC_INDEX[metric]]!;
}

export function refused(message: string): SpanmeterError {
  return new SpanmeterError('SPANMETER_BUDGET', message);
}

function parseLimit(key: string, value: unknown, place: string): Limit {
  const metric = NAMES.get(key);
  if (metric === undefined) throw refused(`${place}: there is no metric '${key}'. ${suggestion(key, SUGGESTED)}`);
  const { unit } = metricOf({ metric });
  const most = parseQuantity(value, unit);
  if (most === undefined) throw refused(`${place}: '${key}': expected ${QUANTITY_EXPECTED[unit]}, got ${show(value)}.`);
  return { metric, key, most };
}

/** @returns why nothing can be held against this limit here, with the remedy */
function refusalOf({ metric, key, most }: Limit, machine: Measurable): string | undefined {
  const row = metricOf({ metric });
  if (!('least' in row)) {
    return row.direction === 'none'
      ? `'${key}' can't have a limit: it is a state and no cost. Limit 'peak' or 'rss'.`
      : `'${key}' can't have a limit: it is ${row.precision}. Limit 'cpu', their sum.`;
  }
  const least = leastOf(row.least, machine);
  if (most >= least) return undefined;
  const written = formatQuantity(most, row.unit);
  return `'${key}' can't be held to ${written}: less than ${formatQuantity(least, row.unit)} can't be told from nothing on this machine (${
    row.least === 'peak' ? "the kernel's counters can be off by so much" : row.precision
  }). Set it to at least ${formatQuantity(least, row.unit)}.`;
}

function leastOf(least: number | 'peak', { mode, peakBound }: Measurable): number {
  // Unknown only where there is no peak either: then nothing is judged by it.
  if (least === 'peak') return Number.isNaN(peakBound) ? 0 : peakBound;
  return mode === 'javascript' ? least * COARSER : least;
}

function show(value: unknown): string {
  if (typeof value === 'string') return `'${value.length > 60 ? `${value.slice(0, 57)}...` : value}'`;
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : typeof value === 'function' ? 'a function' : String(value);
}
