/** One session, with its context and packages. */
import { escapeText, unescapeText } from '../../model/escape.js';
import type { Context, PackageVersion, SessionRecord, Tags } from '../../model/records.js';
import type { StoredSession } from '../contract.js';
import { ask, askValue, type Asking } from './ask.js';

/** The session's number in the database, also that of a placeholder. */
export function* sessionNumber(id: string): Asking<number | undefined> {
  return yield* askValue<number>('SELECT session FROM sessions WHERE id = ?', escapeText(id));
}

export type SessionRow = readonly [
  session: number,
  id: string,
  startedAt: number,
  finishedAt: number | null,
  exitCode: number | null,
  description: string,
  tags: string,
  revision: string | null,
  branch: string | null,
  dirty: number | null,
  command: string,
  root: string,
  lockfileHash: string | null,
  hash: string | null,
  facts: string | null,
  foreign: number | boolean,
];

export const SESSION_COLUMNS = `s.session, s.id, s.started_at, s.finished_at, s.exit_code, s.description, s.tags, s.revision, s.branch, s.dirty,
  s.command, s.root, s.lockfile_hash, c.hash, c.facts, EXISTS (SELECT 1 FROM foreign_sessions f WHERE f.session = s.session)`;
/** A foreign session names no context: its metrics do. */
export const SESSION_TABLES = `sessions s LEFT JOIN contexts c ON c.context = coalesce(s.context, (
  SELECT w.context FROM writers w WHERE w.session = s.session AND w.context IS NOT NULL ORDER BY w.writer LIMIT 1))`;

export function* readSession(id: string): Asking<StoredSession | undefined> {
  const [row] = yield* ask<SessionRow>(`SELECT ${SESSION_COLUMNS} FROM ${SESSION_TABLES} WHERE s.id = ? AND s.known = 1`, escapeText(id));
  if (row === undefined) return undefined;
  const packages = yield* ask<[string, string]>(
    'SELECT name, version FROM session_packages JOIN packages USING (package) WHERE session = ? ORDER BY name, version',
    row[0],
  );
  return toSession(
    row,
    packages.map(([name, version]) => ({ name: unescapeText(name), version: unescapeText(version) })),
  );
}

export function toSession(row: SessionRow, packages: readonly PackageVersion[]): StoredSession {
  const [
    ,
    id,
    startedAt,
    finishedAt,
    exitCode,
    description,
    tags,
    revision,
    branch,
    dirty,
    command,
    root,
    lockfileHash,
    hash,
    facts,
    foreign,
  ] = row;
  return {
    id: unescapeText(id),
    startedAt,
    ...(finishedAt === null ? {} : { finishedAt }),
    ...(exitCode === null ? {} : { exitCode }),
    description: unescapeText(description),
    tags: JSON.parse(tags) as Tags,
    scm: readScm(revision, branch, dirty),
    context: readContext(hash, facts),
    command: unescapeText(command),
    root: unescapeText(root),
    ...(lockfileHash === null ? {} : { lockfileHash: unescapeText(lockfileHash) }),
    ...(foreign ? { foreign: true } : {}),
    packages,
  };
}

export function readScm(revision: string | null, branch: string | null, dirty: number | null): SessionRecord['scm'] {
  return {
    ...(revision === null ? {} : { revision: unescapeText(revision) }),
    ...(branch === null ? {} : { branch: unescapeText(branch) }),
    ...(dirty === null ? {} : { dirty: dirty === 1 }),
  };
}

export function readContext(hash: string | null, facts: string | null): Context {
  return { ...(facts === null ? {} : (JSON.parse(facts) as Omit<Context, 'hash'>)), hash: hash ?? '' };
}
