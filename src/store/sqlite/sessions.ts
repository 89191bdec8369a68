/** Sessions, their packages and their writers. */
import { escapeText } from '../../model/escape.js';
import type { PackageVersion, SessionRecord, WriterRecord } from '../../model/records.js';
import { contextId } from './contexts.js';
import type { Statements } from './statements.js';
import { forgetZones } from './zones.js';

/** Inserts, or adds what was learned since. The start stays as first told: readings are stored relative to it. */
export function putSession(statements: Statements, session: SessionRecord): void {
  placeStart(statements, session);
  const { scm } = session;
  statements.run(
    `INSERT INTO sessions (id, known, started_at, finished_at, exit_code, description, tags, revision, branch, dirty, context, command,
       root, lockfile_hash)
     VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET known = 1, finished_at = coalesce(excluded.finished_at, finished_at),
       exit_code = coalesce(excluded.exit_code, exit_code), description = excluded.description, tags = excluded.tags,
       revision = coalesce(excluded.revision, revision), branch = coalesce(excluded.branch, branch),
       dirty = coalesce(excluded.dirty, dirty), context = excluded.context, command = excluded.command, root = excluded.root,
       lockfile_hash = coalesce(excluded.lockfile_hash, lockfile_hash)`,
    escapeText(session.id),
    Math.round(session.startedAt),
    session.finishedAt === undefined ? null : Math.round(session.finishedAt),
    session.exitCode ?? null,
    escapeText(session.description),
    JSON.stringify(session.tags),
    textOrNull(scm.revision),
    textOrNull(scm.branch),
    scm.dirty === undefined ? null : Number(scm.dirty),
    contextId(statements, session.context),
    escapeText(session.command),
    escapeText(session.root),
    textOrNull(session.lockfileHash),
  );
  putPackages(statements, sessionNumber(statements, session.id)!, session.packages);
}

/** A placeholder's start was a guess: it becomes the true one, and its readings keep their instants. */
function placeStart(statements: Statements, { id, startedAt }: SessionRecord): void {
  const placeholder = statements.number('SELECT session FROM sessions WHERE id = ? AND NOT known', escapeText(id));
  if (placeholder === undefined) return;
  statements.run(
    'UPDATE metrics SET started = started - ? + (SELECT started_at FROM sessions WHERE session = ?) WHERE session = ?',
    Math.round(startedAt),
    placeholder,
    placeholder,
  );
  statements.run('UPDATE sessions SET started_at = ? WHERE session = ?', Math.round(startedAt), placeholder);
}

/** The session's number in this file, also that of a placeholder. */
export function sessionNumber(statements: Statements, id: string): number | undefined {
  return statements.number('SELECT session FROM sessions WHERE id = ?', escapeText(id));
}

function putPackages(statements: Statements, session: number, packages: readonly PackageVersion[]): void {
  if (packages.length === 0) return;
  statements.run('DELETE FROM session_packages WHERE session = ?', session);
  for (const { name, version } of packages) {
    const values = [escapeText(name), escapeText(version)];
    statements.run('INSERT INTO packages (name, version) VALUES (?, ?) ON CONFLICT DO NOTHING', ...values);
    statements.run(
      'INSERT INTO session_packages (session, package) SELECT ?, package FROM packages WHERE name = ? AND version = ? ON CONFLICT DO NOTHING',
      session,
      ...values,
    );
  }
}

/** Inserts the writer, or completes one that is only known from its readings. */
export function putWriter(statements: Statements, session: number, writer: WriterRecord): void {
  const number = writerNumber(statements, session, writer.writer);
  statements.run(
    'UPDATE writers SET pid = ?, thread = ?, started_at = ?, rss_at_start = ? WHERE session = ? AND writer = ?',
    writer.pid,
    writer.thread,
    Math.round(writer.startedAt),
    Number.isFinite(writer.rssAtStart) ? Math.round(writer.rssAtStart) : null,
    session,
    number,
  );
  // Memory is shown relative to what the writer started with.
  forgetZones(statements, session);
}

/** The writer's number in its session; a new one gets the next. Inside a transaction. */
export function writerNumber(statements: Statements, session: number, name: string): number {
  const known = (): number | undefined =>
    statements.number('SELECT writer FROM writers WHERE session = ? AND name = ?', session, escapeText(name));
  const number = known();
  if (number !== undefined) return number;
  statements.run(
    'INSERT INTO writers (session, writer, name) SELECT ?, coalesce(max(writer), 0) + 1, ? FROM writers WHERE session = ?',
    session,
    escapeText(name),
    session,
  );
  return known()!;
}

function textOrNull(text: string | undefined): string | null {
  return text === undefined ? null : escapeText(text);
}
