/**
 * Rows of many sessions, a chunk at a time, in the order of the table: session, item, writer, sequence. Each chunk goes on behind
 * the last row of the one before, so its cost does not grow with what lies before it. Numbers only: the texts that they stand
 * for are looked up by lookups.ts, once each.
 */
import type { MetricName } from '../../model/metrics.js';
import { metricConditions, sessionsOf, type MetricFilter } from './metric-conditions.js';
import { numberColumns, type NumberColumns } from './number-columns.js';
import type { Sql } from './port.js';
import type { FoundSession } from './session-filter.js';

export type { MetricFilter };

/** A row's place in the order: where the next chunk goes on. */
export type Position = readonly [session: number, item: number, writer: number, sequence: number];

/** What a row says besides its metrics. */
export type Fact = 'started' | 'parent' | 'component' | 'marks' | 'overlaps' | 'retry' | 'repeat' | 'tags';
export type Read = Fact | MetricName;
const PLACE = ['session', 'item', 'writer', 'sequence'] as const;
const KEY = PLACE.map((column) => `m.${column}`).join(', ');

/** Rows by column; where they stand is always among the columns. */
export type ReadColumns = NumberColumns<(typeof PLACE)[number]> & Partial<NumberColumns<Read>>;

export interface Chunk {
  /** Those that the rows may be of, by number. */
  readonly sessions: ReadonlyMap<number, FoundSession>;
  readonly length: number;
  readonly columns: ReadColumns;
}

export interface Wanted {
  readonly columns: readonly Read[];
  /** Rows a chunk, at most. */
  readonly size: number;
  readonly after?: Position;
}

/** Sessions of one question where each has few of the rows. */
const SESSIONS_AT_ONCE = 500;

export async function* metricRows(sql: Sql, filter: MetricFilter, { columns: wanted, size, after }: Wanted): AsyncGenerator<Chunk> {
  const sessions = (await sessionsOf(sql, filter)).filter(({ session }) => session >= (after?.[0] ?? 0));
  const { conditions, values, areFew } = await metricConditions(sql, filter);
  const where = conditions.map((condition) => ` AND ${condition}`).join('');
  const order = `ORDER BY ${KEY} LIMIT ?`;
  const atOnce = areFew ? SESSIONS_AT_ONCE : 1;
  for (let at = 0; at < sessions.length; at += atOnce) {
    const group = new Map(sessions.slice(at, at + atOnce).map((session) => [session.session, session]));
    const numbers = [...group.keys()];
    const among = atOnce === 1 ? '= ?' : `IN (${numbers.join(', ')})`;
    const from = `FROM metrics m WHERE m.session ${among}${where}`;
    const bound = atOnce === 1 ? [numbers[0], ...values] : values;
    // Of one session, what stands behind its number is where the index is entered.
    const [behind, asked] = atOnce === 1 ? ['(m.item, m.writer, m.sequence) > (?, ?, ?)', 3] : [`(${KEY}) > (?, ?, ?, ?)`, 4];
    let last = after !== undefined && group.has(after[0]) ? after : undefined;
    for (;;) {
      const columns: ReadColumns =
        last === undefined
          ? await readColumns(sql, wanted, `${from} ${order}`, ...bound, size)
          : await readColumns(sql, wanted, `${from} AND ${behind} ${order}`, ...bound, ...last.slice(4 - asked), size);
      const { length } = columns.session;
      if (length > 0) yield { sessions: group, length, columns };
      if (length < size) break;
      last = positionOf(columns, length - 1);
    }
  }
}

export async function readColumns(sql: Sql, wanted: readonly Read[], from: string, ...values: readonly unknown[]): Promise<ReadColumns> {
  return numberColumns(sql, [...PLACE, ...wanted], from, ...values);
}

export function positionOf({ session, item, writer, sequence }: ReadColumns, row: number): Position {
  return [session[row]!, item[row]!, writer[row]!, sequence[row]!];
}
