/** One session, with its context and packages. */
import { escapeText, unescapeText } from '../../model/escape.js';
import type { Context, SessionRecord, Tags } from '../../model/records.js';
import type { StoredSession } from '../contract.js';
import { ask, askValue, type Asking } from './ask.js';

/** The session's number in the database, also that of a placeholder. */
export function* sessionNumber(id: string): Asking<number | undefined> {
  return yield* askValue<number>('SELECT session FROM sessions WHERE id = ?', escapeText(id));
}

type SessionRow = readonly [
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

export function* readSession(id: string): Asking<StoredSession | undefined> {
  // A foreign session names no context: its metrics do.
  const [row] = yield* ask<SessionRow>(
    `SELECT session, id, started_at, finished_at, exit_code, description, tags, revision, branch, dirty, command, root, lockfile_hash, hash, facts,
       EXISTS (SELECT 1 FROM foreign_sessions f WHERE f.session = s.session)
     FROM sessions s LEFT JOIN contexts c ON c.context = coalesce(s.context, (
       SELECT w.context FROM writers w WHERE w.session = s.session AND w.context IS NOT NULL ORDER BY w.writer LIMIT 1))
     WHERE id = ? AND known = 1`,
    escapeText(id),
  );
  if (row === undefined) return undefined;
  const [
    session,
    ,
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
  const packages = yield* ask<[string, string]>(
    'SELECT name, version FROM session_packages JOIN packages USING (package) WHERE session = ? ORDER BY name, version',
    session,
  );
  return {
    id,
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
    packages: packages.map(([name, version]) => ({ name: unescapeText(name), version: unescapeText(version) })),
  };
}

export function readScm(revision: string | null, branch: string | null, dirty: number | null): SessionRecord['scm'] {
  return {
    ...(revision === null ? {} : { revision: unescapeText(revision) }),
    ...(branch === null ? {} : { branch: unescapeText(branch) }),
    ...(dirty === null ? {} : { dirty: dirty === 1 }),
  };
}

function readContext(hash: string | null, facts: string | null): Context {
  return { ...(facts === null ? {} : (JSON.parse(facts) as Omit<Context, 'hash'>)), hash: hash ?? '' };
}
