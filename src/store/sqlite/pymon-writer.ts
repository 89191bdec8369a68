/**
 * pytest-monitor's rows from a server: the same rows that the writable views make (views-metrics.ts), in fewer steps: what many
 * metrics share is remembered.
 */
import { isDeepStrictEqual } from 'node:util';
import type { CountedMetric, PymonContext, PymonMetric, PymonSession, Put } from '../pymon-rows.js';
import { FOREIGN } from '../sql/marks.js';
import type { Numbered } from '../sql/pymon-missing.js';
import { instant } from './expressions.js';
import { escaped, PymonNumbers } from './pymon-numbers.js';
import type { Statements } from './statements.js';
import { forgetZones } from './zones.js';

const CONTEXT_COLUMNS = `cpu_count, cpu_frequency_mhz, cpu_type, cpu_vendor, ram_total_mb, machine_node, machine_type, machine_arch, system_info, python_info`;

export class PymonWriter {
  readonly #statements: Statements;
  readonly #numbers: PymonNumbers;

  constructor(statements: Statements) {
    this.#statements = statements;
    this.#numbers = new PymonNumbers(statements);
  }

  putContext(context: PymonContext): Put {
    const values = [
      context.cpuCount,
      context.cpuFrequency,
      context.cpuType,
      context.cpuVendor,
      context.ramTotal,
      context.machineNode,
      context.machineType,
      context.machineArch,
      context.systemInfo,
      context.pythonInfo,
    ];
    const [stored] = this.#statements.rows<readonly unknown[]>(
      `SELECT ${CONTEXT_COLUMNS} FROM contexts c LEFT JOIN foreign_contexts f ON f.context = c.context WHERE c.hash = ? AND c.facts IS NOT NULL`,
      context.hash,
    );
    if (stored !== undefined) return isDeepStrictEqual(stored, values) ? 'same' : 'other';
    this.#statements.run(
      `INSERT INTO EXECUTION_CONTEXTS (ENV_H, ${CONTEXT_COLUMNS}) VALUES (?, ${values.map(() => '?').join(', ')})`,
      context.hash,
      ...values,
    );
    return 'new';
  }

  putSession({ id, runDate, scmId, description }: PymonSession): Put {
    const [stored] = this.#statements.rows<[string | null, string | null, string | null]>(
      `SELECT f.run_date, f.scm_id, f.run_description FROM sessions s LEFT JOIN foreign_sessions f ON f.session = s.session WHERE s.id = ? AND s.known`,
      escaped(id),
    );
    if (stored !== undefined) {
      const same = stored[0] === runDate && stored[1] === scmId && sameJson(stored[2], description);
      return same ? 'same' : 'other';
    }
    this.#statements.run(
      'INSERT INTO TEST_SESSIONS (SESSION_H, RUN_DATE, SCM_ID, RUN_DESCRIPTION) VALUES (?, ?, ?, ?)',
      id,
      runDate,
      scmId,
      description,
    );
    return 'new';
  }

  /** Makes what they share where it is missing. */
  numbered(metrics: readonly CountedMetric[]): Numbered[] {
    return metrics.map((metric) => ({
      metric,
      session: this.#numbers.session(metric),
      foreignItem: this.#numbers.item(metric).foreignItem,
    }));
  }

  putMetrics(metrics: readonly PymonMetric[]): void {
    const touched = new Set<number>();
    for (const metric of metrics) touched.add(this.#putMetric(metric));
    for (const session of touched) {
      this.#statements.run('DELETE FROM session_counts WHERE session = ?', session);
      forgetZones(this.#statements, session);
    }
  }

  /** After a rollback, or when another process has written. */
  forget(): void {
    this.#numbers.forget();
  }

  #putMetric(metric: PymonMetric): number {
    const session = this.#numbers.session(metric);
    const writer = this.#numbers.writer(session, metric.context);
    const { item, foreignItem } = this.#numbers.item(metric);
    const component = metric.component === '' ? null : this.#numbers.component(metric.component);
    const { totalTime, userTime, kernelTime, cpuUsage, memUsage } = metric;
    const sequence = this.#statements.number(
      'UPDATE writers SET stored = stored + 1 WHERE session = ? AND writer = ? RETURNING stored',
      session,
      writer,
    )!;
    this.#statements.run(
      `INSERT INTO foreign_readings (session, foreign_item, writer, sequence, item_start_time, total_time, user_time, kernel_time, cpu_usage, mem_usage)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      session,
      foreignItem,
      writer,
      sequence,
      metric.startTime,
      totalTime,
      userTime,
      kernelTime,
      cpuUsage,
      memUsage,
    );
    this.#statements.run(
      `INSERT INTO metrics (session, item, writer, sequence, started, component, marks, overlaps, wall_time, cpu_time, user_time, kernel_time, peak_growth)
       SELECT ?, ?, ?, ?, coalesce(${instant('x.start')} - s.started_at, 0), ?, ${FOREIGN}, 0, ?, ?, ?, ?, ?
       FROM (SELECT ? AS start) x JOIN sessions s ON s.session = ?`,
      session,
      item,
      writer,
      sequence,
      component,
      scaled(totalTime, 1e9),
      scaled(userTime + kernelTime, 1e9),
      scaled(userTime, 1e9),
      scaled(kernelTime, 1e9),
      scaled(memUsage, 1048576),
      metric.startTime,
      session,
    );
    return session;
  }
}

/** As `scaled` of expressions.ts: an integer that JavaScript holds exactly, else null. */
function scaled(real: number, factor: number): number | null {
  const product = real * factor;
  return Math.abs(product) < 9e15 ? Math.sign(product) * Math.round(Math.abs(product)) : null;
}

function sameJson(stored: string | null, sent: string): boolean {
  if (stored === null) return false;
  try {
    return stored === sent || isDeepStrictEqual(JSON.parse(stored), JSON.parse(sent));
  } catch {
    return false;
  }
}
