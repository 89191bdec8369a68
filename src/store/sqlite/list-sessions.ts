/** Which sessions there are, newest first. */
import { isDeepStrictEqual } from 'node:util';
import { escapeText, unescapeText } from '../../model/escape.js';
import type { Tags } from '../../model/records.js';
import type { SessionQuery, SessionSummary } from '../contract.js';
import { countTests, type TestCounts } from './counts.js';
import { readScm } from './sessions.js';
import type { Statements } from './statements.js';

type Row = readonly [
  session: number,
  id: string,
  startedAt: number,
  finishedAt: number | null,
  exitCode: number | null,
  description: string,
  command: string,
  tags: string,
  revision: string | null,
  branch: string | null,
  dirty: number | null,
  tests: number | null,
  failed: number | null,
  skipped: number | null,
  interrupted: number | null,
  foreign: number,
];

export function listSessions(statements: Statements, query: SessionQuery): SessionSummary[] {
  const { where, values } = conditionsOf(query);
  const limit = query.limit ?? Infinity;
  const offset = query.offset ?? 0;
  const { tag } = query;
  let sql = `SELECT s.session, s.id, s.started_at, s.finished_at, s.exit_code, s.description, s.command, s.tags, s.revision, s.branch, s.dirty,
      n.tests, n.failed, n.skipped, n.interrupted, EXISTS (SELECT 1 FROM foreign_sessions f WHERE f.session = s.session)
    FROM sessions s LEFT JOIN session_counts n ON n.session = s.session
    WHERE ${where} ORDER BY s.started_at DESC, s.session DESC`;
  if (tag === undefined) {
    sql += ' LIMIT ? OFFSET ?';
    values.push(limit === Infinity ? -1 : limit, offset);
    return statements.rows<Row>(sql, ...values).map((row) => toSummary(statements, row, JSON.parse(row[7]) as Tags));
  }
  // A tag may hold any JSON value: compared here, over sessions one by one until enough have it.
  const found: SessionSummary[] = [];
  let skip = offset;
  for (const row of statements.rows<Row>(sql, ...values)) {
    const tags = JSON.parse(row[7]) as Tags;
    if (!hasTag(tags, tag)) continue;
    if (skip-- > 0) continue;
    if (found.length >= limit) break;
    found.push(toSummary(statements, row, tags));
  }
  return found;
}

export function countSessions(statements: Statements, query: SessionQuery): number {
  const { where, values } = conditionsOf(query);
  const { tag } = query;
  if (tag === undefined) return statements.number(`SELECT count(*) FROM sessions s WHERE ${where}`, ...values)!;
  const rows = statements.rows<[string]>(`SELECT s.tags FROM sessions s WHERE ${where}`, ...values);
  return rows.filter(([tags]) => hasTag(JSON.parse(tags) as Tags, tag)).length;
}

function hasTag(tags: Tags, { name, value }: NonNullable<SessionQuery['tag']>): boolean {
  return Object.hasOwn(tags, name) && (value === undefined || isDeepStrictEqual(tags[name], value));
}

function conditionsOf(query: SessionQuery): { readonly where: string; readonly values: unknown[] } {
  const conditions = ['s.known'];
  const values: unknown[] = [];
  for (const [column, prefix] of [
    ['s.id', query.idPrefix],
    ['s.revision', query.revision],
  ] as const) {
    if (prefix === undefined) continue;
    const text = escapeText(prefix);
    conditions.push(`substr(${column}, 1, length(?)) = ?`);
    values.push(text, text);
  }
  return { where: conditions.join(' AND '), values };
}

function toSummary(statements: Statements, row: Row, tags: Tags): SessionSummary {
  const [session, id, startedAt, finishedAt, exitCode, description, command, , revision, branch, dirty, ...kept] = row;
  const [tests, failed, skipped, interrupted] = kept[0] === null ? countTests(statements, session) : (kept as unknown as TestCounts);
  return {
    id: unescapeText(id),
    startedAt,
    ...(finishedAt === null ? {} : { finishedAt }),
    ...(exitCode === null ? {} : { exitCode }),
    description: unescapeText(description),
    command: unescapeText(command),
    tags,
    scm: readScm(revision, branch, dirty),
    tests,
    ...(kept[4] === 0 ? { failed, skipped, interrupted } : { foreign: true, failed: NaN, skipped: NaN, interrupted: NaN }),
  };
}
