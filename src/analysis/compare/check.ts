/** What callers of compare() may get wrong: said, rather than answered with "nothing changed". */
import { SpanmeterError } from '../../model/errors.js';
import { METRIC_NAMES } from '../../model/metrics.js';
import { suggestion } from '../../model/nearest.js';
import type { Metric, Session } from '../../client/entities.js';
import type { CompareOptions, Side } from './types.js';

/** A side that has been gone through. */
export interface CheckedSide {
  readonly name: string;
  readonly sessions: readonly Session[];
  readonly metrics: readonly Metric[];
}

const NEEDED = ['session', 'kind', 'project', 'file', 'describe', 'name', 'variant', 'ordinal'] as const;

/** @throws SpanmeterError SPANMETER_USAGE */
export function checkedSide({ name, sessions, metrics }: Side): CheckedSide {
  const side = { name, sessions: [...sessions], metrics: [...metrics] };
  if (side.sessions.length === 0) throw usage(`the side '${name}' has no sessions.`);
  const [first] = side.metrics;
  if (first === undefined) return side;
  const missing = NEEDED.filter((column) => (first as Partial<Metric>)[column] === undefined);
  if (missing.length > 0) throw usage(`the metrics of '${name}' lack the columns ${missing.join(', ')}: ask for them, or for all.`);
  const ids = new Set(side.sessions.map(({ id }) => id));
  if (!side.metrics.some(({ session }) => ids.has(session))) throw usage(`the metrics of '${name}' are of other sessions than its own.`);
  return side;
}

/** @throws SpanmeterError SPANMETER_USAGE */
export function checkOptions({ metrics = [], thresholds = {} }: CompareOptions): void {
  for (const name of [...metrics, ...Object.keys(thresholds)]) {
    if (!(METRIC_NAMES as readonly string[]).includes(name)) throw usage(`there is no metric '${name}'. ${suggestion(name, METRIC_NAMES)}`);
  }
}

function usage(message: string): SpanmeterError {
  return new SpanmeterError('SPANMETER_USAGE', `compare: ${message}`);
}
