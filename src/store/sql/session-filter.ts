/** Which sessions a question is about, and what of them each row of theirs needs. */
import { isDeepStrictEqual } from 'node:util';
import { escapeText, unescapeText } from '../../model/escape.js';
import type { Context, Tags } from '../../model/records.js';
import type { Sql } from './port.js';

/** All that is given must hold. Instants are microseconds since 1970 and mean the session's start. */
export interface SessionFilter {
  /** Ids, exactly. */
  readonly sessions?: readonly string[];
  readonly since?: number;
  readonly until?: number;
  /** Exact, or a prefix. */
  readonly revision?: string;
  readonly branch?: string;
  readonly tags?: readonly TagCondition[];
  /** One of these at least. */
  readonly anyTag?: readonly TagCondition[];
  /** Its project had this dependency, in this version where one is given. */
  readonly package?: { readonly name: string; readonly version?: string };
  /** Name of the machine. */
  readonly machine?: string;
  /** Of those that are left so many, which started last. */
  readonly newest?: number;
}

/** Has this tag: with this value, or with this text (of what is no text, its JSON), where one is given. */
export interface TagCondition {
  readonly name: string;
  readonly value?: unknown;
  readonly text?: string;
}

export interface FoundSession {
  readonly session: number;
  readonly id: string;
  readonly startedAt: number;
}

type Row = readonly [session: number, id: string | null, startedAt: number, tags: string];

/** Whether the filter leaves all sessions. */
export function areAllSessions(filter: SessionFilter): boolean {
  const { sessions, since, until, revision, branch, tags, anyTag, package: dependency, machine, newest } = filter;
  return [sessions, since, until, revision, branch, tags, anyTag, dependency, machine, newest].every(
    (condition) => condition === undefined,
  );
}

/**
 * In the order in which the history came to know them.
 * @param context also: a writer of theirs has the context with this hash
 * @param withUnknown also those that only metrics name, though never among the newest
 */
export async function findSessions(
  sql: Sql,
  filter: SessionFilter,
  { context, withUnknown = false }: { readonly context?: string | undefined; readonly withUnknown?: boolean } = {},
): Promise<FoundSession[]> {
  const { newest = Infinity } = filter;
  const { conditions, values } = await conditionsOf(sql, filter, context);
  if (!withUnknown || newest < Infinity) conditions.push('s.known = 1');
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const rows = await sql.rows<Row>(`SELECT s.session, s.id, s.started_at, s.tags FROM sessions s ${where} ORDER BY s.session`, ...values);
  const found = rows
    .filter(([, , , json]) => hasTags(json, filter))
    .map(([session, id, startedAt]) => ({ session, id: id === null ? '' : unescapeText(id), startedAt }));
  return found.length <= newest ? found : lastStarted(found, newest);
}

export async function countSessions(sql: Sql, filter: SessionFilter): Promise<number> {
  return (await findSessions(sql, filter)).length;
}

/** The newest first; of those that started at one time, the one that the history knew last. */
export function newestFirst(a: FoundSession, b: FoundSession): number {
  return b.startedAt - a.startedAt || b.session - a.session;
}

function lastStarted(sessions: readonly FoundSession[], count: number): FoundSession[] {
  const kept = new Set([...sessions].sort(newestFirst).slice(0, count));
  return sessions.filter((session) => kept.has(session));
}

function hasTags(json: string, { tags = [], anyTag }: SessionFilter): boolean {
  if (tags.length === 0 && anyTag === undefined) return true;
  const found = JSON.parse(json) as Tags;
  const has = ({ name, value, text }: TagCondition): boolean =>
    Object.hasOwn(found, name) &&
    (value === undefined || isDeepStrictEqual(found[name], value)) &&
    (text === undefined || textOf(found[name]) === text);
  return tags.every(has) && (anyTag === undefined || anyTag.some(has));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

interface Conditions {
  readonly conditions: string[];
  readonly values: unknown[];
}

async function conditionsOf(sql: Sql, filter: SessionFilter, context: string | undefined): Promise<Conditions> {
  const conditions: string[] = [];
  const values: unknown[] = [];
  const add = (condition: string, ...more: readonly unknown[]): void => {
    conditions.push(condition);
    values.push(...more);
  };
  const { sessions, machine } = filter;
  if (sessions?.length === 1) add('s.id = ?', escapeText(sessions[0]!));
  else if (sessions !== undefined) {
    add(`s.id IN (SELECT asked.value FROM ${sql.dialect.elements('?')} AS asked)`, JSON.stringify(sessions.map(escapeText)));
  }
  if (filter.since !== undefined) add('s.started_at >= ?', filter.since);
  if (filter.until !== undefined) add('s.started_at < ?', filter.until);
  if (filter.branch !== undefined) add('s.branch = ?', escapeText(filter.branch));
  if (filter.revision !== undefined) {
    const prefix = escapeText(filter.revision);
    add('substr(s.revision, 1, length(?)) = ?', prefix, prefix);
  }
  if (machine !== undefined) add(inContexts(await contextsOf(sql, machine)));
  if (context !== undefined) add(inContexts(await contextNumbers(sql, context)));
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

/** A foreign session names no context: its metrics do. */
function inContexts(contexts: readonly number[]): string {
  if (contexts.length === 0) return '1 = 0';
  const among = `IN (${contexts.join(', ')})`;
  return `(s.context ${among} OR EXISTS (SELECT 1 FROM writers w WHERE w.session = s.session AND w.context ${among}))`;
}

async function contextNumbers(sql: Sql, hash: string): Promise<number[]> {
  return (await sql.rows<[number]>('SELECT context FROM contexts WHERE hash = ?', hash)).map(([context]) => context);
}

/** Numbers of the contexts of a machine: few rows, whose JSON is looked into here, the same for every database. */
async function contextsOf(sql: Sql, machine: string): Promise<number[]> {
  const rows = await sql.rows<[number, string | null]>('SELECT context, facts FROM contexts');
  return rows.flatMap(([context, facts]) =>
    facts !== null && (JSON.parse(facts) as Partial<Context>).machine === machine ? [context] : [],
  );
}
