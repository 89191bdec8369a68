/**
 * Drops sessions and their readings. The texts that many sessions share (items, components, tags, contexts, packages) stay: servers
 * that stand before this database remember their numbers, and would write rows that name what is gone.
 */
import type { PoolClient } from 'pg';
import type { Pruned, PruneQuery } from '../prune.js';
import { rows, type Connections } from './connections.js';

/** Sessions of one transaction: others who write wait no longer than that takes. */
const AT_ONCE = 20;
/** The session itself last: whoever reads meanwhile finds one with fewer rows, never rows without one. */
const TABLES = ['metrics', 'foreign_readings', 'foreign_sessions', 'zones', 'session_counts', 'session_packages', 'writers', 'sessions'];

export async function prune(connections: Connections, query: PruneQuery): Promise<Pruned> {
  const found = await connections.rows<[number]>(
    `SELECT session FROM sessions WHERE started_at < ?::bigint AND session NOT IN (
       SELECT session FROM sessions ORDER BY started_at DESC, session DESC LIMIT ?) ORDER BY started_at, session`,
    query.before,
    query.keepLast ?? 0,
  );
  const sessions = found.map(([session]) => session);
  let readings = 0;
  for (let from = 0; from < sessions.length; from += AT_ONCE) {
    const some = sessions.slice(from, from + AT_ONCE);
    readings +=
      query.dryRun === true
        ? (await connections.rows<[number]>('SELECT count(*) FROM metrics WHERE session = ANY(?::int[])', some))[0]![0]
        : await connections.write((client) => drop(client, some));
  }
  return { sessions: sessions.length, readings, items: 0, components: 0, tags: 0, contexts: 0, packages: 0 };
}

/** @returns how many readings are gone */
async function drop(client: PoolClient, sessions: readonly number[]): Promise<number> {
  let readings = 0;
  for (const table of TABLES) {
    const sql = `WITH gone AS (DELETE FROM ${table} WHERE session = ANY(?::int[]) RETURNING 1) SELECT count(*) FROM gone`;
    const [counted] = await rows<[number]>(client, sql, sessions);
    if (table === 'metrics') readings = counted![0];
  }
  return readings;
}
