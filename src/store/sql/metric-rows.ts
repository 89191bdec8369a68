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
export const FACT_COLUMNS = 11;

/** Rows of one session. */
export interface Chunk {
  readonly session: FoundSession;
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

export async function* metricRows(sql: Sql, filter: MetricFilter, { metrics, size, after, newest }: Wanted): AsyncGenerator<Chunk> {
  const sessions = lastStarted(await findSessions(sql, filter), newest);
  const { where, values } = await conditionsOf(sql, filter);
  const columns = [
    'item',
    'writer',
    'sequence',
    'started',
    'parent',
    'component',
    'marks',
    'overlaps',
    'retry',
    'repeat',
    'tags',
    ...metrics,
  ];
  const select = `SELECT ${columns.map((column) => `m.${column}`).join(', ')} FROM metrics m WHERE m.session = ?${where}`;
  const order = 'ORDER BY m.item, m.writer, m.sequence LIMIT ?';
  for (const session of sessions) {
    if (after !== undefined && session.session < after[0]) continue;
    let last = after?.[0] === session.session ? after.slice(1) : undefined;
    for (;;) {
      const rows: FactRow[] =
        last === undefined
          ? await sql.rows<FactRow>(`${select} ${order}`, session.session, ...values, size)
          : await sql.rows<FactRow>(
              `${select} AND (m.item, m.writer, m.sequence) > (?, ?, ?) ${order}`,
              session.session,
              ...values,
              ...last,
              size,
            );
      if (rows.length > 0) yield { session, rows };
      if (rows.length < size) break;
      last = rows[rows.length - 1]!.slice(0, 3) as number[];
    }
  }
}

async function conditionsOf(sql: Sql, filter: MetricFilter): Promise<{ readonly where: string; readonly values: readonly unknown[] }> {
  const conditions: string[] = [];
  const values: unknown[] = [];
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
    if (few.length <= SOUGHT_ITEMS) conditions.push(few.length === 0 ? '1 = 0' : `m.item IN (${few.join(', ')})`);
    else {
      conditions.push(`m.item IN (${ofItem})`);
      values.push(...item.values);
    }
  }
  return { where: conditions.map((condition) => ` AND ${condition}`).join(''), values };
}

function lastStarted(sessions: readonly FoundSession[], count = Infinity): readonly FoundSession[] {
  if (sessions.length <= count) return sessions;
  const kept = new Set([...sessions].sort((a, b) => b.startedAt - a.startedAt).slice(0, count));
  return sessions.filter((session) => kept.has(session));
}
