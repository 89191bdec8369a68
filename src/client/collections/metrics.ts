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
import { firstOfEach, type Key } from './unique-rows.js';

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
    const rows: number[] = [];
    for (let index = 0; index < this.length; index++) {
      const row = this.#rows?.[index] ?? index;
      if (keep(this.#read(row))) rows.push(row);
    }
    return new Metrics(this.#batches, Uint32Array.from(rows));
  }

  /** Those of these sessions. */
  ofSessions(sessions: Sessions): Metrics {
    return this.filter(({ session }) => sessions.get(session) !== undefined);
  }

  /** Those of all variants of the items with this name. */
  variantsOf(name: string): Metrics {
    return this.filter((metric) => metric.name === name);
  }

  /** Without those that are there already. */
  unique(): Metrics {
    const places = firstOfEach(this as Iterable<Key>);
    return new Metrics(this.#batches, this.#rows === undefined ? places : places.map((place) => this.#rows![place]!));
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

  get #schema(): Schema {
    return this.#batches[0]?.schema ?? new Schema([]);
  }

  #read(row: number): Metric {
    const at = this.#batchOf(row);
    return (this.#readers[at] ??= metricReader(this.#batches[at]!))(row - this.#starts[at]!);
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
