/** Many sessions at once, each with its context and packages: some queries in all, not some for each. */
import { unescapeText } from '../../model/escape.js';
import type { PackageVersion } from '../../model/records.js';
import type { StoredSession } from '../contract.js';
import type { Sql } from './port.js';
import { SESSION_COLUMNS, SESSION_TABLES, toSession, type SessionRow } from './read-session.js';
import { findSessions, newestFirst, type SessionFilter } from './session-filter.js';

export interface SessionPage {
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
}

/** Newest first. Sessions with the same packages share one list of them, and those of one context share it. */
export async function fullSessions(
  sql: Sql,
  filter: SessionFilter,
  { limit = Infinity, offset = 0 }: SessionPage = {},
): Promise<StoredSession[]> {
  const found = (await findSessions(sql, filter)).sort(newestFirst).slice(offset, offset + limit);
  const numbers = JSON.stringify(found.map(({ session }) => session));
  const { among } = sql.dialect;
  const [rows, packages] = await Promise.all([
    sql.rows<SessionRow>(`SELECT ${SESSION_COLUMNS} FROM ${SESSION_TABLES} WHERE ${among('s.session', '?')}`, numbers),
    packagesOf(sql, numbers),
  ]);
  const contexts = new Map<string, StoredSession['context']>();
  const sessions = new Map(
    rows.map((row) => {
      const session = toSession(row, packages.get(row[0]) ?? []);
      const { hash } = session.context;
      const context = contexts.get(hash) ?? session.context;
      contexts.set(hash, context);
      return [row[0], { ...session, context }];
    }),
  );
  return found.flatMap(({ session }) => sessions.get(session) ?? []);
}

/** @param numbers of sessions, as JSON */
async function packagesOf(sql: Sql, numbers: string): Promise<Map<number, readonly PackageVersion[]>> {
  const among = sql.dialect.among('sp.session', '?');
  const rows = await sql.rows<[session: number, packages: string]>(
    `SELECT sp.session, ${sql.dialect.joined('sp.package')} FROM session_packages sp WHERE ${among} GROUP BY sp.session`,
    numbers,
  );
  if (rows.length === 0) return new Map();
  const known = new Map(
    (await sql.rows<[number, string, string]>('SELECT package, name, version FROM packages')).map(([number, name, version]) => [
      number,
      { name: unescapeText(name), version: unescapeText(version) },
    ]),
  );
  const lists = new Map<string, readonly PackageVersion[]>();
  return new Map(
    rows.map(([session, packages]) => {
      let list = lists.get(packages);
      if (list === undefined) lists.set(packages, (list = listOf(packages, known)));
      return [session, list];
    }),
  );
}

function listOf(packages: string, known: ReadonlyMap<number, PackageVersion>): PackageVersion[] {
  return packages
    .split(',')
    .map((number) => known.get(Number(number))!)
    .sort((a, b) => compare(a.name, b.name) || compare(a.version, b.version));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
