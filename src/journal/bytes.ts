/** The innermost loops of reading a journal: a line's checksum and its numbers, straight from the bytes. */

const TAB = 9;
const NEWLINE = 10;
const MINUS = 45;
const ZERO = 48;
const NINE = 57;
/** A tab and eight hex digits. */
export const CHECKSUM_LENGTH = 9;
const MOST_FIELDS = 128;

export interface Line {
  /** Where its newline stands, or the end of the bytes. */
  to: number;
  /** It ends with the checksum of what stands before it (see native/journal.h). */
  isIntact: boolean;
}

/** Finds the end of the line that begins at `from`, and checks it. */
export function scanLine(bytes: Uint8Array, from: number, line: Line): void {
  const newline = bytes.indexOf(NEWLINE, from);
  const to = newline < 0 ? bytes.length : newline;
  const end = to - CHECKSUM_LENGTH;
  let sum = 7;
  // Times 31, spelled so that it takes no multiplication.
  for (let at = from; at < end; at += 1) sum = ((sum << 5) - sum + (bytes[at] as number)) | 0;
  line.to = to;
  line.isIntact = end > from && sum === readChecksum(bytes, end);
}

/** @returns NaN, which equals nothing, where no checksum stands */
function readChecksum(bytes: Uint8Array, from: number): number {
  if (bytes[from] !== TAB) return NaN;
  let sum = 0;
  for (let at = from + 1; at < from + CHECKSUM_LENGTH; at += 1) {
    const digit = hexDigit(bytes[at] as number);
    if (digit < 0) return NaN;
    sum = (sum << 4) | digit;
  }
  return sum;
}

function hexDigit(byte: number): number {
  if (byte >= ZERO && byte <= NINE) return byte - ZERO;
  return byte >= 97 && byte <= 102 ? byte - 87 : -1;
}

/** The leading numbers of a line, used again for every line. */
export class Numbers {
  readonly fields = new Float64Array(MOST_FIELDS);
  /** How many were read. */
  count = 0;
  /** Where the text behind them begins; beyond the line when there is none. */
  next = 0;

  /**
   * Reads up to `most` tab-separated integers from bytes [from, to); an empty field is NaN.
   * @returns false when a field is no integer
   */
  read(bytes: Uint8Array, from: number, to: number, most = MOST_FIELDS): boolean {
    let at = from;
    let count = 0;
    for (; at <= to && count < most; at += 1, count += 1) {
      const isNegative = bytes[at] === MINUS && at < to;
      if (isNegative) at += 1;
      const start = at;
      let value = 0;
      for (; at < to; at += 1) {
        const byte = bytes[at] as number;
        if (byte === TAB) break;
        if (byte < ZERO || byte > NINE) return false;
        value = value * 10 + (byte - ZERO);
      }
      if (isNegative) {
        if (at === start) return false;
        value = -value;
      }
      this.fields[count] = at === start ? NaN : value;
    }
    this.count = count;
    this.next = at;
    return true;
  }
}
