/**
 * Rows of many sessions, a chunk at a time, in the order of the table: session, item, writer, sequence. Each chunk goes on behind
 * the last row of the one before, so its cost does not grow with what lies before it. Numbers only: the texts that they stand
 * for are looked up by lookups.ts, once each.
 */
import type { MetricName } from '../../model/metrics.js';
import { metricConditions, sessionsOf, type MetricFilter } from './metric-conditions.js';
import type { Sql } from './port.js';
import type { FoundSession } from './session-filter.js';

export type { MetricFilter };

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
export const FACTS: readonly string[] = [
  'session',
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
];
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
}

/** Sessions of one question where each has few of the rows. */
const SESSIONS_AT_ONCE = 500;

export async function* metricRows(sql: Sql, filter: MetricFilter, { metrics, size, after }: Wanted): AsyncGenerator<Chunk> {
  const sessions = (await sessionsOf(sql, filter)).filter(({ session }) => session >= (after?.[0] ?? 0));
  const { conditions, values, areFew } = await metricConditions(sql, filter);
  const where = conditions.map((condition) => ` AND ${condition}`).join('');
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
