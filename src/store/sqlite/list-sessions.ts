/** Which sessions there are, newest first. */
import { isDeepStrictEqual } from 'node:util';
import { escapeText, unescapeText } from '../../model/escape.js';
import type { Tags } from '../../model/records.js';
import type { SessionQuery, SessionSummary } from '../contract.js';
import { countTests } from './counts.js';
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
];

export function listSessions(statements: Statements, query: SessionQuery): SessionSummary[] {
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
  const limit = query.limit ?? Infinity;
  const offset = query.offset ?? 0;
  const { tag } = query;
  let sql = `SELECT s.session, s.id, s.started_at, s.finished_at, s.exit_code, s.description, s.command, s.tags, s.revision, s.branch, s.dirty,
      n.tests, n.failed, n.skipped, n.interrupted
    FROM sessions s LEFT JOIN session_counts n ON n.session = s.session
    WHERE ${conditions.join(' AND ')} ORDER BY s.started_at DESC, s.session DESC`;
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
    if (!Object.hasOwn(tags, tag.name) || (tag.value !== undefined && !isDeepStrictEqual(tags[tag.name], tag.value))) continue;
    if (skip-- > 0) continue;
    if (found.length >= limit) break;
    found.push(toSummary(statements, row, tags));
  }
  return found;
}

function toSummary(statements: Statements, row: Row, tags: Tags): SessionSummary {
  const [session, id, startedAt, finishedAt, exitCode, description, command, , revision, branch, dirty, ...kept] = row;
  const [tests, failed, skipped, interrupted] =
    kept[0] === null ? countTests(statements, session) : (kept as [number, number, number, number]);
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
    failed,
    skipped,
    interrupted,
  };
}
