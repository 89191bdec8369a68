/**
 * Head and tail: the rows with the largest or smallest value of a resource; of equal ones, those that are listed first. Zones are looked
 * into in the order of their extremes, until none of the rest can have a better row. Each of the best zones has a row as good as its
 * extreme, so what is worse than the last of so many extremes is not even read. Rows without the value are left out.
 */
import { COMPONENT, foreignConditions, ourConditions, zoneConditions, type MetricFilter } from './pymon-filter.js';
import { foreignRows, OUR_COLUMNS, ourRows, type ShownMetric } from './pymon-shown.js';
import type { Sql } from './port.js';
import { RESOURCES, type Resource } from './zones.js';

export type End = 'head' | 'tail';

/** Places of one question: others are answered in between. */
const AT_ONCE = 50;

/** A row's place in the list: [0, foreign_reading] or [1, session, item, writer, sequence]. */
type Key = readonly number[];

interface Candidate {
  readonly value: number;
  readonly key: Key;
}

interface Zone {
  readonly origin: number;
  readonly session: number;
  readonly component: number;
  readonly first: number;
  readonly extreme: number;
}

/** What is asked for. */
interface Wanted {
  readonly filter: MetricFilter;
  readonly resource: Resource;
  readonly end: End;
  readonly count: number;
}

export async function topMetrics(sql: Sql, filter: MetricFilter, resource: Resource, end: End, count: number): Promise<ShownMetric[]> {
  if (count === 0) return [];
  const wanted = { filter, resource, end, count };
  const better = end === 'head' ? (a: number, b: number) => b - a : (a: number, b: number) => a - b;
  const order = (a: Candidate, b: Candidate): number => better(a.value, b.value) || compareKeys(a.key, b.key);
  let best: Candidate[] = [];
  const seen = new Set<string>();
  for (let at = 0; ; at += count) {
    // And the next one, which tells whether to go on.
    const zones = await zonesOf(sql, wanted, at);
    const next = zones[count];
    const some = zones.slice(0, count);
    const places = placesOf(sql, some).filter((place) => !seen.has(place.join(' ')));
    for (const place of places) seen.add(place.join(' '));
    for (let from = 0; from < places.length; from += AT_ONCE) {
      const bound = best[count - 1]?.value ?? some[count - 1]?.extreme;
      best = [...best, ...(await lookInto(sql, wanted, places.slice(from, from + AT_ONCE), bound))].sort(order).slice(0, count);
    }
    const last = best[count - 1];
    if (next === undefined) break;
    if (last !== undefined && (better(next.extreme, last.value) || compareKeys(beginOf(next), last.key)) > 0) break;
  }
  return await readRows(sql, best);
}

/** The best ones first; of equal ones, those that begin first. */
async function zonesOf(sql: Sql, { filter, resource, end, count }: Wanted, offset: number): Promise<Zone[]> {
  const [extreme, direction] = end === 'head' ? [`${resource}_max`, 'DESC'] : [`${resource}_min`, 'ASC'];
  const { where, values } = zoneConditions(sql, filter, `${extreme} IS NOT NULL`);
  const rows = await sql.rows<[number, number, number, number, number]>(
    `SELECT origin, session, component, first, ${extreme} FROM zones WHERE ${where}
     ORDER BY 5 ${direction}, origin, CASE origin WHEN 0 THEN first ELSE session END, first, kind LIMIT ? OFFSET ?`,
    ...values,
    count + 1,
    offset,
  );
  return rows.map(([origin, session, component, first, value]) => ({ origin, session, component, first, extreme: value }));
}

function beginOf({ origin, session, first }: Zone): Key {
  return origin === 0 ? [0, first] : [1, session, first];
}

/** Where rows are read: all of a session, or those of one component. */
type Place = readonly [origin: number, session: number, component?: number];

function placesOf({ dialect }: Sql, zones: readonly Zone[]): Place[] {
  const places = zones.map(({ origin, session, component }): Place =>
    origin === 1 && dialect.seeksComponents ? [origin, session, component] : [origin, session],
  );
  return [...new Map(places.map((place) => [place.join(' '), place])).values()];
}

/** @param bound what is worse is not wanted */
async function lookInto(sql: Sql, wanted: Wanted, places: readonly Place[], bound: number | undefined): Promise<Candidate[]> {
  const [foreign, ours] = [0, 1].map((origin) => places.filter((place) => place[0] === origin)) as [Place[], Place[]];
  const found = await Promise.all([
    foreign.length === 0 ? [] : lookIntoForeign(sql, wanted, foreign, bound),
    ours.length === 0 ? [] : lookIntoOurs(sql, wanted, ours, bound),
  ]);
  return found.flat();
}

async function lookIntoForeign(sql: Sql, wanted: Wanted, places: readonly Place[], bound: number | undefined): Promise<Candidate[]> {
  const { filter, resource, count } = wanted;
  const { where, values } = foreignConditions(sql, { ...filter, sessions: places.map(([, session]) => session) });
  const value = RESOURCES[resource].foreign;
  const { condition, direction, bounds } = ordered(wanted, value, bound);
  const rows = await sql.rows<[number, number]>(
    `SELECT ${value}, f.foreign_reading FROM foreign_readings f JOIN foreign_items i ON i.foreign_item = f.foreign_item
     WHERE ${where} AND ${condition} ORDER BY 1 ${direction}, 2 LIMIT ?`,
    ...values,
    ...bounds,
    count,
  );
  return rows.map(([number, reading]) => ({ value: number, key: [0, reading] }));
}

async function lookIntoOurs(sql: Sql, wanted: Wanted, places: readonly Place[], bound: number | undefined): Promise<Candidate[]> {
  const { filter, resource, count } = wanted;
  const { sessions: _, ...rest } = filter;
  const { from, where, values } = ourConditions(sql, rest, undefined);
  const value = RESOURCES[resource].ours;
  const writers = resource === 'mem_usage' ? ' JOIN writers w ON w.session = m.session AND w.writer = m.writer' : '';
  const { condition, direction, bounds } = ordered(wanted, value, bound);
  const listed = places.map(([, ...numbers]) => `(${numbers.join(', ')})`).join(', ');
  const seek = sql.dialect.seeksComponents ? `m.session = z.column1 AND ${COMPONENT} = z.column2` : 'm.session = z.column1';
  // One seek a place, in this order of the joins.
  const rows = await sql.rows<[number, number, number, number, number]>(
    `SELECT ${value}, m.session, m.item, m.writer, m.sequence FROM (VALUES ${listed}) z CROSS JOIN ${from}${writers}
     WHERE ${seek} AND ${where} AND ${condition} ORDER BY 1 ${direction}, 2, 3, 4, 5 LIMIT ?`,
    ...values,
    ...bounds,
    count,
  );
  return rows.map(([number, ...key]) => ({ value: number, key: [1, ...key] }));
}

interface Ordered {
  readonly condition: string;
  readonly direction: string;
  readonly bounds: readonly number[];
}

function ordered({ end }: Wanted, value: string, bound: number | undefined): Ordered {
  const [direction, compared] = end === 'head' ? ['DESC', '>='] : ['ASC', '<='];
  return bound === undefined
    ? { condition: `${value} IS NOT NULL`, direction, bounds: [] }
    : { condition: `${value} ${compared} ?`, direction, bounds: [bound] };
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
