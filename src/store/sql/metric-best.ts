/** The rows with the largest or smallest values of a metric, among all that a filter leaves. */
import { METRIC_NAMES, type MetricName } from '../../model/metrics.js';
import { whereOf, type MetricFilter } from './metric-conditions.js';
import { FACTS, type Chunk, type FactRow } from './metric-rows.js';
import type { Sql } from './port.js';
import { findSessions } from './session-filter.js';

/** What rows can be ranked by: a metric, or `cpu_usage`, which is cpu_time / wall_time. */
export type Ranking = MetricName | 'cpu_usage';
export const RANKINGS: readonly Ranking[] = [...METRIC_NAMES, 'cpu_usage'];

export interface Best {
  readonly metric: Ranking;
  readonly end: 'top' | 'bottom';
  readonly count: number;
}

/** Best first, rows without the metric left out; of equal ones, those of the session that the history knew first, in the order in which they began. */
export async function bestRows(
  sql: Sql,
  filter: MetricFilter,
  { metric, end, count }: Best,
  metrics: readonly MetricName[],
): Promise<Chunk> {
  const rank = metric === 'cpu_usage' ? 'CAST(m.cpu_time AS DOUBLE PRECISION) / nullif(m.wall_time, 0)' : `m.${metric}`;
  const { where, values } = await whereOf(sql, filter, `${rank} IS NOT NULL`);
  const columns = [...FACTS, ...metrics].map((column) => `m.${column}`).join(', ');
  const order = `${rank} ${end === 'top' ? 'DESC' : 'ASC'}, m.session, m.started, m.writer, m.sequence`;
  const rows = await sql.rows<FactRow>(`SELECT ${columns} FROM metrics m ${where} ORDER BY ${order} LIMIT ?`, ...values, count);
  const sessions = await findSessions(sql, {}, { withUnknown: true });
  return { sessions: new Map(sessions.map((session) => [session.session, session])), rows };
}
