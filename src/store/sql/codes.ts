/** Texts and the like that repeat from row to row: each is kept once, and rows have its number. */

/** Cells of a column: the places of their values. The list of values grows from piece to piece and is the same one. */
export interface Coded<T> {
  readonly codes: Int32Array;
  readonly values: readonly T[];
}

/** Numbers of a database as codes, which count from 0 in the order in which they were learned. */
export class Codes<T> {
  #codes = new Map<number | null, number>();
  #values: T[] = [];

  get size(): number {
    return this.#values.length;
  }

  /** Of these numbers those that are not known, each once. */
  missing(numbers: readonly (number | null)[]): (number | null)[] {
    let last: number | null | undefined;
    const missing = new Set<number | null>();
    for (const number of numbers) {
      if (number !== last && !this.#codes.has(number)) missing.add(number);
      last = number;
    }
    return [...missing];
  }

  learn(number: number | null, value: T): void {
    this.#codes.set(number, this.#values.length);
    this.#values.push(value);
  }

  /** All of them must be known. */
  encode(numbers: readonly (number | null)[]): Coded<T> {
    const codes = new Int32Array(numbers.length);
    let last: number | null | undefined;
    let code = 0;
    for (let row = 0; row < numbers.length; row++) {
      const number = numbers[row]!;
      if (number !== last) code = this.#codes.get((last = number))!;
      codes[row] = code;
    }
    return { codes, values: this.#values };
  }

  /** What was encoded before keeps its values. */
  clear(): void {
    this.#codes = new Map();
    this.#values = [];
  }
}
