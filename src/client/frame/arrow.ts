/**
 * A table as an Arrow IPC stream: texts as dictionaries that grow from piece to piece, whole numbers as int64, instants as
 * microseconds in UTC. https://arrow.apache.org/docs/format/Columnar.html#ipc-streaming-format
 */
import {
  Bool,
  Dictionary,
  Field as ArrowField,
  Float64,
  Int32,
  Int64,
  makeData,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  TimestampMicrosecond,
  Utf8,
  Vector,
  vectorFromArray,
  type Data,
  type DataType,
} from 'apache-arrow';
import { plain, type Cell, type Cells, type Field, type TableStream } from './table.js';

type Encode = (cells: Cells) => Data;

export async function* arrowStream(table: TableStream): AsyncGenerator<Uint8Array> {
  const { schema, batches } = arrowBatches(table);
  const writer = new PieceWriter();
  writer.reset(undefined, schema);
  yield* writer.take();
  for await (const batch of batches) {
    // Not every reader can read a batch of no rows.
    if (batch.numRows > 0) writer.write(batch);
    yield* writer.take();
  }
  writer.finish();
  yield* writer.take();
}

/** Each piece as a batch, at least one, all of one schema: also what is empty says which columns there are. */
export function arrowBatches({ fields, pieces }: TableStream): { readonly schema: Schema; readonly batches: AsyncGenerator<RecordBatch> } {
  const encoders = fields.map(encoderOf);
  const schema = new Schema(fields.map(({ name }, index) => new ArrowField(name, encoders[index]!.type, true)));
  return { schema, batches: batches() };

  async function* batches(): AsyncGenerator<RecordBatch> {
    let some = false;
    for await (const { length, cells } of pieces) {
      yield toBatch(schema, length, encoders.map(({ encode }, index) => encode(cells[index]!))); // prettier-ignore
      some = true;
    }
    if (!some) yield toBatch(schema, 0, encoders.map(({ encode }) => encode([]))); // prettier-ignore
  }
}

/** Hands out what it has written so far, so that whoever reads slowly slows down the rows and not the memory. */
class PieceWriter extends RecordBatchStreamWriter {
  #written: Uint8Array[] = [];

  take(): readonly Uint8Array[] {
    const written = this.#written;
    this.#written = [];
    return written;
  }

  protected override _write(chunk: ArrayBufferView): this {
    if (this._started && chunk.byteLength > 0) {
      this.#written.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
      this._position += chunk.byteLength;
    }
    return this;
  }
}

export function toBatch(schema: Schema, length: number, children: Data[]): RecordBatch {
  return new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length, nullCount: 0, children }));
}

/** Encodes the pieces of one column, one after the other. */
export interface Encoder {
  readonly type: DataType;
  readonly encode: Encode;
}

export function encoderOf({ type }: Field): Encoder {
  switch (type) {
    case 'text':
    case 'json':
      return textEncoder();
    case 'integer':
      return { type: new Int64(), encode: (cells) => int64(new Int64(), plain(cells)) };
    case 'instant':
      return { type: utc(), encode: (cells) => int64(utc(), plain(cells)) };
    case 'number':
      return { type: new Float64(), encode: (cells) => float64(plain(cells)) };
    case 'boolean':
      return { type: new Bool(), encode: (cells) => bool(plain(cells)) };
  }
}

const utc = (): TimestampMicrosecond => new TimestampMicrosecond('UTC');

/** Texts as numbers into a dictionary, to which each piece adds what is new. */
function textEncoder(): Encoder {
  const type = new Dictionary(new Utf8(), new Int32());
  const known = new Map<string, number>();
  const chunks: Data<Utf8>[] = [];
  let added: string[] = [];
  const placeOf = (cell: Cell | undefined): number => {
    if (cell === null) return ABSENT;
    const text = cell as string;
    let place = known.get(text);
    if (place === undefined) {
      known.set(text, (place = known.size));
      added.push(text);
    }
    return place;
  };
  // The places of values that repeat, found once each.
  let values: readonly Cell[] = [];
  let places: number[] = [];
  const placesOf = (cells: Cells): Int32Array => {
    if (!('codes' in cells)) return Int32Array.from(cells, placeOf);
    if (cells.values !== values) [values, places] = [cells.values, []];
    for (let code = places.length; code < values.length; code++) places.push(placeOf(values[code]));
    return cells.codes.map((code) => places[code]!);
  };
  return {
    type,
    encode: (cells) => {
      const data = placesOf(cells);
      if (added.length > 0 || chunks.length === 0) chunks.push(...vectorFromArray(added, new Utf8()).data);
      added = [];
      const valid = validity(data, ABSENT);
      if (valid.nullCount > 0) for (let row = 0; row < data.length; row++) if (data[row] === ABSENT) data[row] = 0;
      return makeData({ type, length: data.length, data, dictionary: new Vector([...chunks]), ...valid });
    },
  };
}

/** No place in a dictionary. */
const ABSENT = -1;

/** Written as halves: a BigInt for each number would take most of the time. */
function int64(type: Int64 | TimestampMicrosecond, cells: readonly Cell[]): Data {
  const { length } = cells;
  const valid = validity(cells, null);
  if (valid.nullCount === length) return makeData({ type: type as Int64, length, data: zeros(length), ...valid });
  const halves = new Int32Array(length * 2);
  for (let index = 0; index < length; index++) {
    const value = cells[index] as number | null;
    if (value === null) continue;
    halves[index * 2] = value;
    halves[index * 2 + 1] = Math.floor(value / 2 ** 32);
  }
  return makeData({ type: type as Int64, length, data: new BigInt64Array(halves.buffer), ...valid });
}

let nothing = new BigInt64Array(0);

/** Of a column that is absent everywhere, as a third of all are: the same ones for all. */
function zeros(length: number): BigInt64Array {
  if (nothing.length < length) nothing = new BigInt64Array(length);
  return nothing.subarray(0, length);
}

function float64(cells: readonly Cell[]): Data {
  const data = Float64Array.from(cells, (cell) => (cell as number | null) ?? 0);
  return makeData({ type: new Float64(), length: cells.length, data, ...validity(cells, null) });
}

function bool(cells: readonly Cell[]): Data {
  return makeData({ type: new Bool(), length: cells.length, data: bits(cells, (cell) => cell === true), ...validity(cells, null) });
}

function validity<T>(cells: ArrayLike<T> & Iterable<T>, absent: T): { readonly nullCount: number; readonly nullBitmap?: Uint8Array } {
  let nullCount = 0;
  for (const cell of cells) if (cell === absent) nullCount++;
  return nullCount === 0 ? { nullCount } : { nullCount, nullBitmap: bits(cells, (cell) => cell !== absent) };
}

/** One bit a cell, the lowest first; padded to 8 bytes. */
function bits<T>(cells: ArrayLike<T>, isSet: (cell: T) => boolean): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(cells.length / 64) * 8);
  for (let index = 0; index < cells.length; index++) if (isSet(cells[index]!)) bytes[index >> 3]! |= 1 << (index & 7);
  return bytes;
}
