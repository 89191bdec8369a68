/** Where things ran. */
import type { Context } from '../../model/records.js';
import type { Sql } from './port.js';
import { readContext } from './read-session.js';

/** All of which more than the hash is known, in the order in which the history came to know them. */
export async function listContexts(sql: Sql): Promise<Context[]> {
  const rows = await sql.rows<[string, string]>('SELECT hash, facts FROM contexts WHERE facts IS NOT NULL ORDER BY context');
  return rows.map(([hash, facts]) => readContext(hash, facts));
}
