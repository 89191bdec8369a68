/**
 * pytest-monitor's databases (`.pymon`): their rows go through the writable views, in SQL from file to file, so that no digit
 * passes through JavaScript.
 */
import { existsSync } from 'node:fs';
import { SpanmeterError } from '../../model/errors.js';
import type { SqliteDatabase } from './driver.js';
import { Statements } from './statements.js';

/** How many rows were new. */
export interface Imported {
  readonly contexts: number;
  readonly sessions: number;
  readonly metrics: number;
}

/** Adds what the file has and the database has not. `transaction` gives the import its one transaction. */
export function importInto(database: SqliteDatabase, file: string, transaction: (work: () => Imported) => Imported): Imported {
  if (!existsSync(file)) throw new SpanmeterError('SPANMETER_NOT_FOUND', `There is no file ${file}.`);
  database.prepare('ATTACH ? AS pymon').run(file);
  try {
    const source = new Source(new Statements(database), file);
    return transaction(() => ({
      contexts: source.copyMissing('EXECUTION_CONTEXTS', 'ENV_H'),
      sessions: source.copyMissing('TEST_SESSIONS', 'SESSION_H'),
      metrics: source.copyMetrics(),
    }));
  } finally {
    database.exec('DETACH pymon');
  }
}

/** Until its version 1.1 there were no sessions: each metric says when its run began, and of which revision. */
const EARLY_SESSIONS = `(SELECT min(rowid) AS rowid, RUN_DATE AS SESSION_H, RUN_DATE, max(SCM_ID) AS SCM_ID, '{}' AS RUN_DESCRIPTION
  FROM pymon.TEST_METRICS WHERE RUN_DATE IS NOT NULL GROUP BY RUN_DATE)`;

interface Copied {
  /** The view's columns. */
  readonly names: string;
  /** What the file has for them; NULL for what it has not. */
  readonly values: readonly string[];
  /** Absent: the file has no such table. */
  readonly from?: string;
}

class Source {
  readonly #statements: Statements;
  /** Of its metrics. */
  readonly #columns: ReadonlySet<string>;

  /** @throws SpanmeterError SPANMETER_STORE_CORRUPT */
  constructor(statements: Statements, file: string) {
    this.#statements = statements;
    this.#columns = this.#columnsOf('TEST_METRICS');
    if (this.#columns.has('ITEM')) return;
    throw new SpanmeterError('SPANMETER_STORE_CORRUPT', `${file} is no database of pytest-monitor: it has no table TEST_METRICS of items.`);
  }

  /** Rows whose key the database does not show. What it has already stays as it is. */
  copyMissing(table: string, key: string): number {
    const { names, values, from } = this.#copied(table);
    if (from === undefined) return 0;
    const before = this.#count(table);
    this.#statements.run(
      `INSERT INTO main.${table} (${names}) SELECT ${values.join(', ')} FROM ${from}
       WHERE ${key} IS NOT NULL AND ${key} NOT IN (SELECT ${key} FROM main.${table}) ORDER BY rowid`,
    );
    return this.#count(table) - before;
  }

  /** Row by row where a session is known: equal rows are counted, so that a file may be imported again after it has grown. */
  copyMetrics(): number {
    const { names, values } = this.#copied('TEST_METRICS');
    const insert = `INSERT INTO main.TEST_METRICS (${names}) SELECT ${values.join(', ')} FROM pymon.TEST_METRICS`;
    if (this.#statements.value('SELECT 1 FROM main.metrics LIMIT 1') === undefined) {
      this.#statements.run(`${insert} ORDER BY rowid`);
      return this.#statements.number('SELECT count(*) FROM pymon.TEST_METRICS')!;
    }
    const key = values.map((column) => `quote(${column})`).join(" || ',' || ");
    const [session] = values;
    let copied = 0;
    for (const [id] of this.#statements.rows<[string | null]>(`SELECT DISTINCT ${session} FROM pymon.TEST_METRICS`)) {
      const present = new Map<string, number>();
      for (const [row, count] of this.#statements.rows<[string, number]>(
        `SELECT ${key}, count(*) FROM main.TEST_METRICS WHERE SESSION_H IS ? GROUP BY 1`,
        id,
      )) {
        present.set(row, count);
      }
      if (present.size === 0) {
        copied += this.#statements.number(`SELECT count(*) FROM pymon.TEST_METRICS WHERE ${session} IS ?`, id)!;
        this.#statements.run(`${insert} WHERE ${session} IS ? ORDER BY rowid`, id);
        continue;
      }
      const rows = `SELECT rowid, ${key} FROM pymon.TEST_METRICS WHERE ${session} IS ? ORDER BY rowid`;
      for (const [number, row] of this.#statements.rows<[number, string]>(rows, id)) {
        const left = present.get(row) ?? 0;
        present.set(row, left - 1);
        if (left > 0) continue;
        this.#statements.run(`${insert} WHERE rowid = ?`, number);
        copied++;
      }
    }
    return copied;
  }

  #copied(table: string): Copied {
    const names = this.#statements.rows<[string]>(`SELECT name FROM pragma_table_info(?, 'main')`, table).map(([name]) => name);
    const areEarly = this.#columns.has('RUN_DATE');
    if (areEarly && table === 'TEST_SESSIONS') return { names: names.join(', '), values: names, from: EARLY_SESSIONS };
    const there = this.#columnsOf(table);
    const valueOf = (name: string): string => (areEarly && name === 'SESSION_H' ? 'RUN_DATE' : there.has(name) ? name : 'NULL');
    return { names: names.join(', '), values: names.map(valueOf), ...(there.size > 0 && { from: `pymon.${table}` }) };
  }

  /** In capitals; none where the file has no such table. A view is one of ours. */
  #columnsOf(table: string): ReadonlySet<string> {
    return new Set(
      this.#statements
        .rows<[string]>(
          `SELECT upper(c.name) FROM pymon.sqlite_master t, pragma_table_info(t.name, 'pymon') c WHERE t.type = 'table' AND t.name = ?`,
          table,
        )
        .map(([name]) => name),
    );
  }

  #count(table: string): number {
    return this.#statements.number(`SELECT count(*) FROM main.${table}`)!;
  }
}
