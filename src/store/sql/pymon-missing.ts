/** Which of pytest-monitor's metrics a history lacks. They have no key: equal ones of a session are counted. */
import { SpanmeterError } from '../../model/errors.js';
import { BATCH_ROWS } from '../../journal/batch-limits.js';
import type { CountedMetric, PymonMetric } from '../pymon-rows.js';
import type { Dialect } from './port.js';
import { ask, type Asking } from './ask.js';

export interface Numbered {
  readonly metric: CountedMetric;
  /** In the tables. */
  readonly session: number;
  readonly foreignItem: number;
}

type Row = readonly [item: number, context: string | null, start: string | null, ...numbers: (number | null)[]];

/** Inside the transaction that will add them, so that nobody else adds them meanwhile. @returns them in the order in which they were sent */
export function* missingMetrics(dialect: Dialect, metrics: readonly Numbered[]): Asking<PymonMetric[]> {
  const present = new Map<string, number>();
  const items = new Map<number, Set<number>>();
  for (const { session, foreignItem } of metrics) {
    const known = items.get(session);
    if (known === undefined) items.set(session, new Set([foreignItem]));
    else known.add(foreignItem);
  }
  for (const [session, wanted] of items) {
    const rows = yield* ask<Row>(
      `SELECT f.foreign_item, c.hash, f.item_start_time, f.total_time, f.user_time, f.kernel_time, f.cpu_usage, f.mem_usage
       FROM foreign_readings f JOIN writers w ON w.session = f.session AND w.writer = f.writer LEFT JOIN contexts c ON c.context = w.context
       WHERE f.session = ? AND ${dialect.among('f.foreign_item', '?')}`,
      session,
      JSON.stringify([...wanted]),
    );
    for (const row of rows) {
      const key = JSON.stringify([session, ...row]);
      present.set(key, (present.get(key) ?? 0) + 1);
    }
  }
  const missing: PymonMetric[] = [];
  for (const { metric, session, foreignItem } of metrics) {
    const { count, context, startTime, totalTime, userTime, kernelTime, cpuUsage, memUsage } = metric;
    const key = JSON.stringify([session, foreignItem, context, startTime, totalTime, userTime, kernelTime, cpuUsage, memUsage]);
    const there = present.get(key) ?? 0;
    if (missing.length + count - there > BATCH_ROWS + metrics.length)
      throw new SpanmeterError(
        'SPANMETER_USAGE',
        'There are many more equal metrics to be added than were sent. Send all of them, in their order.',
      );
    for (let nth = there; nth < count; nth += 1) missing.push(metric);
    present.set(key, Math.max(there, count));
  }
  return missing;
}
