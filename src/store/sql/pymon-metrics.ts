/** Pages and counts of metrics, in the order in which they are listed: pytest-monitor's as they came, then ours by session. */
import { areZonesEnough, foreignConditions, itemsOf, ourConditions, zoneConditions, type MetricFilter } from './pymon-filter.js';
import { foreignRows, OUR_COLUMNS, ourRows, type ShownMetric } from './pymon-shown.js';
import type { Sql } from './port.js';

/** How many rows there are, and of ours in which sessions. */
interface Extent {
  readonly foreign: number;
  readonly ours: readonly (readonly [session: number, count: number])[];
  readonly items: readonly number[] | undefined;
  readonly total: number;
}

export interface Page<T> {
  readonly total: number;
  readonly rows: readonly T[];
}

/** Which page: undefined where there is none with this number. */
export type Place = (total: number) => { readonly offset: number; readonly limit: number } | undefined;

export async function countMetrics(sql: Sql, filter: MetricFilter): Promise<number> {
  return (await extentOf(sql, filter)).total;
}

export async function pageOfMetrics(sql: Sql, filter: MetricFilter, place: Place): Promise<Page<ShownMetric> | undefined> {
  const extent = await extentOf(sql, filter);
  const at = place(extent.total);
  if (at === undefined) return undefined;
  const { offset, limit } = at;
  const fromForeign = Math.min(limit, Math.max(0, extent.foreign - offset));
  const foreign = fromForeign === 0 ? [] : await readForeign(sql, filter, extent.foreign, offset, fromForeign);
  const left = Math.min(limit - fromForeign, extent.total - offset - fromForeign);
  const ours = left <= 0 ? [] : await readOurs(sql, filter, extent, Math.max(0, offset - extent.foreign), left);
  return { total: extent.total, rows: [...foreign, ...ours] };
}

async function extentOf(sql: Sql, filter: MetricFilter): Promise<Extent> {
  const items = await itemsOf(sql, filter);
  const foreign = await countForeign(sql, filter);
  const ours = await countOurs(sql, filter, items);
  return { foreign, ours, items, total: ours.reduce((sum, [, count]) => sum + count, foreign) };
}

async function countForeign(sql: Sql, filter: MetricFilter): Promise<number> {
  if (areZonesEnough(filter)) {
    const { where, values } = zoneConditions(sql, filter, 'origin = 0');
    return await one(sql, `SELECT CAST(coalesce(sum(count), 0) AS bigint) FROM zones WHERE ${where}`, values);
  }
  const { where, values } = foreignConditions(sql, filter);
  return await one(
    sql,
    `SELECT count(*) FROM foreign_readings f JOIN foreign_items i ON i.foreign_item = f.foreign_item
     JOIN writers w ON w.session = f.session AND w.writer = f.writer WHERE ${where}`,
    values,
  );
}

async function countOurs(sql: Sql, filter: MetricFilter, items: readonly number[] | undefined): Promise<(readonly [number, number])[]> {
  if (areZonesEnough(filter)) return await countByZones(sql, filter);
  if (filter.context !== undefined) return await countOfContext(sql, filter);
  if (items?.length === 0) return [];
  return await countOneByOne(sql, filter, items);
}

async function countByZones(sql: Sql, filter: MetricFilter): Promise<(readonly [number, number])[]> {
  const { where, values } = zoneConditions(sql, filter, 'origin = 1');
  return await sql.rows<[number, number]>(
    `SELECT session, CAST(sum(count) AS bigint) FROM zones WHERE ${where} GROUP BY session ORDER BY session`,
    ...values,
  );
}

/** A context is mostly that of whole sessions: only where writers differ, rows are counted. */
async function countOfContext(sql: Sql, filter: MetricFilter): Promise<(readonly [number, number])[]> {
  const matching = 'CASE WHEN coalesce(w.context, s.context) = ? THEN 1 ELSE 0 END';
  const sessions = await sql.rows<[number, number]>(
    `SELECT w.session, min(${matching}) FROM writers w JOIN sessions s ON s.session = w.session
     GROUP BY w.session HAVING max(${matching}) = 1 ORDER BY w.session`,
    filter.context,
    filter.context,
  );
  const { context, ...rest } = filter;
  const of = (whole: 0 | 1): number[] => sessions.filter(([, all]) => all === whole).map(([session]) => session);
  const whole = of(1);
  const mixed = of(0);
  const counts = [
    ...(whole.length === 0 ? [] : await countByZones(sql, { ...rest, sessions: whole })),
    ...(mixed.length === 0 ? [] : await countOneByOne(sql, { ...rest, context: context!, sessions: mixed }, undefined)),
  ];
  return counts.sort(([a], [b]) => a - b);
}

async function countOneByOne(sql: Sql, filter: MetricFilter, items: readonly number[] | undefined): Promise<(readonly [number, number])[]> {
  const { from, where, values } = ourConditions(sql, filter, items);
  return await sql.rows<[number, number]>(
    `SELECT m.session, count(*) FROM ${from} WHERE ${where} GROUP BY m.session ORDER BY m.session`,
    ...values,
  );
}

async function readForeign(sql: Sql, filter: MetricFilter, count: number, offset: number, limit: number): Promise<ShownMetric[]> {
  if (Object.keys(filter).length === 0) {
    // Numbers without a gap tell where a page begins.
    const [[first, last]] = (await sql.rows<[number, number]>(
      'SELECT min(foreign_reading), max(foreign_reading) FROM foreign_readings',
    )) as [[number, number]];
    if (last - first + 1 === count) {
      const source = 'SELECT f.foreign_reading FROM foreign_readings f WHERE f.foreign_reading >= ? ORDER BY f.foreign_reading LIMIT ?';
      return await foreignRows(sql, source, first + offset, limit);
    }
  }
  const { where, values } = foreignConditions(sql, filter);
  const source = `SELECT f.foreign_reading FROM foreign_readings f JOIN foreign_items i ON i.foreign_item = f.foreign_item
     JOIN writers w ON w.session = f.session AND w.writer = f.writer WHERE ${where} ORDER BY f.foreign_reading LIMIT ? OFFSET ?`;
  return await foreignRows(sql, source, ...values, limit, offset);
}

/** Rows from the sessions on which the page lies. */
async function readOurs(sql: Sql, filter: MetricFilter, extent: Extent, offset: number, limit: number): Promise<ShownMetric[]> {
  const { ours } = extent;
  let begin = 0;
  let skip = offset;
  while (begin < ours.length && skip >= ours[begin]![1]) skip -= ours[begin++]![1];
  let end = begin;
  for (let found = -skip; end < ours.length && found < limit; end++) found += ours[end]![1];
  if (begin === end) return [];
  const within = [ours[begin]![0], ours[end - 1]![0]] as const;
  const { from, where, values } = ourConditions(sql, { ...filter, within }, extent.items);
  const source = `SELECT ${OUR_COLUMNS} FROM ${from} WHERE ${where}
     ORDER BY m.session, m.item, m.writer, m.sequence LIMIT ? OFFSET ?`;
  return await ourRows(sql, source, ...values, limit, skip);
}

async function one(sql: Sql, text: string, values: readonly unknown[]): Promise<number> {
  return (await sql.rows<[number]>(text, ...values))[0]![0];
}
