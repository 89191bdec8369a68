/**
 * Zones: how many rows of a session, one component and one kind /api/v1 shows, and the smallest and largest of each resource among
 * them. They make counts sums, pages a search among sessions, and head and tail a look into few sessions. A session's zones are
 * deleted in the transaction that changes its readings, and computed when a query misses them: who never asks never pays. A session
 * without rows has one zone that counts none.
 */
import { FOREIGN } from './marks.js';
import type { Sql } from './port.js';

/** What /api/v1 calls a resource's column, and the value that it shows of a row of ours (m, w) and of pytest-monitor's (f). */
export const RESOURCES = {
  total_time: { ours: seconds('m.wall_time'), foreign: 'f.total_time' },
  user_time: { ours: seconds('m.user_time'), foreign: 'f.user_time' },
  kernel_time: { ours: seconds('m.kernel_time'), foreign: 'f.kernel_time' },
  cpu_usage: { ours: `(CAST(m.user_time + m.kernel_time AS double precision) / nullif(m.wall_time, 0))`, foreign: 'f.cpu_usage' },
  mem_usage: { ours: `(CAST(m.peak_rss - w.rss_at_start AS double precision) / 1048576)`, foreign: 'f.mem_usage' },
} as const;
export type Resource = keyof typeof RESOURCES;
const NAMES = Object.keys(RESOURCES) as Resource[];

function seconds(nanoseconds: string): string {
  return `(CAST(${nanoseconds} AS double precision) / 1000000000)`;
}

/** Rows of ours that /api/v1 shows. */
export const SHOWN = `m.marks & ${FOREIGN} = 0 AND m.wall_time IS NOT NULL`;
/** The kind of a row of ours as it is shown. */
export const SHOWN_KIND = `CASE i.kind WHEN 'test' THEN 'function' WHEN 'file' THEN 'module' WHEN 'suite' THEN 'class' ELSE i.kind END`;

/**
 * origin: 0 pytest-monitor's, 1 ours: in the order in which they are listed. component: 0 for none. first: the lowest foreign_reading,
 * or the lowest item: where in the list the zone begins.
 */
export function zonesTable(integer: string, text: string): string {
  const extremes = NAMES.map((name) => `${name}_min double precision, ${name}_max double precision`).join(', ');
  return `CREATE TABLE zones (
  session ${integer} NOT NULL, origin ${integer} NOT NULL, component ${integer} NOT NULL, kind ${text} NOT NULL,
  count ${integer} NOT NULL, first ${integer} NOT NULL, ${extremes}, PRIMARY KEY (session, origin, component, kind)
)`;
}

const extremesOf = (origin: 'ours' | 'foreign'): string =>
  NAMES.map((name) => `min(${RESOURCES[name][origin]}), max(${RESOURCES[name][origin]})`).join(', ');
const COLUMNS = `session, origin, component, kind, count, first, ${NAMES.map((name) => `${name}_min, ${name}_max`).join(', ')}`;

/** Computes the zones of one session; each statement takes its number, in this order, inside one transaction. */
export const COMPUTE_ZONES: readonly string[] = [
  `DELETE FROM zones WHERE session = ?`,
  // A foreign row's component is also that of its row in metrics.
  `INSERT INTO zones (${COLUMNS})
   SELECT f.session, 0, coalesce(m.component, 0), coalesce(i.kind, ''), count(*), min(f.foreign_reading), ${extremesOf('foreign')}
   FROM foreign_readings f JOIN foreign_items i ON i.foreign_item = f.foreign_item
   JOIN metrics m ON m.session = f.session AND m.item = i.item AND m.writer = f.writer AND m.sequence = f.sequence
   WHERE f.session = ? GROUP BY f.session, coalesce(m.component, 0), coalesce(i.kind, '')`,
  `INSERT INTO zones (${COLUMNS})
   SELECT m.session, 1, coalesce(m.component, 0), ${SHOWN_KIND}, count(*), min(m.item), ${extremesOf('ours')}
   FROM metrics m JOIN items i ON i.item = m.item JOIN writers w ON w.session = m.session AND w.writer = m.writer
   WHERE m.session = ? AND ${SHOWN} GROUP BY m.session, coalesce(m.component, 0), ${SHOWN_KIND}`,
  `INSERT INTO zones (session, origin, component, kind, count, first)
   SELECT s.session, 0, 0, '', 0, 0 FROM sessions s WHERE s.session = ? AND NOT EXISTS (SELECT 1 FROM zones z WHERE z.session = s.session)`,
];

export const MISSING_ZONES = `SELECT s.session FROM sessions s WHERE NOT EXISTS (SELECT 1 FROM zones z WHERE z.session = s.session) ORDER BY s.session`;

export async function missingZones(sql: Sql): Promise<number[]> {
  return (await sql.rows<[number]>(MISSING_ZONES)).map(([session]) => session);
}
