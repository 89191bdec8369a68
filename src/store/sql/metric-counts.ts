/** How many rows there are, and of which components. */
import { unescapeText } from '../../model/escape.js';
import { whereOf, type MetricFilter } from './metric-conditions.js';
import type { Sql } from './port.js';

export async function countRows(sql: Sql, filter: MetricFilter): Promise<number> {
  const { where, values } = await whereOf(sql, filter);
  const [[count]] = (await sql.rows<[number]>(`SELECT count(*) FROM metrics m ${where}`, ...values)) as [[number]];
  return count;
}

/** Names, sorted, of those that rows have; without the empty one. */
export async function componentsOf(sql: Sql, filter: MetricFilter): Promise<string[]> {
  const { where, values } = await whereOf(sql, filter, 'm.component IS NOT NULL');
  const rows = await sql.rows<[string]>(
    `SELECT p.name FROM components p WHERE p.component IN (SELECT m.component FROM metrics m ${where})`,
    ...values,
  );
  return rows.map(([name]) => unescapeText(name)).sort();
}
