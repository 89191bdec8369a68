/** pytest-monitor's rows of a history, exactly, for whoever copies them to another one. Names as /api/v1 has them. */
import type { ShownContext } from './pymon-contexts.js';
import { foreignRows, type ShownMetric } from './pymon-shown.js';
import { shown } from './pymon-text.js';
import type { Sql } from './port.js';

export interface CopiedSession {
  /** The number in the tables. */
  readonly number: number;
  /** Views of pytest-monitor's tables take metrics without one. */
  readonly session_h: string | null;
  /** Absent: only metrics name the session, or it is ours and they came into it. */
  readonly row?: { readonly run_date: string | null; readonly scm_ref: string | null; readonly description: string | null };
}

/** As /api/v1 shows one. */
export type CopiedContext = ShownContext;

type SessionRow = readonly [number, string | null, number | null, string | null, string | null, string | null];
type ContextRow = readonly [string, number | null, number | null, string | null, string | null, number | null, ...(string | null)[]];

/** Sessions that came from pytest-monitor, or that have metrics of it. */
export async function foreignSessions(sql: Sql): Promise<CopiedSession[]> {
  const rows = await sql.rows<SessionRow>(
    `SELECT s.session, s.id, f.session, f.run_date, f.scm_id, f.run_description
     FROM sessions s LEFT JOIN foreign_sessions f ON f.session = s.session
     WHERE f.session IS NOT NULL OR EXISTS (SELECT 1 FROM foreign_readings r WHERE r.session = s.session) ORDER BY s.session`,
  );
  return rows.map(([number, id, row, runDate, scm, description]) => ({
    number,
    session_h: id === null ? null : shown(id),
    ...(row !== null && { row: { run_date: runDate, scm_ref: scm, description } }),
  }));
}

/** @param sessions undefined: also those that no metric names */
export async function foreignContexts(sql: Sql, sessions: readonly number[] | undefined): Promise<CopiedContext[]> {
  const named = `WHERE c.context IN (SELECT w.context FROM writers w WHERE ${sql.dialect.among('w.session', '?')})`;
  const rows = await sql.rows<ContextRow>(
    `SELECT c.hash, f.cpu_count, f.cpu_frequency_mhz, f.cpu_type, f.cpu_vendor, f.ram_total_mb, f.machine_node, f.machine_type,
       f.machine_arch, f.system_info, f.python_info
     FROM foreign_contexts f JOIN contexts c ON c.context = f.context ${sessions === undefined ? '' : named} ORDER BY c.context`,
    ...(sessions === undefined ? [] : [JSON.stringify(sessions)]),
  );
  return rows.map(([hash, cpuCount, cpuFrequency, cpuType, cpuVendor, ramTotal, node, machine, bits, system, python]) => ({
    h: hash,
    cpu_count: cpuCount,
    cpu_frequency: cpuFrequency,
    cpu_type: cpuType,
    cpu_vendor: cpuVendor,
    ram_total: ramTotal,
    machine_node: node ?? null,
    machine_type: machine ?? null,
    machine_arch: bits ?? null,
    system_info: system ?? null,
    python_info: python ?? null,
  }));
}

/** A session's metrics in the order in which they came, a piece at a time. */
export async function* foreignMetrics(sql: Sql, session: number, piece: number): AsyncGenerator<readonly ShownMetric[]> {
  const numbers = await sql.rows<[number]>(
    'SELECT foreign_reading FROM foreign_readings WHERE session = ? ORDER BY foreign_reading',
    session,
  );
  for (let at = 0; at < numbers.length; at += piece) {
    const last = Math.min(at + piece, numbers.length) - 1;
    // The sign keeps the index of sessions out: a piece is a stretch of the table.
    const source = 'SELECT f.foreign_reading FROM foreign_readings f WHERE f.foreign_reading BETWEEN ? AND ? AND +f.session = ?';
    yield await foreignRows(sql, source, numbers[at]![0], numbers[last]![0], session);
  }
}
