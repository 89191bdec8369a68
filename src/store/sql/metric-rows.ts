/**
 * Rows of many sessions, a chunk at a time, in the order of the table: session, item, writer, sequence. Each chunk goes on behind
 * the last row of the one before, so its cost does not grow with what lies before it. Numbers only: the texts that they stand
 * for are looked up by lookups.ts, once each.
 */
import { escapeText } from '../../model/escape.js';
import type { MetricName } from '../../model/metrics.js';
import { itemConditions, type ItemFilter } from './item-filter.js';
import type { Sql } from './port.js';
import { findSessions, type FoundSession, type SessionFilter } from './session-filter.js';
import { FOREIGN, STATUS_MASK, STORED_STATUSES } from './marks.js';

/** All that is given must hold. */
export interface MetricFilter extends SessionFilter, ItemFilter {
  readonly statuses?: readonly string[];
  readonly component?: string;
}

/** A row's place in the order: where the next chunk goes on. */
export type Position = readonly [session: number, item: number, writer: number, sequence: number];

/** The columns that every row has, before the metrics that were asked for. */
export type FactRow = readonly [
  session: number,
  item: number,
  writer: number,
  sequence: number,
  started: number,
  parent: number | null,
  component: number | null,
  marks: number,
  overlaps: number,
  retry: number,
  repeat: number,
  tags: number | null,
  ...metrics: (number | null)[],
];
const FACTS = ['session', 'item', 'writer', 'sequence', 'started', 'parent', 'component', 'marks', 'overlaps', 'retry', 'repeat', 'tags'];
export const FACT_COLUMNS = FACTS.length;
const KEY = 'm.session, m.item, m.writer, m.sequence';

export interface Chunk {
  /** Those that the rows may be of, by number. */
  readonly sessions: ReadonlyMap<number, FoundSession>;
  readonly rows: readonly FactRow[];
}

export interface Wanted {
  readonly metrics: readonly MetricName[];
  /** Rows a chunk, at most. */
  readonly size: number;
  readonly after?: Position;
  /** Only so many sessions, those that started last. */
  readonly newest?: number;
}

/** Not more than these are sought one by one in each session. */
const SOUGHT_ITEMS = 64;
/** Sessions of one question where each has few of the rows. */
const SESSIONS_AT_ONCE = 500;

export async function* metricRows(sql: Sql, filter: MetricFilter, { metrics, size, after, newest }: Wanted): AsyncGenerator<Chunk> {
  const sessions = lastStarted(await findSessions(sql, filter), newest).filter(({ session }) => session >= (after?.[0] ?? 0));
  const { where, values, areFew } = await conditionsOf(sql, filter);
  const columns = [...FACTS, ...metrics].map((column) => `m.${column}`).join(', ');
  const order = `ORDER BY ${KEY} LIMIT ?`;
  const atOnce = areFew ? SESSIONS_AT_ONCE : 1;
  for (let at = 0; at < sessions.length; at += atOnce) {
    const group = new Map(sessions.slice(at, at + atOnce).map((session) => [session.session, session]));
    const numbers = [...group.keys()];
    const among = atOnce === 1 ? '= ?' : `IN (${numbers.join(', ')})`;
    const select = `SELECT ${columns} FROM metrics m WHERE m.session ${among}${where}`;
    const bound = atOnce === 1 ? [numbers[0], ...values] : values;
    // Of one session, what stands behind its number is where the index is entered.
    const [behind, asked] = atOnce === 1 ? ['(m.item, m.writer, m.sequence) > (?, ?, ?)', 3] : [`(${KEY}) > (?, ?, ?, ?)`, 4];
    let last = after !== undefined && group.has(after[0]) ? after : undefined;
    for (;;) {
      const rows: FactRow[] =
        last === undefined
          ? await sql.rows<FactRow>(`${select} ${order}`, ...bound, size)
          : await sql.rows<FactRow>(`${select} AND ${behind} ${order}`, ...bound, ...last.slice(4 - asked), size);
      if (rows.length > 0) yield { sessions: group, rows };
      if (rows.length < size) break;
      last = positionOf(rows[rows.length - 1]!);
    }
  }
}

export function positionOf([session, item, writer, sequence]: FactRow): Position {
  return [session, item, writer, sequence];
}

interface Asked {
  readonly where: string;
  readonly values: readonly unknown[];
  /** A session has few of the rows. */
  readonly areFew: boolean;
}

async function conditionsOf(sql: Sql, filter: MetricFilter): Promise<Asked> {
  const conditions: string[] = [];
  const values: unknown[] = [];
  let areFew = false;
  if (filter.statuses !== undefined) {
    const statuses = filter.statuses.map((status) => (STORED_STATUSES as readonly string[]).indexOf(status));
    // With FOREIGN in it, a foreign row's marks are no status.
    conditions.push(`(m.marks & ${STATUS_MASK | FOREIGN}) IN (${statuses.join(', ')})`);
  }
  if (filter.component !== undefined) {
    if (filter.component === '') conditions.push('m.component IS NULL');
    else {
      conditions.push('m.component = (SELECT component FROM components WHERE name = ?)');
      values.push(escapeText(filter.component));
    }
  }
  const item = itemConditions(filter);
  if (item.conditions.length > 0) {
    const ofItem = `SELECT i.item FROM items i WHERE ${item.conditions.join(' AND ')}`;
    const few = await sql.rows<[number]>(`${ofItem} LIMIT ?`, ...item.values, SOUGHT_ITEMS + 1);
    areFew = few.length <= SOUGHT_ITEMS;
    if (areFew) conditions.push(few.length === 0 ? '1 = 0' : `m.item IN (${few.join(', ')})`);
    else {
      conditions.push(`m.item IN (${ofItem})`);
      values.push(...item.values);
    }
  }
  return { where: conditions.map((condition) => ` AND ${condition}`).join(''), values, areFew };
}

function lastStarted(sessions: readonly FoundSession[], count = Infinity): readonly FoundSession[] {
  if (sessions.length <= count) return sessions;
  const kept = new Set([...sessions].sort((a, b) => b.startedAt - a.startedAt).slice(0, count));
  return sessions.filter((session) => kept.has(session));
}
