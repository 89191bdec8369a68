/** Zones in PostgreSQL: computed where they are missing, and deleted by what changes readings. */
import type { PoolClient } from 'pg';
import { COMPUTE_ZONES } from '../sql/zones.js';
import { rows } from './connections.js';
import { lockReadings } from './locks.js';

/** Unless another process has just done it. Batches that are being written would neither be in them, nor know that there are any. */
export async function computeZones(client: PoolClient, session: number): Promise<void> {
  await lockReadings(client, session);
  if ((await rows(client, 'SELECT 1 FROM zones WHERE session = ? LIMIT 1', session)).length > 0) return;
  for (const sql of COMPUTE_ZONES) await rows(client, sql, session);
}
