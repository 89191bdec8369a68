/** Advisory locks, which end with their transaction. */
import type { PoolClient } from 'pg';
import { preparedRows, rows } from './connections.js';

/** The first of a lock's two numbers: what it is about. 'spa' in ASCII, and a count. */
export const LOCKS = { schema: 0x73706100, readings: 0x73706101 } as const;

/** Taken by who changes readings of the sessions; several may, each with writers of its own. Sorted, so that nobody waits in a circle. */
export async function shareReadings(client: PoolClient, sessions: readonly number[]): Promise<void> {
  const sorted = [...sessions].sort((a, b) => a - b);
  await preparedRows(
    client,
    `SELECT pg_advisory_xact_lock_shared(${LOCKS.readings}, session) FROM unnest(?::integer[]) AS session`,
    sorted,
  );
}

/** Taken by who needs them to hold still. */
export async function lockReadings(client: PoolClient, session: number): Promise<void> {
  await rows(client, `SELECT pg_advisory_xact_lock(${LOCKS.readings}, ?)`, session);
}

/** The same, unless somebody has to be waited for. @returns whether it is ours */
export async function tryLockReadings(client: PoolClient, session: number): Promise<boolean> {
  const [row] = await rows<[boolean]>(client, `SELECT pg_try_advisory_xact_lock(${LOCKS.readings}, ?)`, session);
  return row![0];
}
