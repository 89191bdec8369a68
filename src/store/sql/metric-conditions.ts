/** Which rows of metrics a question is about, as SQL over `metrics m`. Of which sessions they are, session-filter.ts says. */
import { escapeText } from '../../model/escape.js';
import { itemConditions, type ItemFilter } from './item-filter.js';
import { FOREIGN, STATUS_MASK, STORED_STATUSES } from './marks.js';
import type { Sql } from './port.js';
import { areAllSessions, findSessions, type FoundSession, type SessionFilter } from './session-filter.js';

/** All that is given must hold. */
export interface MetricFilter extends SessionFilter, ItemFilter {
  readonly statuses?: readonly string[];
  /** Exactly; empty for none. */
  readonly component?: string;
  /** Hash of the context that the row was measured in. */
  readonly context?: string;
}

export interface Asked {
  readonly conditions: readonly string[];
  readonly values: readonly unknown[];
  /** A session has few of the rows. */
  readonly areFew: boolean;
}

/** Not more than these are sought one by one in each session. */
const SOUGHT_ITEMS = 64;

export async function metricConditions(sql: Sql, filter: MetricFilter): Promise<Asked> {
  const conditions: string[] = [];
  const values: unknown[] = [];
  let areFew = false;
  if (filter.statuses !== undefined) {
    const statuses = filter.statuses.map((status) => (STORED_STATUSES as readonly string[]).indexOf(status));
    // With FOREIGN in it, a foreign row's marks are no status.
    conditions.push(statuses.length === 0 ? '1 = 0' : `(m.marks & ${STATUS_MASK | FOREIGN}) IN (${statuses.join(', ')})`);
  }
  if (filter.component !== undefined) {
    if (filter.component === '') conditions.push('m.component IS NULL');
    else {
      conditions.push('m.component = (SELECT component FROM components WHERE name = ?)');
      values.push(escapeText(filter.component));
    }
  }
  if (filter.context !== undefined) {
    conditions.push(
      `EXISTS (SELECT 1 FROM writers w JOIN sessions s ON s.session = w.session JOIN contexts c ON c.context = coalesce(w.context, s.context)
        WHERE w.session = m.session AND w.writer = m.writer AND c.hash = ?)`,
    );
    values.push(filter.context);
  }
  const item = itemConditions(sql.dialect, filter);
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
  return { conditions, values, areFew };
}

/** The sessions whose rows are asked for, also those that only metrics name, in the order of the history. */
export async function sessionsOf(sql: Sql, filter: MetricFilter): Promise<FoundSession[]> {
  return findSessions(sql, filter, { context: filter.context, withUnknown: true });
}

export interface Where {
  /** SQL, of `metrics m`; it begins with WHERE where there is any condition. */
  readonly where: string;
  readonly values: readonly unknown[];
}

/** Everything in one condition: for what is read at once. */
export async function whereOf(sql: Sql, filter: MetricFilter, ...more: readonly string[]): Promise<Where> {
  const { conditions, values } = await metricConditions(sql, filter);
  const all = [...conditions, ...more];
  const bound = [...values];
  if (!areAllSessions(filter)) {
    const sessions = await sessionsOf(sql, filter);
    all.unshift(sql.dialect.among('m.session', '?'));
    bound.unshift(JSON.stringify(sessions.map(({ session }) => session)));
  }
  return { where: all.length === 0 ? '' : `WHERE ${all.join(' AND ')}`, values: bound };
}
