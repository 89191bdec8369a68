/**
 * pytest-monitor's rows from a server: the same rows that the writable views make (views-metrics.ts), in fewer steps: what many
 * metrics share is remembered.
 */
import { isDeepStrictEqual } from 'node:util';
import type { PymonContext, PymonMetric, PymonSession, Put } from '../pymon-rows.js';
import { FOREIGN } from '../sql/marks.js';
import { instant, NOW } from './expressions.js';
import type { Statements } from './statements.js';
import { forgetZones } from './zones.js';

/** Remembered texts of a kind; more are asked for again. */
const LIMIT = 20_000;

const CONTEXT_COLUMNS = `cpu_count, cpu_frequency_mhz, cpu_type, cpu_vendor, ram_total_mb, machine_node, machine_type, machine_arch, system_info, python_info`;

interface KnownItem {
  readonly item: number;
  readonly foreignItem: number;
}

export class PymonWriter {
  readonly #statements: Statements;
  readonly #sessions = new Map<string, number>();
  readonly #writers = new Map<string, number>();
  readonly #components = new Map<string, number>();
  readonly #items = new Map<string, KnownItem>();

  constructor(statements: Statements) {
    this.#statements = statements;
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
    for (const known of [this.#sessions, this.#writers, this.#components, this.#items]) known.clear();
  }

  #putMetric(metric: PymonMetric): number {
    const session = this.#session(metric);
    const writer = this.#writer(session, metric.context);
    const { item, foreignItem } = this.#item(metric);
    const component = metric.component === '' ? null : this.#component(metric.component);
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

  #session({ session, startTime }: PymonMetric): number {
    return remembered(this.#sessions, session, () => {
      const id = escaped(session);
      return (
        this.#statements.number('SELECT session FROM sessions WHERE id = ?', id) ??
        this.#insert(
          `INSERT INTO sessions (id, known, started_at) SELECT ?, 0, coalesce(${instant('x.start')}, ${NOW}) FROM (SELECT ? AS start) x`,
          id,
          startTime,
        )
      );
    });
  }

  /** A context of its own for each metric: in ours it hangs on the writer. */
  #writer(session: number, context: string): number {
    return remembered(this.#writers, `${session} ${context}`, () => {
      const name = `pytest-monitor:${escaped(context)}`;
      const known = this.#statements.number('SELECT writer FROM writers WHERE session = ? AND name = ?', session, name);
      if (known !== undefined) return known;
      const writer = this.#statements.number('SELECT coalesce(max(writer), 0) + 1 FROM writers WHERE session = ?', session)!;
      const number =
        this.#statements.number('SELECT context FROM contexts WHERE hash = ?', context) ??
        this.#insert('INSERT INTO contexts (hash) VALUES (?)', context);
      this.#statements.run('INSERT INTO writers (session, writer, name, context) VALUES (?, ?, ?, ?)', session, writer, name, number);
      return writer;
    });
  }

  #component(component: string): number {
    return remembered(this.#components, component, () => {
      const name = escaped(component);
      return (
        this.#statements.number('SELECT component FROM components WHERE name = ?', name) ??
        this.#insert('INSERT INTO components (name) VALUES (?)', name)
      );
    });
  }

  #item({ itemPath, item, variant, fsLoc, kind, component }: PymonMetric): KnownItem {
    const texts = [itemPath, item, variant, fsLoc, kind, component];
    return remembered(this.#items, JSON.stringify(texts), () => {
      const identity = [
        escaped(fsLoc),
        escaped(item),
        variant === item ? '' : escaped(variant),
        // Written by SQLite, as the view does.
        itemPath === '' ? '[]' : (this.#statements.value('SELECT json_array(?)', escaped(itemPath)) as string),
        escaped(kind),
      ];
      const number =
        this.#statements.number(
          `SELECT item FROM items WHERE file = ? AND name = ? AND variant = ? AND describe = ? AND kind = ? AND project = '' AND ordinal = 0`,
          ...identity,
        ) ??
        this.#insert(
          `INSERT INTO items (file, name, variant, describe, kind, project, ordinal) VALUES (?, ?, ?, ?, ?, '', 0)`,
          ...identity,
        );
      const foreignItem =
        this.#statements.number(
          `SELECT foreign_item FROM foreign_items
           WHERE item_path = ? AND name = ? AND item_variant = ? AND item_fs_loc = ? AND kind = ? AND component = ?`,
          ...texts,
        ) ??
        this.#insert(
          `INSERT INTO foreign_items (item, item_path, name, item_variant, item_fs_loc, kind, component) VALUES (?, ?, ?, ?, ?, ?, ?)`,
          number,
          ...texts,
        );
      return { item: number, foreignItem };
    });
  }

  #insert(sql: string, ...values: unknown[]): number {
    return Number(this.#statements.raw(sql).run(...values).lastInsertRowid);
  }
}

function remembered<T>(known: Map<string, T>, key: string, find: () => T): T {
  let value = known.get(key);
  if (value === undefined) {
    value = find();
    if (known.size >= LIMIT) known.clear();
    known.set(key, value);
  }
  return value;
}

/** As `escaped` of expressions.ts. */
function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\');
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
