/** The two sides of a comparison, with what was measured on them. */
import { SpanmeterError } from '../model/errors.js';
import type { MetricName } from '../model/metrics.js';
import type { Metric, Session } from './entities.js';
import { findSide } from './find-side.js';
import type { Monitor } from './monitor.js';

export interface FoundSides {
  readonly a: { readonly name: string; readonly sessions: readonly Session[]; readonly metrics: Iterable<Metric> };
  readonly b: FoundSides['a'];
  /** What was left out, in sentences. */
  readonly notes: readonly string[];
}

/** What is asked of each row besides its metrics. */
const COLUMNS = ['session', 'kind', 'project', 'file', 'describe', 'name', 'variant', 'ordinal', 'component'];
const SHORT_ID = 8;
const MARKS = ['status', 'retry', 'repeat', 'overlaps', 'shared', 'peak_is_lower_bound'];

/** One session is told by its id as well. */
function named(name: string, [first, ...others]: readonly Session[]): string {
  const id = first!.id.slice(0, SHORT_ID);
  return others.length > 0 || name.startsWith(id) ? name : `${name} (${id})`;
}

/**
 * @param a what was before, as findSide takes it @param b what is now: what both mean is B's
 * @param metrics that are read
 * @throws SpanmeterError SPANMETER_NOT_FOUND, SPANMETER_AMBIGUOUS, SPANMETER_USAGE
 */
export async function findSides(monitor: Monitor, a: string, b: string, metrics: readonly MetricName[]): Promise<FoundSides> {
  const [was, is] = [await findSide(monitor, a), await findSide(monitor, b)];
  const inB = new Set(is.sessions.map(({ id }) => id));
  const before = was.sessions.filter(({ id }) => !inB.has(id));
  const both = was.sessions.length - before.length;
  if (before.length === 0)
    throw new SpanmeterError(
      'SPANMETER_USAGE',
      `compare: all runs of '${a}' are among those of '${b}', so there is nothing to hold them against. Name other runs as A, which comes first.`,
    );
  const read = async (sessions: readonly Session[]): Promise<Iterable<Metric>> =>
    monitor.metrics({ session: sessions.map(({ id }) => id), columns: [...COLUMNS, ...MARKS, ...metrics] });
  return {
    a: { name: named(a, before), sessions: before, metrics: await read(before) },
    b: { name: named(b, is.sessions), sessions: is.sessions, metrics: await read(is.sessions) },
    notes: [
      both === 0 ? '' : `${both === 1 ? 'One run' : `${both} runs`} of A ${both === 1 ? 'is' : 'are'} among B's, and left out of A.`,
      ...[was, is].map(({ unfinished, name }) =>
        unfinished === 0 ? '' : `${unfinished} of '${name}' not finished (running, or killed): left out.`,
      ),
    ].filter((note) => note !== ''),
  };
}
