/** Which tests a session measures, by what they are called: its options `include` and `exclude`. */
import type { WorkerOptions } from './hand-over.js';
import type { ItemInput } from './recorder.js';

/** Between the parts of what a pattern is matched against, as tables show an item. */
const SEPARATOR = ' > ';

export class Patterns {
  readonly #include: RegExp | undefined;
  readonly #exclude: RegExp | undefined;

  constructor({ include, exclude }: WorkerOptions) {
    if (include !== undefined) this.#include = new RegExp(include);
    if (exclude !== undefined) this.#exclude = new RegExp(exclude);
  }

  /** @param file relative to the root */
  pick({ describe = [], name, variant = '' }: ItemInput, file: string): boolean {
    if (this.#include === undefined && this.#exclude === undefined) return true;
    const text = [file, ...describe, variant === '' ? name : variant].join(SEPARATOR);
    return this.#include?.test(text) !== false && this.#exclude?.test(text) !== true;
  }
}
