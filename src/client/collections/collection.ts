import type { Table } from 'apache-arrow';
import type { ArqueroTable } from '../frame/arquero.js';
import type { ColumnChoice, Frame } from '../frame/frame.js';
import type { RowObject } from '../frame/objects.js';

/** What all collections can do: be gone through, looked into, narrowed, and printed. None of it changes the collection. */
export abstract class Collection<T, Options extends ColumnChoice = ColumnChoice> implements Iterable<T> {
  abstract readonly length: number;

  /** Negative indexes count from the end. */
  abstract at(index: number): T | undefined;

  abstract filter(keep: (entity: T) => boolean): Collection<T, Options>;

  abstract [Symbol.iterator](): Iterator<T>;

  map<R>(to: (entity: T) => R): R[] {
    return Array.from(this, to);
  }

  /** @throws SpanmeterError SPANMETER_USAGE for columns that are not there */
  protected abstract frame(options: Options | undefined): Frame;

  /** Texts are dictionaries, whole numbers int64, instants microseconds in UTC. */
  toArrow(options?: Options): Table {
    return this.frame(options).toArrow();
  }

  /** The same as bytes, for another copy of apache-arrow, another library, another thread. */
  toIPC({ format = 'stream', ...options }: Options & { readonly format?: 'file' | 'stream' } = {} as Options): Uint8Array {
    return this.frame(options as unknown as Options).toIPC(format);
  }

  /** RFC 4180, with a header line. */
  toCSV(options?: Options): string {
    return this.frame(options).toCSV();
  }

  /** An object a row, with the names of the columns; what is absent is left out. JSON.stringify() takes the collection itself, too. */
  toJSON(options?: Options | string): RowObject[] {
    // JSON.stringify() says under which key.
    return this.frame(typeof options === 'string' ? undefined : options).toJSON();
  }

  /** A table of arquero, which must be installed. */
  async toArquero(options?: Options): Promise<ArqueroTable> {
    return this.frame(options).toArquero();
  }

  /** Writes an Arrow file, which Python, R, DuckDB and others read. */
  async writeArrow(file: string, options?: Options): Promise<void> {
    await this.frame(options).writeArrow(file);
  }

  /** The first rows, as a table for people. */
  abstract toString(): string;

  /** What console.log() shows. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}
