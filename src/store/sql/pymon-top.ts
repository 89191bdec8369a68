/**
 * Head and tail: the rows with the largest or smallest value of a resource; of equal ones, those that are listed first. Sessions are
 * looked into in the order of their extremes, until none of the rest can have a better row. Rows without the value are left out.
 */
import { foreignConditions, ourConditions, zoneConditions, type MetricFilter } from './pymon-filter.js';
import { foreignRows, OUR_COLUMNS, ourRows, type ShownMetric } from './pymon-shown.js';
import type { Sql } from './port.js';
import { RESOURCES, type Resource } from './zones.js';

export type End = 'head' | 'tail';

/** Sessions that are looked into at once: a database over the network answers several in the time of one. */
const AT_ONCE = 4;

/** A row's place in the list: [0, foreign_reading] or [1, session, item, writer, sequence]. */
type Key = readonly number[];

interface Candidate {
  readonly value: number;
  readonly key: Key;
}

/** Rows of one session, of one origin. */
interface Group {
  readonly origin: number;
  readonly session: number;
  readonly first: number;
  readonly extreme: number;
}

export async function topMetrics(sql: Sql, filter: MetricFilter, resource: Resource, end: End, count: number): Promise<ShownMetric[]> {
  if (count === 0) return [];
  const better = end === 'head' ? (a: number, b: number) => b - a : (a: number, b: number) => a - b;
  const order = (a: Candidate, b: Candidate): number => better(a.value, b.value) || compareKeys(a.key, b.key);
  let best: Candidate[] = [];
  const groups = await groupsOf(sql, filter, resource, end);
  for (let at = 0; at < groups.length; at += AT_ONCE) {
    const last = best.length < count ? undefined : best[count - 1];
    // Groups come in the order of their extremes: of a chunk that has none, no later one has a better row.
    const promising = groups.slice(at, at + AT_ONCE).filter((group) => {
      const against = last === undefined ? -1 : better(group.extreme, last.value);
      return against < 0 || (against === 0 && compareKeys(beginOf(group), last!.key) < 0);
    });
    if (promising.length === 0) {
      if (better(groups[at]!.extreme, last!.value) > 0) break;
      continue;
    }
    const found = await Promise.all(promising.map((group) => lookInto(sql, filter, resource, end, group, count)));
    best = [...best, ...found.flat()].sort(order).slice(0, count);
  }
  return await readRows(sql, best);
}

async function groupsOf(sql: Sql, filter: MetricFilter, resource: Resource, end: End): Promise<Group[]> {
  const [extreme, direction] = end === 'head' ? [`max(${resource}_max)`, 'DESC'] : [`min(${resource}_min)`, 'ASC'];
  const { where, values } = zoneConditions(sql, filter, `${resource}_min IS NOT NULL`);
  const rows = await sql.rows<[number, number, number, number]>(
    `SELECT origin, session, min(first), ${extreme} FROM zones WHERE ${where} GROUP BY origin, session
     ORDER BY 4 ${direction}, origin, CASE origin WHEN 0 THEN min(first) ELSE session END`,
    ...values,
  );
  return rows.map(([origin, session, first, value]) => ({ origin, session, first, extreme: value }));
}

function beginOf({ origin, session, first }: Group): Key {
  return origin === 0 ? [0, first] : [1, session, first];
}

async function lookInto(
  sql: Sql,
  filter: MetricFilter,
  resource: Resource,
  end: End,
  { origin, session }: Group,
  count: number,
): Promise<Candidate[]> {
  const direction = end === 'head' ? 'DESC' : 'ASC';
  const within = { ...filter, sessions: [session] };
  if (origin === 0) {
    const { where, values } = foreignConditions(sql, within);
    const value = RESOURCES[resource].foreign;
    const rows = await sql.rows<[number, number]>(
      `SELECT ${value}, f.foreign_reading FROM foreign_readings f JOIN foreign_items i ON i.foreign_item = f.foreign_item
       WHERE ${where} AND ${value} IS NOT NULL ORDER BY 1 ${direction}, 2 LIMIT ?`,
      ...values,
      count,
    );
    return rows.map(([number, reading]) => ({ value: number, key: [0, reading] }));
  }
  const { from, where, values } = ourConditions(sql, within, undefined);
  const value = RESOURCES[resource].ours;
  const writers = resource === 'mem_usage' ? ' JOIN writers w ON w.session = m.session AND w.writer = m.writer' : '';
  const rows = await sql.rows<[number, number, number, number, number]>(
    `SELECT ${value}, m.session, m.item, m.writer, m.sequence FROM ${from}${writers}
     WHERE ${where} AND ${value} IS NOT NULL ORDER BY 1 ${direction}, m.item, m.writer, m.sequence LIMIT ?`,
    ...values,
    count,
  );
  return rows.map(([number, ...key]) => ({ value: number, key: [1, ...key] }));
}

/** The rows themselves, in the order of the candidates. */
async function readRows(sql: Sql, best: readonly Candidate[]): Promise<ShownMetric[]> {
  // Both come back in the order of the list.
  const keys = best.map(({ key }) => key).sort(compareKeys);
  const foreign = keys.filter(([origin]) => origin === 0).map((key) => key[1]!);
  const ours = keys.filter(([origin]) => origin === 1);
  const rows: ShownMetric[] = [];
  if (foreign.length > 0) {
    const among = sql.dialect.among('f.foreign_reading', '?');
    rows.push(...(await foreignRows(sql, `SELECT f.foreign_reading FROM foreign_readings f WHERE ${among}`, JSON.stringify(foreign))));
  }
  if (ours.length > 0) {
    const list = ours.map(() => '(CAST(? AS bigint), CAST(? AS bigint), CAST(? AS bigint), CAST(? AS bigint))').join(', ');
    // One seek a key, in this order of the joins.
    const source = `SELECT ${OUR_COLUMNS} FROM (VALUES ${list}) k CROSS JOIN metrics m
       WHERE m.session = k.column1 AND m.item = k.column2 AND m.writer = k.column3 AND m.sequence = k.column4`;
    rows.push(...(await ourRows(sql, source, ...ours.flatMap(([, ...key]) => key))));
  }
  const places = new Map(keys.map((key, index) => [key, rows[index]!]));
  return best.map(({ key }) => places.get(key)!);
}

function compareKeys(a: Key, b: Key): number {
  for (let index = 0; index < Math.min(a.length, b.length); index++) if (a[index] !== b[index]) return a[index]! - b[index]!;
  return 0;
}
