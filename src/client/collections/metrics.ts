import { Schema, type RecordBatch } from 'apache-arrow';
import { SpanmeterError } from '../../model/errors.js';
import type { Context, Metric, Session } from '../entities.js';
import { Collection } from './collection.js';
import type { Contexts } from './contexts.js';
import type { Frame } from '../frame/frame.js';
import { metricFrame, type MetricFrameOptions, type Part } from './metric-frame.js';
import { metricReader, type ReadMetric } from './metric-reader.js';
import { printMetrics } from './print-metrics.js';
import type { Sessions } from './sessions.js';
import { firstOfItsKey, KEY } from './unique-rows.js';

/** A metric with what is known of its session and of where it ran. */
export interface Joined {
  readonly metric: Metric;
  readonly session?: Session;
  readonly context?: Context;
}

/**
 * Readings, kept by columns: a Metric is made when it is asked for, so a million of them take the memory of their numbers. A part of them is a
 * list of row numbers; nothing is copied.
 */
export class Metrics extends Collection<Metric, MetricFrameOptions> {
  readonly #batches: readonly RecordBatch[];
  /** The number of each batch's first row. */
  readonly #starts: readonly number[];
  readonly #readers: ReadMetric[] = [];
  /** Ascending; absent: all rows. */
  readonly #rows: Uint32Array | undefined;
  readonly length: number;

  private constructor(batches: readonly RecordBatch[], rows?: Uint32Array) {
    super();
    this.#batches = batches;
    let count = 0;
    this.#starts = batches.map(({ numRows }) => (count += numRows) - numRows);
    this.#rows = rows;
    this.length = rows?.length ?? count;
  }

  /** @param batches of the same columns; an empty one says which there are */
  static of(batches: readonly RecordBatch[]): Metrics {
    return new Metrics(batches);
  }

  /** Names of the columns, as in frames. */
  get columns(): readonly string[] {
    return this.#schema.fields.map(({ name }) => name);
  }

  at(index: number): Metric | undefined {
    const place = index < 0 ? this.length + index : index;
    return Number.isInteger(place) && place >= 0 && place < this.length ? this.#read(this.#rows?.[place] ?? place) : undefined;
  }

  *[Symbol.iterator](): Generator<Metric> {
    for (let index = 0; index < this.length; index++) yield this.#read(this.#rows?.[index] ?? index);
  }

  filter(keep: (metric: Metric) => boolean): Metrics {
    return this.#where(keep);
  }

  /** Those of these sessions. */
  ofSessions(sessions: Sessions): Metrics {
    return this.#where(({ session }) => sessions.get(session) !== undefined, ['session']);
  }

  /** Those of all variants of the items with this name. */
  variantsOf(name: string): Metrics {
    return this.#where((metric) => metric.name === name, ['name']);
  }

  /** Without those that are there already. */
  unique(): Metrics {
    return this.#where(firstOfItsKey(), KEY);
  }

  /** Both, each reading once. @throws SpanmeterError SPANMETER_USAGE when they have not the same columns */
  merge(other: Metrics): Metrics {
    const [lacking] = [...lack(this, other), ...lack(other, this)];
    if (lacking !== undefined || this.columns.join() !== other.columns.join()) {
      const what = lacking === undefined ? 'in the same order' : `both with or both without '${lacking}'`;
      throw new SpanmeterError('SPANMETER_USAGE', `Metrics that are merged need the same columns: ask for them ${what}.`);
    }
    const offset = this.#batches.reduce((sum, { numRows }) => sum + numRows, 0);
    const rows = new Uint32Array(this.length + other.length);
    for (let index = 0; index < this.length; index++) rows[index] = this.#rows?.[index] ?? index;
    for (let index = 0; index < other.length; index++) rows[this.length + index] = offset + (other.#rows?.[index] ?? index);
    return new Metrics([...this.#batches, ...other.#batches], rows).unique();
  }

  /** Each metric with its session, where that is among these, and its context: of `contexts`, else as its session has it. */
  join(sessions: Sessions, contexts?: Contexts): Joined[] {
    return this.map((metric) => {
      const session = sessions.get(metric.session);
      const context = contexts?.get(metric.context) ?? session?.context;
      return { metric, ...(session && { session }), ...(context && { context }) };
    });
  }

  protected frame(options: MetricFrameOptions = {}): Frame {
    return metricFrame(this.#schema, this.#parts(), options);
  }

  toString(): string {
    return printMetrics(this);
  }

  #parts(): Part[] {
    const rows = this.#rows;
    if (rows === undefined) return this.#batches.map((batch) => ({ batch }));
    let at = 0;
    return this.#batches.map((batch, index) => {
      const [from, start] = [at, this.#starts[index]!];
      while (at < rows.length && rows[at]! < start + batch.numRows) at++;
      return { batch, rows: rows.subarray(from, at).map((row) => row - start) };
    });
  }

  /** @param columns all that `keep` looks at; absent: it may look at any */
  #where(keep: (metric: Metric) => boolean, columns?: readonly string[]): Metrics {
    const rows: number[] = [];
    for (const [index, { batch, rows: among }] of this.#parts().entries()) {
      const read = columns === undefined ? this.#reader(index) : metricReader(batch, columns);
      const count = among?.length ?? batch.numRows;
      for (let at = 0; at < count; at++) {
        const row = among?.[at] ?? at;
        if (keep(read(row))) rows.push(this.#starts[index]! + row);
      }
    }
    return new Metrics(this.#batches, Uint32Array.from(rows));
  }

  get #schema(): Schema {
    return this.#batches[0]?.schema ?? new Schema([]);
  }

  #read(row: number): Metric {
    const at = this.#batchOf(row);
    return this.#reader(at)(row - this.#starts[at]!);
  }

  #reader(batch: number): ReadMetric {
    return (this.#readers[batch] ??= metricReader(this.#batches[batch]!));
  }

  #last = 0;

  /** Mostly the one of the row before. */
  #batchOf(row: number): number {
    const starts = this.#starts;
    let at = this.#last;
    if (row < starts[at]!) at = 0;
    while (at + 1 < starts.length && starts[at + 1]! <= row) at++;
    return (this.#last = at);
  }
}

function lack(some: Metrics, other: Metrics): readonly string[] {
  return other.columns.filter((name) => !some.columns.includes(name));
}
