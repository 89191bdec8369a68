/** A table in memory, and what it is handed on as. */
import { writeFile } from 'node:fs/promises';
import { DataType, Dictionary, Field as ArrowField, Int32, makeData, Schema, Table, tableToIPC, Utf8, vectorFromArray, type Data } from 'apache-arrow'; // prettier-ignore
import { SpanmeterError } from '../../model/errors.js';
import { suggestion } from '../../model/nearest.js';
import { toArqueroTable, type ArqueroTable } from './arquero.js';
import { encoderOf, toBatch } from './arrow.js';
import { textsOf } from './cells.js';
import { csvHeader, csvRows } from './csv.js';
import { toObjects, type RowObject } from './objects.js';
import { plain, type Cell, type Cells, type Field, type Piece } from './table.js';

/** Which columns a frame has. */
export interface ColumnChoice {
  /** Only these, in this order. */
  readonly keep?: readonly string[];
  /** All but these. */
  readonly drop?: readonly string[];
}

export interface FrameColumn extends Field {
  /** Of a piece. */
  readonly cells: (piece: number) => Cells;
  /** The same as Arrow has it, where it is there already. */
  readonly data?: (piece: number) => Data;
}

export class Frame {
  readonly #columns: readonly FrameColumn[];
  readonly #lengths: readonly number[];

  /** @param lengths of its pieces */
  constructor(columns: readonly FrameColumn[], lengths: readonly number[]) {
    this.#columns = columns;
    this.#lengths = lengths;
  }

  /** @throws SpanmeterError SPANMETER_USAGE for columns that are not there */
  choose({ keep, drop = [] }: ColumnChoice): Frame {
    const names = this.#columns.map(({ name }) => name);
    for (const name of [...(keep ?? []), ...drop]) {
      if (!names.includes(name)) throw new SpanmeterError('SPANMETER_USAGE', `There is no column "${name}". ${suggestion(name, names)}`);
    }
    const kept = keep === undefined ? this.#columns : [...new Set(keep)].map((name) => this.#columns[names.indexOf(name)]!);
    return new Frame(kept.filter(({ name }) => !drop.includes(name)), this.#lengths); // prettier-ignore
  }

  toArrow(): Table {
    const columns = this.#columns.map((column) => this.#arrowColumn(column));
    const schema = new Schema(this.#columns.map(({ name }, index) => new ArrowField(name, columns[index]!.type, true)));
    const batches = this.#lengths.flatMap(
      (length, piece) =>
      // Not every reader can do with a batch of no rows.
      length === 0 ? [] : toBatch(schema, length, columns.map(({ data }) => data[piece]!)), // prettier-ignore
    );
    return new Table(schema, batches);
  }

  toIPC(format: 'file' | 'stream'): Uint8Array {
    return tableToIPC(this.toArrow(), format);
  }

  toCSV(): string {
    return csvHeader(this.#columns) + this.#lengths.map((_, piece) => csvRows(this.#columns, this.#piece(piece))).join('');
  }

  toJSON(): RowObject[] {
    return this.#lengths.flatMap((_, piece) => toObjects(this.#columns, this.#piece(piece)));
  }

  /** An Arrow file. */
  async writeArrow(file: string): Promise<void> {
    await writeFile(file, this.toIPC('file'));
  }

  async toArquero(): Promise<ArqueroTable> {
    const columns = this.#columns.map(({ cells, ...field }) => [field, this.#lengths.flatMap((_, piece) => plain(cells(piece)))] as const);
    return toArqueroTable(columns);
  }

  #piece(piece: number): Piece {
    return { length: this.#lengths[piece]!, cells: this.#columns.map(({ cells }) => cells(piece)) };
  }

  #arrowColumn({ cells, data, ...field }: FrameColumn): { readonly type: DataType; readonly data: readonly Data[] } {
    const pieces = this.#lengths.map((_, piece) => piece);
    const there = data === undefined ? undefined : ofOneDictionary(pieces.map(data));
    if (there?.[0] !== undefined) return { type: there[0].type, data: there };
    const { type, encode } = encoderOf(field);
    return { type, data: withLastDictionary(pieces.map((piece) => encode(cells(piece)))) };
  }
}

/** Undefined when their dictionaries do not continue each other, or one is a slice of something larger. */
function ofOneDictionary(pieces: readonly Data[]): readonly Data[] | undefined {
  if (pieces.some(({ offset }) => offset !== 0)) return undefined;
  const last = pieces.at(-1)?.dictionary;
  const fit = pieces.every(({ dictionary }) => dictionary?.data.every((chunk, index) => chunk === last?.data[index]) ?? last === undefined);
  return fit ? withLastDictionary(pieces) : undefined;
}

/** All with the last dictionary, which contains the others, in one part: not every reader knows dictionaries that grow. */
function withLastDictionary(pieces: readonly Data[]): readonly Data[] {
  const last = pieces.at(-1);
  if (last?.dictionary === undefined || !DataType.isDictionary(last.type)) return pieces;
  const type = new Dictionary(new Utf8(), new Int32());
  const dictionary = vectorFromArray(textsOf(last.dictionary), new Utf8());
  return pieces.map(({ length, nullCount, nullBitmap, values }) =>
    makeData({ type, length, nullCount, nullBitmap, data: values as Int32Array, dictionary }),
  );
}

/** A column of a frame in one piece. */
export function column<T>({ name, type }: Field, rows: readonly T[], of: (row: T) => Cell | undefined): FrameColumn {
  return { name, type, cells: () => rows.map((row) => of(row) ?? null) };
}
