/** Reads the columns of an Arrow batch cell by cell, without a BigInt for each number or a text made twice. */
import { DataType, type Data, type RecordBatch, type Vector } from 'apache-arrow';
import type { Cell } from './table.js';

export type ReadCell = (row: number) => Cell;

/** What reads each column, in the order of the schema. */
export function cellReaders(batch: RecordBatch): ReadCell[] {
  return batch.data.children.map(readerOf);
}

function readerOf(data: Data): ReadCell {
  const { type } = data;
  const isValid = validityOf(data);
  if (DataType.isDictionary(type)) {
    const texts = textsOf(data.dictionary!);
    const indexes = data.values as Int32Array;
    return (row) => (isValid(row) ? texts[indexes[row]!]! : null);
  }
  if (DataType.isInt(type) || DataType.isTimestamp(type)) {
    const halves = halvesOf(data);
    return (row) => (isValid(row) ? halves[row * 2 + 1]! * 2 ** 32 + (halves[row * 2]! >>> 0) : null);
  }
  if (DataType.isBool(type)) {
    const { values, offset } = data as { readonly values: Uint8Array; readonly offset: number };
    return (row) => (isValid(row) ? isSet(values, offset + row) : null);
  }
  const values = data.values as Float64Array;
  return (row) => (isValid(row) ? values[row]! : null);
}

/** The halves of 64-bit integers, the lower one first. */
export function halvesOf(data: Data): Int32Array {
  const { buffer, byteOffset, length } = data.values as BigInt64Array;
  return new Int32Array(buffer, byteOffset, length * 2);
}

export function validityOf({ nullCount, nullBitmap, offset }: Data): (row: number) => boolean {
  return nullCount === 0 ? () => true : (row) => isSet(nullBitmap, offset + row);
}

function isSet(bitmap: Uint8Array, bit: number): boolean {
  return (bitmap[bit >> 3]! & (1 << (bit & 7))) !== 0;
}

/** By piece of a dictionary: the dictionaries of a stream's batches begin with the same ones. */
const decoded = new WeakMap<Data, readonly string[]>();

/** The texts of a dictionary, by their number. */
export function textsOf(dictionary: Vector): readonly string[] {
  const [first, ...more] = dictionary.data.map(decode);
  return more.length === 0 ? (first ?? []) : first!.concat(...more);
}

function decode(data: Data): readonly string[] {
  let texts = decoded.get(data);
  if (texts === undefined) {
    const { buffer, byteOffset, byteLength } = data.values as Uint8Array;
    const bytes = Buffer.from(buffer, byteOffset, byteLength);
    const ends = data.valueOffsets as Int32Array;
    texts = Array.from({ length: data.length }, (_, index) => bytes.toString('utf8', ends[index], ends[index + 1]));
    decoded.set(data, texts);
  }
  return texts;
}
