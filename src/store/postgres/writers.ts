/** Writers, which are numbered in their session. */
import type { PoolClient } from 'pg';
import { escapeText } from '../../model/escape.js';
import type { WriterRecord } from '../../model/records.js';
import { rows } from './connections.js';
import { shareReadings } from './locks.js';

/** Completes writers that have their numbers already. */
export async function putWriters(client: PoolClient, writers: readonly WriterRecord[]): Promise<void> {
  const ids = [...new Set(writers.map(({ session }) => escapeText(session)))];
  const numbers = new Map(await rows<[string, number]>(client, 'SELECT id, session FROM sessions WHERE id = ANY(?::text[])', ids));
  await shareReadings(client, [...numbers.values()]);
  const sorted = [...writers].sort((a, b) => (a.writer < b.writer ? -1 : 1));
  for (const writer of sorted) {
    await rows(
      client,
      'UPDATE writers SET pid = ?, thread = ?, started_at = ?, rss_at_start = ? WHERE session = ? AND name = ?',
      writer.pid,
      writer.thread,
      Math.round(writer.startedAt),
      Number.isFinite(writer.rssAtStart) ? Math.round(writer.rssAtStart) : null,
      numbers.get(escapeText(writer.session)),
      escapeText(writer.writer),
    );
  }
  // Memory is shown relative to what the writer started with.
  await rows(client, 'DELETE FROM zones WHERE session = ANY(?::integer[])', [...numbers.values()]);
}

export interface NewWriter {
  readonly session: number;
  /** As it is stored. */
  readonly name: string;
  readonly context?: number;
}

/** Gives writers that have none the next numbers of their sessions, whose rows are locked meanwhile. */
export async function addWriters(client: PoolClient, writers: readonly NewWriter[]): Promise<void> {
  const sessions = [...new Set(writers.map(({ session }) => session))];
  await rows(client, 'SELECT 1 FROM sessions WHERE session = ANY(?::integer[]) ORDER BY session FOR NO KEY UPDATE', sessions);
  await rows(
    client,
    `INSERT INTO writers (session, name, context, writer)
     SELECT n.session, n.name, n.context, row_number() OVER (PARTITION BY n.session ORDER BY n.at) +
       coalesce((SELECT max(w.writer) FROM writers w WHERE w.session = n.session), 0)
     FROM unnest(?::integer[], ?::text[], ?::integer[]) WITH ORDINALITY AS n (session, name, context, at)
     WHERE NOT EXISTS (SELECT 1 FROM writers w WHERE w.session = n.session AND w.name = n.name)`,
    writers.map(({ session }) => session),
    writers.map(({ name }) => name),
    writers.map(({ context }) => context ?? null),
  );
}
