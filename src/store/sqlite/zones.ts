/** Zones in SQLite: computed where they are missing, forgotten when readings change. */
import { COMPUTE_ZONES, MISSING_ZONES } from '../sql/zones.js';
import type { Statements } from './statements.js';

/** Inside a transaction. */
export function computeMissingZones(statements: Statements): void {
  for (const [session] of statements.rows<[number]>(MISSING_ZONES)) for (const sql of COMPUTE_ZONES) statements.run(sql, session);
}

export function areZonesMissing(statements: Statements): boolean {
  return statements.value(`${MISSING_ZONES} LIMIT 1`) !== undefined;
}

/** In the transaction that changes what they are computed from. */
export function forgetZones(statements: Statements, session: number): void {
  statements.run('DELETE FROM zones WHERE session = ?', session);
}
