/** Counts of a session's tests, kept beside it. */
import type { PoolClient } from 'pg';
import { countTests } from '../sql/totals.js';
import { answer, rows } from './connections.js';
import { lockReadings, tryLockReadings } from './locks.js';

/** Unless they are kept already. Batches that are being written would neither be in them, nor know that there are any to forget. */
export async function keepCounts(client: PoolClient, session: number): Promise<void> {
  await lockReadings(client, session);
  await keep(client, session);
}

/** The same, but only if it need not wait. */
export async function tryKeepCounts(client: PoolClient, session: number): Promise<void> {
  if (await tryLockReadings(client, session)) await keep(client, session);
}

async function keep(client: PoolClient, session: number): Promise<void> {
  if ((await rows(client, 'SELECT 1 FROM session_counts WHERE session = ?', session)).length > 0) return;
  const counts = await answer(client, countTests(session));
  await rows(
    client,
    'INSERT INTO session_counts (session, tests, failed, skipped, interrupted) VALUES (?, ?, ?, ?, ?)',
    session,
    ...counts,
  );
}
