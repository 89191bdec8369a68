/** Which sessions a question is about, and what of them each row of theirs needs. */
import { escapeText, unescapeText } from '../../model/escape.js';
import type { Context, Tags } from '../../model/records.js';
import type { Sql } from './port.js';

/** All that is given must hold. Instants are microseconds since 1970 and mean the session's start. */
export interface SessionFilter {
  readonly session?: string;
  readonly since?: number;
  readonly until?: number;
  /** Exact, or a prefix. */
  readonly revision?: string;
  readonly branch?: string;
  /** Has all of these tags; where a value is given, it is the tag's text, or the JSON of what is no text. */
  readonly tags?: readonly { readonly name: string; readonly value?: string }[];
  /** Its project had this dependency, in this version where one is given. */
  readonly package?: { readonly name: string; readonly version?: string };
  /** Name of the machine. */
  readonly machine?: string;
}

export interface FoundSession {
  readonly session: number;
  readonly id: string;
  readonly startedAt: number;
}

type Row = readonly [session: number, id: string | null, startedAt: number, tags: string];

/** In the order in which the history came to know them. */
export async function findSessions(sql: Sql, filter: SessionFilter): Promise<FoundSession[]> {
  const contexts = filter.machine === undefined ? undefined : await contextsOf(sql, filter.machine);
  const { conditions, values } = conditionsOf(filter, contexts);
  const rows = await sql.rows<Row>(
    `SELECT s.session, s.id, s.started_at, s.tags FROM sessions s WHERE ${conditions.join(' AND ')} ORDER BY s.session`,
    ...values,
  );
  const { tags = [] } = filter;
  return rows
    .filter(([, , , json]) => tags.length === 0 || hasAll(JSON.parse(json) as Tags, tags))
    .map(([session, id, startedAt]) => ({ session, id: id === null ? '' : unescapeText(id), startedAt }));
}

function hasAll(tags: Tags, asked: NonNullable<SessionFilter['tags']>): boolean {
  return asked.every(({ name, value }) => Object.hasOwn(tags, name) && (value === undefined || textOf(tags[name]) === value));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function conditionsOf(
  filter: SessionFilter,
  contexts: readonly number[] | undefined,
): { readonly conditions: string[]; readonly values: unknown[] } {
  const conditions = ['s.known = 1'];
  const values: unknown[] = [];
  const add = (condition: string, ...more: readonly unknown[]): void => {
    conditions.push(condition);
    values.push(...more);
  };
  if (filter.session !== undefined) add('s.id = ?', escapeText(filter.session));
  if (filter.since !== undefined) add('s.started_at >= ?', filter.since);
  if (filter.until !== undefined) add('s.started_at < ?', filter.until);
  if (filter.branch !== undefined) add('s.branch = ?', escapeText(filter.branch));
  if (filter.revision !== undefined) {
    const prefix = escapeText(filter.revision);
    add('substr(s.revision, 1, length(?)) = ?', prefix, prefix);
  }
  if (contexts !== undefined) {
    // A foreign session names no context: its metrics do.
    const among = `IN (${contexts.join(', ')})`;
    const ofWriters = `EXISTS (SELECT 1 FROM writers w WHERE w.session = s.session AND w.context ${among})`;
    add(contexts.length === 0 ? '1 = 0' : `(s.context ${among} OR ${ofWriters})`);
  }
  if (filter.package !== undefined) {
    const { name, version } = filter.package;
    const wanted = version === undefined ? 'p.name = ?' : 'p.name = ? AND p.version = ?';
    add(
      `EXISTS (SELECT 1 FROM session_packages sp JOIN packages p ON p.package = sp.package WHERE sp.session = s.session AND ${wanted})`,
      escapeText(name),
      ...(version === undefined ? [] : [escapeText(version)]),
    );
  }
  return { conditions, values };
}

/** Numbers of the contexts of a machine: few rows, whose JSON is looked into here, the same for every database. */
async function contextsOf(sql: Sql, machine: string): Promise<number[]> {
  const rows = await sql.rows<[number, string | null]>('SELECT context, facts FROM contexts');
  return rows.flatMap(([context, facts]) =>
    facts !== null && (JSON.parse(facts) as Partial<Context>).machine === machine ? [context] : [],
  );
}
