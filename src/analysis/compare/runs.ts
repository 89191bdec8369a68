/** What each item consumed in each run of a side. */
import { itemKey, type Metric, type Session } from '../../client/entities.js';
import { isContainer } from '../../client/leaf-kinds.js';
import { isShared } from '../../model/judge.js';
import { keyOf, METRIC_INDEX, METRICS, type MetricName } from '../../model/metrics.js';
import { GROUP_TAG } from '../../model/records.js';
import type { CheckedSide } from './check.js';
import type { ComparedItem } from './types.js';

export interface Measured {
  readonly item: ComparedItem;
  /** By metric: one number for each session that has one. */
  readonly values: ReadonlyMap<MetricName, number[]>;
  /** Sessions in which it did not pass, by what became of it. */
  readonly others: ReadonlyMap<string, number>;
  /** Metrics that include what ran beside the item. */
  readonly shared: ReadonlySet<MetricName>;
}

export interface Runs {
  readonly items: ReadonlyMap<string, Measured>;
  /** By metric: the sum of each run's tests; of bytes the largest. */
  readonly totals: ReadonlyMap<MetricName, readonly number[]>;
}

/** Rows of one item in one session that count. */
interface Attempt {
  repeat: number;
  retry: number;
  rows: Metric[];
}

const TESTS: readonly string[] = ['test', 'function'];

/** @param metricsOf of an item of that kind */
export function runsOf(side: CheckedSide, kinds: readonly string[] | undefined, metricsOf: (kind: string) => readonly MetricName[]): Runs {
  const runs = new Map(side.sessions.map((session) => [session.id, runOf(session)]));
  const attempts = lastAttempts(
    side.metrics,
    (row) => runs.has(row.session) && (kinds === undefined ? !isContainer(row.kind) : kinds.includes(row.kind)),
  );
  const items = new Map<string, Measured>();
  const byRun = new Map<MetricName, Map<string, number>>();
  for (const [key, bySession] of attempts) {
    const [first] = [...bySession.values()][0]!.rows;
    const found = { values: new Map<MetricName, number[]>(), others: new Map<string, number>(), shared: new Set<MetricName>() };
    for (const [session, { rows }] of bySession) {
      // pytest-monitor keeps no status.
      const failure = rows.find(({ status = 'passed' }) => status !== 'passed')?.status;
      if (failure !== undefined) {
        found.others.set(failure, (found.others.get(failure) ?? 0) + 1);
        continue;
      }
      for (const metric of metricsOf(first!.kind)) {
        const value = valueOf(rows, metric);
        if (value === undefined) continue;
        push(found.values, metric, value);
        if (rows.some((row) => isShared({ shared: row.shared ?? false, overlaps: row.overlaps ?? 0 }, METRICS[METRIC_INDEX[metric]]!)))
          found.shared.add(metric);
        if (TESTS.includes(first!.kind)) addTo(byRun, metric, runs.get(session)!, value);
      }
    }
    items.set(key, { item: toItem(first!), ...found });
  }
  return { items, totals: new Map([...byRun].map(([metric, sums]) => [metric, [...sums.values()]])) };
}

/** Of the parallel jobs of one CI run, all are one. */
export function runOf({ id, tags }: Pick<Session, 'id' | 'tags'>): string {
  const group = tags[GROUP_TAG];
  return typeof group === 'string' ? `group ${group}` : id;
}

/** Of an item that was tried again in a session, the last attempt counts; a span in a loop has several rows in one. */
function lastAttempts(rows: Iterable<Metric>, counts: (row: Metric) => boolean): Map<string, Map<string, Attempt>> {
  const found = new Map<string, Map<string, Attempt>>();
  for (const row of rows) {
    if (!counts(row)) continue;
    const key = itemKey(row);
    let bySession = found.get(key);
    if (bySession === undefined) found.set(key, (bySession = new Map<string, Attempt>()));
    const { repeat = 0, retry = 0 } = row;
    const known = bySession.get(row.session);
    const later = known === undefined ? 1 : repeat - known.repeat || retry - known.retry;
    if (later > 0) bySession.set(row.session, { repeat, retry, rows: [row] });
    else if (later === 0) known!.rows.push(row);
  }
  return found;
}

/** Of several rows the sum, for that is what they cost the run; of memory the largest. */
function valueOf(rows: readonly Metric[], metric: MetricName): number | undefined {
  const isPeak = METRICS[METRIC_INDEX[metric]]!.unit === 'bytes';
  let result: number | undefined;
  for (const row of rows) {
    const value = row[keyOf(metric)];
    // A lower bound is not its value.
    if (value === undefined || (isPeak && row.peakIsLowerBound === true)) return undefined;
    result = result === undefined ? value : isPeak ? Math.max(result, value) : result + value;
  }
  return result;
}

function addTo(sums: Map<MetricName, Map<string, number>>, metric: MetricName, run: string, value: number): void {
  let byRun = sums.get(metric);
  if (byRun === undefined) sums.set(metric, (byRun = new Map<string, number>()));
  const known = byRun.get(run);
  byRun.set(run, known === undefined ? value : METRICS[METRIC_INDEX[metric]]!.unit === 'bytes' ? Math.max(known, value) : known + value);
}

function push(values: Map<MetricName, number[]>, metric: MetricName, value: number): void {
  const known = values.get(metric);
  if (known === undefined) values.set(metric, [value]);
  else known.push(value);
}

function toItem({ kind, project, file, describe, name, variant, ordinal, component }: Metric): ComparedItem {
  return { kind, project, file, describe, name, variant, ordinal, component };
}
