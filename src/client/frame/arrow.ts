/**
 * A table as an Arrow IPC stream: texts as dictionaries that grow from piece to piece, whole numbers as int64, instants as
 * microseconds in UTC. https://arrow.apache.org/docs/format/Columnar.html#ipc-streaming-format
 */
import {
  Bool,
  Dictionary,
  Field as ArrowField,
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
import type { Cell, Field, Piece, TableStream } from './table.js';

type Encode = (cells: readonly Cell[]) => Data;

export async function* arrowStream(table: TableStream): AsyncGenerator<Uint8Array> {
  const { schema, batches } = arrowBatches(table);
  const writer = new PieceWriter();
  writer.reset(undefined, schema);
  yield* writer.take();
  for await (const batch of batches) {
    writer.write(batch);
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
    for await (const piece of pieces) {
      yield toBatch(schema, encoders, piece);
      some = true;
    }
    if (!some) yield toBatch(schema, encoders, { length: 0, cells: fields.map(() => []) });
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

function toBatch(schema: Schema, encoders: readonly Encoder[], { length, cells }: Piece): RecordBatch {
  const children = encoders.map(({ encode }, index) => encode(cells[index]!));
  return new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length, nullCount: 0, children }));
}

interface Encoder {
  readonly type: DataType;
  readonly encode: Encode;
}

function encoderOf({ type }: Field): Encoder {
  switch (type) {
    case 'text':
    case 'json':
      return textEncoder();
    case 'integer':
      return { type: new Int64(), encode: (cells) => int64(new Int64(), cells) };
    case 'instant':
      return { type: utc(), encode: (cells) => int64(utc(), cells) };
    case 'boolean':
      return { type: new Bool(), encode: bool };
  }
}

const utc = (): TimestampMicrosecond => new TimestampMicrosecond('UTC');

/** Texts as numbers into a dictionary, to which each piece adds what is new. */
function textEncoder(): Encoder {
  const type = new Dictionary(new Utf8(), new Int32());
  const known = new Map<string, number>();
  const chunks: Data<Utf8>[] = [];
  return {
    type,
    encode: (cells) => {
      const added: string[] = [];
      const data = Int32Array.from(cells, (cell) => {
        if (cell === null) return 0;
        const text = cell as string;
        let at = known.get(text);
        if (at === undefined) {
          known.set(text, (at = known.size));
          added.push(text);
        }
        return at;
      });
      if (added.length > 0 || chunks.length === 0) chunks.push(...vectorFromArray(added, new Utf8()).data);
      return makeData({ type, length: cells.length, data, dictionary: new Vector([...chunks]), ...validity(cells) });
    },
  };
}

/** Written as halves: a BigInt for each number would take most of the time. */
function int64(type: Int64 | TimestampMicrosecond, cells: readonly Cell[]): Data {
  const halves = new Int32Array(cells.length * 2);
  for (let index = 0; index < cells.length; index++) {
    const value = cells[index] as number | null;
    if (value === null) continue;
    halves[index * 2] = value;
    halves[index * 2 + 1] = Math.floor(value / 2 ** 32);
  }
  const data = new BigInt64Array(halves.buffer);
  return makeData({ type: type as Int64, length: cells.length, data, ...validity(cells) });
}

function bool(cells: readonly Cell[]): Data {
  return makeData({ type: new Bool(), length: cells.length, data: bits(cells, (cell) => cell === true), ...validity(cells) });
}

function validity(cells: readonly Cell[]): { readonly nullCount: number; readonly nullBitmap?: Uint8Array } {
  let nullCount = 0;
  for (const cell of cells) if (cell === null) nullCount++;
  return nullCount === 0 ? { nullCount } : { nullCount, nullBitmap: bits(cells, (cell) => cell !== null) };
}

/** One bit a cell, the lowest first; padded to 8 bytes. */
function bits(cells: readonly Cell[], isSet: (cell: Cell) => boolean): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(cells.length / 64) * 8);
  for (let index = 0; index < cells.length; index++) if (isSet(cells[index]!)) bytes[index >> 3]! |= 1 << (index & 7);
  return bytes;
}
