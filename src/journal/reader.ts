/** Turns a journal's bytes into records. Torn and damaged lines are counted and left out; everything else is kept. */
import { METRICS } from '../model/metrics.js';
import { STATUSES, type ReadingRecord, type Status, type WriterRecord } from '../model/records.js';
import { MARK_PEAK_IS_LOWER_BOUND, MARK_SHARED } from './format.js';
import { CHECKSUM_LENGTH, Numbers, scanLine, type Line } from './bytes.js';
import { readHeader } from './header.js';
import { JournalItems, type Item } from './items.js';
import { JournalMarks } from './marks.js';

/** Numbers of a B or N line, before a definition. */
const BEGIN_FIELDS = 6;
/** Numbers of an E line, before the metrics. */
const END_FIELDS = 4;
/** A plain array: ten times cheaper to copy than a Float64Array of this size. */
const NO_VALUES: readonly number[] = METRICS.map(() => NaN);

interface Begun {
  readonly item: Item;
  readonly startedAt: number;
  readonly retry: number;
  readonly repeat: number;
  readonly parent: number;
}

export class JournalReader {
  readonly writer: WriterRecord | undefined;
  /** Of the journal's format. Undefined when no header is intact. */
  readonly version: string | undefined;
  /** Metrics that the journal has and this version does not know: their numbers are left out. */
  readonly unknownMetrics: readonly string[];
  /** Lines that were torn or damaged, so far. */
  torn = 0;

  readonly #bytes: Buffer;
  readonly #items = new JournalItems();
  readonly #open = new Map<number, Begun>();
  readonly #amended: ReadonlyMap<number, Status>;
  readonly #marks: JournalMarks;
  /** Used again for every line: nothing is allocated for those that make no record. */
  readonly #numbers = new Numbers();
  readonly #line: Line = { to: 0, isIntact: false };
  readonly #columns: readonly number[];

  /** @param known what is known of the writer without the journal: for one whose header was damaged */
  constructor(bytes: Buffer, known?: WriterRecord) {
    this.#bytes = bytes;
    const { version, writer, columns, unknownMetrics } = readHeader(bytes, known);
    this.version = version;
    this.writer = writer;
    this.unknownMetrics = unknownMetrics;
    this.#columns = columns;
    this.#amended = this.#readAmendments();
    this.#marks = new JournalMarks(this.#bytes);
  }

  /** Finished spans in the order in which they ended, then those that never did, as interrupted. */
  *records(): Generator<ReadingRecord> {
    if (this.writer === undefined) return;
    const line = this.#line;
    for (let from = 0; from < this.#bytes.length; from = line.to + 1) {
      scanLine(this.#bytes, from, line);
      // An empty line stands where a writer went on behind a torn one.
      if (line.to === from) continue;
      const record = line.isIntact ? this.#readLine(from, line.to - CHECKSUM_LENGTH) : null;
      if (record === null) this.torn += 1;
      else if (record !== undefined) {
        const marked = this.#marks.applied(record);
        if (marked !== undefined) yield marked;
      }
    }
    for (const [sequence, begun] of this.#open) {
      const marked = this.#marks.applied(this.#record(sequence, begun, 'interrupted', 0, 0, NO_VALUES));
      if (marked !== undefined) yield marked;
    }
  }

  /** @returns a record; undefined when the line makes none; null when it makes no sense */
  #readLine(from: number, to: number): ReadingRecord | undefined | null {
    switch (this.#bytes[from]) {
      case 0x42: // B
        return this.#begin(from + 2, to);
      case 0x45: // E
        return this.#end(from + 2, to);
      case 0x4e: // N
        return this.#note(from + 2, to);
      case 0x48: // H
      case 0x4d: // M: read before
      case 0x53: // S: likewise
        return undefined;
      default:
        return null;
    }
  }

  #begin(from: number, to: number): undefined | null {
    const item = this.#readItem(from, to);
    if (item === undefined) return null;
    this.#open.set(this.#numbers.fields[0] as number, this.#begun(item, this.#numbers.fields[5] as number));
    return undefined;
  }

  #note(from: number, to: number): ReadingRecord | null {
    const item = this.#readItem(from, to);
    const { fields } = this.#numbers;
    const status = STATUSES[fields[5] as number];
    if (item === undefined || status === undefined) return null;
    return this.#record(fields[0] as number, this.#begun(item, 0), status, 0, 0, NO_VALUES);
  }

  #begun(item: Item, parent: number): Begun {
    const { fields } = this.#numbers;
    return { item, startedAt: fields[2] as number, retry: fields[3] as number, repeat: fields[4] as number, parent };
  }

  /** Reads the numbers of a B or N line. @returns the item that it names, and perhaps defines */
  #readItem(from: number, to: number): Item | undefined {
    const numbers = this.#numbers;
    if (!numbers.read(this.#bytes, from, to, BEGIN_FIELDS) || numbers.count < BEGIN_FIELDS) return undefined;
    const item = numbers.fields[1] as number;
    return numbers.next < to ? this.#items.define(item, this.#text(numbers.next, to)) : this.#items.get(item);
  }

  #end(from: number, to: number): ReadingRecord | null {
    const { fields } = this.#numbers;
    if (!this.#numbers.read(this.#bytes, from, to)) return null;
    const { count } = this.#numbers;
    const sequence = fields[0] as number;
    const begun = this.#open.get(sequence);
    const status = STATUSES[fields[1] as number];
    if (count < END_FIELDS || begun === undefined || status === undefined) return null;
    this.#open.delete(sequence);
    const values = NO_VALUES.slice();
    for (let index = END_FIELDS; index < count; index += 1) {
      const column = this.#columns[index - END_FIELDS];
      if (column !== undefined && column >= 0) values[column] = fields[index] as number;
    }
    return this.#record(sequence, begun, status, fields[2] as number, fields[3] as number, values);
  }

  #record(sequence: number, begun: Begun, status: Status, overlaps: number, marks: number, values: readonly number[]): ReadingRecord {
    const { session, writer } = this.writer as WriterRecord;
    const { item, startedAt, retry, repeat, parent } = begun;
    return {
      session,
      writer,
      sequence,
      parent,
      identity: item.identity,
      component: item.component,
      tags: item.tags,
      startedAt,
      status: this.#amended.get(sequence) ?? status,
      retry,
      repeat,
      overlaps,
      shared: (marks & MARK_SHARED) !== 0,
      peakIsLowerBound: (marks & MARK_PEAK_IS_LOWER_BOUND) !== 0,
      values,
    };
  }

  /** They come after the record that they change, so they are gathered first. */
  #readAmendments(): ReadonlyMap<number, Status> {
    const amended = new Map<number, Status>();
    for (let at = this.#bytes.indexOf('\nS\t'); at >= 0; at = this.#bytes.indexOf('\nS\t', at + 1)) {
      scanLine(this.#bytes, at + 1, this.#line);
      if (!this.#line.isIntact) continue;
      const { fields } = this.#numbers;
      const isRead = this.#numbers.read(this.#bytes, at + 3, this.#line.to - CHECKSUM_LENGTH);
      const status = STATUSES[fields[1] as number];
      if (isRead && status !== undefined) amended.set(fields[0] as number, status);
    }
    return amended;
  }

  #text(from: number, to: number): string {
    return this.#bytes.toString('utf8', from, to);
  }
}
