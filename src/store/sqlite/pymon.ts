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

class Source {
  readonly #statements: Statements;
  readonly #file: string;

  constructor(statements: Statements, file: string) {
    this.#statements = statements;
    this.#file = file;
  }

  /** Rows whose key the database does not show. What it has already stays as it is. */
  copyMissing(table: string, key: string): number {
    const { names, values } = this.#columns(table);
    const before = this.#count(table);
    this.#statements.run(
      `INSERT INTO main.${table} (${names}) SELECT ${values} FROM pymon.${table}
       WHERE ${key} IS NOT NULL AND ${key} NOT IN (SELECT ${key} FROM main.${table}) ORDER BY rowid`,
    );
    return this.#count(table) - before;
  }

  /** Row by row where a session is known: equal rows are counted, so that a file may be imported again after it has grown. */
  copyMetrics(): number {
    const { names, values } = this.#columns('TEST_METRICS');
    const insert = `INSERT INTO main.TEST_METRICS (${names}) SELECT ${values} FROM pymon.TEST_METRICS`;
    const key = values
      .split(', ')
      .map((column) => `quote(${column})`)
      .join(" || ',' || ");
    let copied = 0;
    for (const [session] of this.#statements.rows<[string | null]>('SELECT DISTINCT SESSION_H FROM pymon.TEST_METRICS')) {
      const present = new Map<string, number>();
      for (const [row, count] of this.#statements.rows<[string, number]>(
        `SELECT ${key}, count(*) FROM main.TEST_METRICS WHERE SESSION_H IS ? GROUP BY 1`,
        session,
      )) {
        present.set(row, count);
      }
      if (present.size === 0) {
        copied += this.#statements.number('SELECT count(*) FROM pymon.TEST_METRICS WHERE SESSION_H IS ?', session)!;
        this.#statements.run(`${insert} WHERE SESSION_H IS ? ORDER BY rowid`, session);
        continue;
      }
      const rows = `SELECT rowid, ${key} FROM pymon.TEST_METRICS WHERE SESSION_H IS ? ORDER BY rowid`;
      for (const [id, row] of this.#statements.rows<[number, string]>(rows, session)) {
        const left = present.get(row) ?? 0;
        present.set(row, left - 1);
        if (left > 0) continue;
        this.#statements.run(`${insert} WHERE rowid = ?`, id);
        copied++;
      }
    }
    return copied;
  }

  /** The view's columns, and NULL for those that the file does not have: older versions of pytest-monitor wrote fewer. */
  #columns(table: string): { names: string; values: string } {
    const names = this.#statements.rows<[string]>(`SELECT name FROM pragma_table_info(?, 'main')`, table).map(([name]) => name);
    const there = new Set(
      this.#statements.rows<[string]>(`SELECT upper(name) FROM pragma_table_info(?, 'pymon')`, table).map(([name]) => name),
    );
    if (!this.#isTable(table)) {
      throw new SpanmeterError('SPANMETER_STORE_CORRUPT', `${this.#file} is no database of pytest-monitor: it has no table ${table}.`);
    }
    return { names: names.join(', '), values: names.map((name) => (there.has(name) ? name : 'NULL')).join(', ') };
  }

  #isTable(table: string): boolean {
    return this.#statements.value(`SELECT 1 FROM pymon.sqlite_master WHERE type = 'table' AND name = ?`, table) !== undefined;
  }

  #count(table: string): number {
    return this.#statements.number(`SELECT count(*) FROM main.${table}`)!;
  }
}
