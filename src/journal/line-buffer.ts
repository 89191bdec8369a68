/** Lines with their checksums, as bytes: what native/journal.h writes, made in memory. */
import { CHECKSUM_LENGTH } from './bytes.js';

const FIRST_SIZE = 64 * 1024;
/** Bytes of UTF-8 that one unit of UTF-16 takes at most. */
const WIDEST = 3;
const TAB = 9;
const NEWLINE = 10;
const DIGITS = Buffer.from('0123456789abcdef', 'latin1');

export class LineBuffer {
  /** Bytes so far. */
  length = 0;
  #bytes = Buffer.allocUnsafe(FIRST_SIZE);

  /** @param line without a newline in it, and without lone surrogates, which UTF-8 has not */
  add(line: string): void {
    this.#reserve(line.length * WIDEST + CHECKSUM_LENGTH + 1);
    const bytes = this.#bytes;
    let at = this.length;
    const end = at + bytes.write(line, at, 'utf8');
    let sum = 7;
    // As scanLine reads it: times 31, without a multiplication.
    for (; at < end; at += 1) sum = ((sum << 5) - sum + (bytes[at] as number)) | 0;
    bytes[at++] = TAB;
    for (let shift = 28; shift >= 0; shift -= 4) bytes[at++] = DIGITS[(sum >>> shift) & 15] as number;
    bytes[at++] = NEWLINE;
    this.length = at;
  }

  bytes(): Buffer {
    return this.#bytes.subarray(0, this.length);
  }

  #reserve(room: number): void {
    const needed = this.length + room;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.length);
    this.#bytes = larger;
  }
}
