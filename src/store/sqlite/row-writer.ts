/**
 * Inserts rows of the metrics table, fast. Binding values is most of the cost, so absent metrics are not bound: each set of present
 * ones has its own statement, and neighbouring rows with the same set share one of several rows.
 */
import { METRIC_NAMES } from '../../model/metrics.js';
import type { ReadingRecord } from '../../model/records.js';
import type { SqliteStatement } from './driver.js';
import { marksOf } from '../sql/marks.js';
import type { Statements } from './statements.js';

/** One row of the table; the numbers stand for rows of the other tables. */
export interface MetricsRow {
  readonly session: number;
  readonly item: number;
  readonly writer: number;
  readonly component: number | null;
  readonly tags: number | null;
  /** Microseconds since 1970: `started` is relative to it. */
  readonly sessionStart: number;
  readonly record: ReadingRecord;
}

/** For one set of seldom columns: its statements, and the values of the rows that wait, one row after the other. */
interface Plan {
  readonly set: number;
  readonly single: SqliteStatement;
  readonly several: SqliteStatement;
  readonly width: number;
  /** Filled again and again: an array that grows for every few rows costs more than the insert. */
  readonly values: unknown[];
}

const ROWS = 16;
/** Bound for every row, in the order of `add`. */
const ALWAYS = ['session', 'item', 'writer', 'sequence', 'started', 'parent', 'component', 'marks', 'overlaps'];
/** Bound only where they differ from the default of their columns. */
const SELDOM = [...METRIC_NAMES, 'retry', 'repeat', 'tags'];
/** A set of seldom columns is a sum of powers of two, which a number holds exactly for up to 53. */
const BITS = SELDOM.map((_, index) => 2 ** index);
const [RETRY, REPEAT, TAGS] = BITS.slice(METRIC_NAMES.length) as [number, number, number];
const PLANS = 64;

export class RowWriter {
  readonly #statements: Statements;
  readonly #plans = new Map<number, Plan>();
  #plan: Plan | undefined;
  #waiting = 0;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  add(row: MetricsRow): void {
    const { record } = row;
    const { values: numbers, retry, repeat } = record;
    let set = (retry === 0 ? 0 : RETRY) + (repeat === 0 ? 0 : REPEAT) + (row.tags === null ? 0 : TAGS);
    for (let index = 0; index < METRIC_NAMES.length; index++) if (isPresent(numbers[index]!)) set += BITS[index]!;
    if (set !== this.#plan?.set) {
      this.flush();
      this.#plan = this.#planFor(set);
    }
    const { values, width, several } = this.#plan;
    let at = width * this.#waiting;
    values[at++] = row.session;
    values[at++] = row.item;
    values[at++] = row.writer;
    values[at++] = record.sequence;
    values[at++] = Math.round(record.startedAt - row.sessionStart);
    values[at++] = record.parent === 0 ? null : record.parent;
    values[at++] = row.component;
    values[at++] = marksOf(record);
    values[at++] = record.overlaps;
    for (let index = 0; index < METRIC_NAMES.length; index++) if (isPresent(numbers[index]!)) values[at++] = Math.round(numbers[index]!);
    if (retry !== 0) values[at++] = retry;
    if (repeat !== 0) values[at++] = repeat;
    if (row.tags !== null) values[at++] = row.tags;
    if (++this.#waiting === ROWS) {
      this.#waiting = 0;
      // Spread: the driver takes arguments off the stack much faster than out of an array.
      several.run(...values);
    }
  }

  /** Writes what waits. */
  flush(): void {
    const waiting = this.#waiting;
    this.#waiting = 0;
    for (let row = 0; row < waiting; row++) {
      const { single, values, width } = this.#plan!;
      single.run(...values.slice(row * width, (row + 1) * width));
    }
  }

  /** Drops what waits. */
  discard(): void {
    this.#waiting = 0;
  }

  #planFor(set: number): Plan {
    let plan = this.#plans.get(set);
    if (plan === undefined) {
      if (this.#plans.size >= PLANS) this.#plans.clear();
      const seldom = SELDOM.filter((_, index) => Math.floor(set / BITS[index]!) % 2 === 1);
      const columns = [...ALWAYS, ...seldom];
      const row = `(${columns.map(() => '?').join(', ')})`;
      const insert = (rows: number): SqliteStatement =>
        this.#statements.database.prepare(`INSERT INTO metrics (${columns.join(', ')}) VALUES ${Array(rows).fill(row).join(', ')}`);
      const width = columns.length;
      plan = { set, single: insert(1), several: insert(ROWS), width, values: Array<unknown>(width * ROWS).fill(null) };
      this.#plans.set(set, plan);
    }
    return plan;
  }
}

/** Neither NaN nor infinite, nor beyond the end of a shorter array. */
function isPresent(number: number): boolean {
  return number - number === 0;
}
