/** Sessions with their contexts and packages, and writers. */
import type { PoolClient } from 'pg';
import { SpanmeterError } from '../../model/errors.js';
import { escapeText } from '../../model/escape.js';
import type { Context, PackageVersion, SessionRecord } from '../../model/records.js';
import { rows, type Connections } from './connections.js';
import { CONTEXTS, numbersOf, PACKAGES } from './dictionary.js';
import { lockReadings } from './locks.js';
import { keyOf } from './schema.js';

export function unknownSession(what: string, id: string): SpanmeterError {
  return new SpanmeterError('SPANMETER_NOT_FOUND', `${what} the session ${id}, which the history does not know. Put the session first.`);
}

/** Inserts, or adds what was learned since. The start stays as first told: readings are stored relative to it. */
export async function putSession(connections: Connections, session: SessionRecord): Promise<void> {
  const learn = await learning(connections, session);
  await connections.write(learn);
}

/** Stores all of a session, inside a transaction. */
export type Learn = (client: PoolClient) => Promise<void>;

export async function learning(connections: Connections, session: SessionRecord): Promise<Learn> {
  // Before the transaction: see dictionary.ts.
  const context = await contextNumber(connections, session.context);
  const packages = await packageNumbers(connections, session.packages);
  return async (client) => {
    const number = await sessionRow(client, session);
    await learn(client, number, context, session);
    if (packages.length > 0) await replacePackages(client, number, packages);
  };
}

/** The session's number; it is known then, and starts when it says. */
async function sessionRow(client: PoolClient, { id, startedAt }: SessionRecord): Promise<number> {
  const find = 'SELECT session, known FROM sessions WHERE id = ?';
  const [found] = await rows<[number, number]>(client, find, escapeText(id));
  if (found === undefined) {
    const insert = 'INSERT INTO sessions (id, known, started_at) VALUES (?, 1, ?) ON CONFLICT DO NOTHING RETURNING session';
    const [made] = await rows<[number]>(client, insert, escapeText(id), Math.round(startedAt));
    // Nothing when another process made it just now, whose start stays.
    return made?.[0] ?? (await rows<[number]>(client, find, escapeText(id)))[0]![0];
  }
  if (found[1] === 0) await placeStart(client, found[0], Math.round(startedAt));
  return found[0];
}

/**
 * A placeholder's start was a guess: it becomes the true one, and its readings keep their instants.
 * @returns false for a session that is known already, whose start stays
 */
export async function placeStart(client: PoolClient, session: number, startedAt: number | undefined): Promise<boolean> {
  await lockReadings(client, session);
  const [row] = await rows<[number, number]>(client, 'SELECT known, started_at FROM sessions WHERE session = ? FOR UPDATE', session);
  const [known, before] = row!;
  if (known === 1) return false;
  const start = startedAt ?? before;
  if (start !== before) await rows(client, 'UPDATE metrics SET started = started + ?::bigint WHERE session = ?', before - start, session);
  await rows(client, 'UPDATE sessions SET known = 1, started_at = ? WHERE session = ?', start, session);
  return true;
}

async function learn(client: PoolClient, number: number, context: number, session: SessionRecord): Promise<void> {
  const { scm } = session;
  await rows(
    client,
    `UPDATE sessions SET finished_at = coalesce(?, finished_at), exit_code = coalesce(?, exit_code), description = ?, tags = ?,
       revision = coalesce(?, revision), branch = coalesce(?, branch), dirty = coalesce(?, dirty), context = ?, command = ?, root = ?,
       lockfile_hash = coalesce(?, lockfile_hash)
     WHERE session = ?`,
    session.finishedAt === undefined ? null : Math.round(session.finishedAt),
    session.exitCode ?? null,
    escapeText(session.description),
    JSON.stringify(session.tags),
    textOrNull(scm.revision),
    textOrNull(scm.branch),
    scm.dirty === undefined ? null : Number(scm.dirty),
    context,
    escapeText(session.command),
    escapeText(session.root),
    textOrNull(session.lockfileHash),
    number,
  );
}

/** The number of the context; its facts are stored when they were not known. */
async function contextNumber(connections: Connections, { hash, ...facts }: Context): Promise<number> {
  const numbers = await numbersOf(connections, CONTEXTS, new Map([[hash, [hash]]]));
  const number = numbers.get(hash)!;
  await connections.rows('UPDATE contexts SET facts = ? WHERE context = ? AND facts IS NULL', JSON.stringify(facts), number);
  return number;
}

async function packageNumbers(connections: Connections, packages: readonly PackageVersion[]): Promise<number[]> {
  if (packages.length === 0) return [];
  const values = packages.map(({ name, version }) => [escapeText(name), escapeText(version)]);
  return [...(await numbersOf(connections, PACKAGES, new Map(values.map((each) => [keyOf(each), each])))).values()];
}

/** The session's row is locked by `learn`: nobody else replaces them. */
async function replacePackages(client: PoolClient, session: number, packages: readonly number[]): Promise<void> {
  await rows(client, 'DELETE FROM session_packages WHERE session = ? AND package <> ALL(?::integer[])', session, packages);
  await rows(
    client,
    'INSERT INTO session_packages (session, package) SELECT ?, package FROM unnest(?::integer[]) AS package ON CONFLICT DO NOTHING',
    session,
    packages,
  );
}

function textOrNull(text: string | undefined): string | null {
  return text === undefined ? null : escapeText(text);
}
