/** Items by their numbers, and what each consumed over sessions. */
import type { MetricName } from '../../model/metrics.js';
import { itemConditions } from './item-filter.js';
import { identityOf, type ItemRow, type StoredItem } from './item-row.js';
import { metricRows, FACT_COLUMNS, type MetricFilter } from './metric-rows.js';
import type { Sql } from './port.js';

export interface NumberedItem extends ItemRow {
  readonly item: number;
}

/** In the order in which the history came to know them, from behind `after`. */
export async function listItems(sql: Sql, filter: MetricFilter, limit: number, after = 0): Promise<NumberedItem[]> {
  const { conditions, values } = itemConditions(sql.dialect, filter);
  const where = ['i.item > ?', ...conditions].join(' AND ');
  const columns = 'i.item, i.kind, i.project, i.file, i.describe, i.name, i.variant, i.ordinal';
  const rows = await sql.rows<StoredItem>(`SELECT ${columns} FROM items i WHERE ${where} ORDER BY i.item LIMIT ?`, after, ...values, limit);
  return rows.map(([item, ...row]) => ({ item, ...identityOf(...row) }));
}

/** All values of one item. */
export interface ItemValues {
  readonly item: number;
  /** Rows, with or without numbers. */
  rows: number;
  first: number;
  last: number;
  readonly values: readonly number[][];
}

/** In the order in which the rows come. @returns the values of each of `metrics`, by item */
export async function valuesByItem(sql: Sql, filter: MetricFilter, metrics: readonly MetricName[], newest: number): Promise<ItemValues[]> {
  const found = new Map<number, ItemValues>();
  for await (const { sessions, rows } of metricRows(sql, { ...filter, newest }, { metrics, size: 10_000 })) {
    for (const row of rows) {
      let of = found.get(row[1]);
      if (of === undefined)
        found.set(row[1], (of = { item: row[1], rows: 0, first: Infinity, last: -Infinity, values: metrics.map(() => []) }));
      const startedAt = sessions.get(row[0])!.startedAt + row[4];
      of.rows++;
      of.first = Math.min(of.first, startedAt);
      of.last = Math.max(of.last, startedAt);
      for (let index = 0; index < metrics.length; index++) {
        const value = row[FACT_COLUMNS + index];
        if (value !== null && value !== undefined) of.values[index]!.push(value);
      }
    }
  }
  return [...found.values()];
}
