/** Which sessions there are, newest first. */
import { isDeepStrictEqual } from 'node:util';
import { escapeText, unescapeText } from '../../model/escape.js';
import type { Tags } from '../../model/records.js';
import type { SessionQuery, SessionSummary } from '../contract.js';
import { ask, askValue, type Asking } from './ask.js';
import { readScm } from './read-session.js';
import { countTests, type TestCounts } from './totals.js';

/** More rows than there can be: the databases differ in how they write "no limit". */
export const ALL = Number.MAX_SAFE_INTEGER;

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
  foreign: number | boolean,
];

/** @param missed is given the numbers of sessions whose counts nobody keeps */
export function* listSessions(query: SessionQuery, missed: number[] = []): Asking<SessionSummary[]> {
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
    const found: SessionSummary[] = [];
    for (const row of yield* ask<Row>(sql, ...values, Math.min(limit, ALL), offset)) {
      found.push(yield* toSummary(row, JSON.parse(row[7]) as Tags, missed));
    }
    return found;
  }
  // A tag may hold any JSON value: compared here, over sessions one by one until enough have it.
  const found: SessionSummary[] = [];
  let skip = offset;
  for (const row of yield* ask<Row>(sql, ...values)) {
    const tags = JSON.parse(row[7]) as Tags;
    if (!hasTag(tags, tag)) continue;
    if (skip-- > 0) continue;
    if (found.length >= limit) break;
    found.push(yield* toSummary(row, tags, missed));
  }
  return found;
}

export function* countSessions(query: SessionQuery): Asking<number> {
  const { where, values } = conditionsOf(query);
  const { tag } = query;
  if (tag === undefined) return (yield* askValue<number>(`SELECT count(*) FROM sessions s WHERE ${where}`, ...values))!;
  const rows = yield* ask<[string]>(`SELECT s.tags FROM sessions s WHERE ${where}`, ...values);
  return rows.filter(([tags]) => hasTag(JSON.parse(tags) as Tags, tag)).length;
}

function hasTag(tags: Tags, { name, value }: NonNullable<SessionQuery['tag']>): boolean {
  return Object.hasOwn(tags, name) && (value === undefined || isDeepStrictEqual(tags[name], value));
}

function conditionsOf(query: SessionQuery): { readonly where: string; readonly values: unknown[] } {
  const conditions = ['s.known = 1'];
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

function* toSummary(row: Row, tags: Tags, missed: number[]): Asking<SessionSummary> {
  const [session, id, startedAt, finishedAt, exitCode, description, command, , revision, branch, dirty, ...kept] = row;
  if (kept[0] === null) missed.push(session);
  const [tests, failed, skipped, interrupted] = kept[0] === null ? yield* countTests(session) : (kept as unknown as TestCounts);
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
    ...(!kept[4] ? { failed, skipped, interrupted } : { foreign: true, failed: NaN, skipped: NaN, interrupted: NaN }),
  };
}
