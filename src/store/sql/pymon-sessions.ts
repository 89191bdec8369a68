/** Sessions as /api/v1 answers them, in the order in which they were made, and what their tags say. */
import { localText } from './pymon-shown.js';
import { isShownAs, shown, shownSql } from './pymon-text.js';
import type { Sql } from './port.js';

export interface ShownSession {
  /** The number in the tables. */
  readonly number: number;
  readonly id: string;
  readonly runDate: string;
  readonly scmRef: string | null;
  /** JSON of the tags, the description among them. */
  readonly description: string;
}

type Row = readonly [
  number: number,
  id: string | null,
  startedAt: number,
  revision: string | null,
  tags: string,
  description: string,
  foreign: number | null,
  runDate: string | null,
  scmId: string | null,
  runDescription: string | null,
];

const FROM = 'FROM sessions s LEFT JOIN foreign_sessions f ON f.session = s.session';
const SELECT = `SELECT s.session, s.id, s.started_at, s.revision, s.tags, s.description, f.session, f.run_date, f.scm_id, f.run_description ${FROM}`;
const SCM = `CASE WHEN f.session IS NULL THEN coalesce(${shownSql('s.revision')}, '') ELSE f.scm_id END`;

/** LIKE patterns. */
export interface SessionFilter {
  readonly id?: string;
  readonly scm?: string;
}

function conditionsOf({ dialect }: Sql, { id, scm }: SessionFilter): { readonly where: string; readonly values: readonly string[] } {
  let where = 's.known <> 0';
  const values: string[] = [];
  if (id !== undefined) {
    where += ` AND ${dialect.like(shownSql('s.id'), '?')}`;
    values.push(id);
  }
  if (scm !== undefined) {
    where += ` AND ${dialect.like(`(${SCM})`, '?')}`;
    values.push(scm);
  }
  return { where, values };
}

export async function pymonSessions(sql: Sql, filter: SessionFilter, limit?: number, offset = 0): Promise<ShownSession[]> {
  const { where, values } = conditionsOf(sql, filter);
  const page = limit === undefined ? '' : ' LIMIT ? OFFSET ?';
  const rows = await sql.rows<Row>(
    `${SELECT} WHERE ${where} ORDER BY s.session${page}`,
    ...values,
    ...(limit === undefined ? [] : [limit, offset]),
  );
  return rows.map(toShown);
}

export async function countPymonSessions(sql: Sql, filter: SessionFilter): Promise<number> {
  const { where, values } = conditionsOf(sql, filter);
  return (await sql.rows<[number]>(`SELECT count(*) ${FROM} WHERE ${where}`, ...values))[0]![0];
}

export async function countScmRefs(sql: Sql): Promise<number> {
  return (await sql.rows<[number]>(`SELECT count(*) ${FROM} WHERE s.known <> 0 AND (${SCM}) IS NOT NULL`))[0]![0];
}

/** The numbers of the sessions, also of one that only metrics name. */
export async function sessionNumbers(sql: Sql, id: string): Promise<number[]> {
  return (await sql.rows<[number]>(`SELECT s.session FROM sessions s WHERE ${isShownAs('s.id', id)}`, id)).map(([number]) => number);
}

/** The tags of all known sessions, parsed. */
export async function taggedSessions(sql: Sql): Promise<(ShownSession & { readonly tags: unknown })[]> {
  return (await pymonSessions(sql, {})).map((session) => ({ ...session, tags: parsed(session.description) }));
}

/** Whatever was written through the views: what is no JSON has no tags. */
export function parsed(description: string): unknown {
  try {
    return JSON.parse(description);
  } catch {
    return {};
  }
}

function toShown([number, id, startedAt, revision, tags, description, foreign, runDate, scmId, runDescription]: Row): ShownSession {
  if (foreign !== null) {
    return { number, id: shown(id ?? ''), runDate: runDate ?? '', scmRef: scmId, description: runDescription ?? '{}' };
  }
  return {
    number,
    id: shown(id ?? ''),
    runDate: localText(startedAt),
    scmRef: shown(revision ?? ''),
    description: description === '' ? tags : withDescription(tags, shown(description)),
  };
}

function withDescription(tags: string, description: string): string {
  return JSON.stringify({ ...(JSON.parse(tags) as object), description });
}
