/** X-Fields: which fields of an answer a client wants, such as `contexts{h,cpu_count}`. */
import { Refusal } from '../refusal.js';

/** By name; `*` for all. */
type Mask = ReadonlyMap<string, Mask | undefined>;

const DEEPEST = 20;

/** @throws Refusal for what is no mask */
export function checkMask(text: string): void {
  new Parser(text).mask();
}

export function masked(value: unknown, text: string): unknown {
  return apply(value, new Parser(text).mask());
}

function apply(value: unknown, mask: Mask): unknown {
  if (Array.isArray(value)) return value.map((element) => apply(element, mask));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => mask.has(name) || mask.has('*'));
  return Object.fromEntries(
    kept.map(([name, inner]: [string, unknown]) => {
      const deeper = mask.get(name);
      return [name, deeper === undefined ? inner : apply(inner, deeper)];
    }),
  );
}

class Parser {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = text.match(/[{},]|[^{},\s]+/g) ?? [];
  }

  mask(): Mask {
    const braced = this.#tokens[0] === '{';
    if (braced) this.#at++;
    const mask = this.#fields(0);
    if (braced && this.#tokens[this.#at++] !== '}') throw wrong();
    if (this.#at < this.#tokens.length) throw wrong();
    return mask;
  }

  #fields(depth: number): Mask {
    if (depth > DEEPEST) throw wrong();
    const fields = new Map<string, Mask | undefined>();
    do {
      const name = this.#tokens[this.#at++];
      if (name === undefined || /^[{},]$/.test(name)) throw wrong();
      let inner: Mask | undefined;
      if (this.#tokens[this.#at] === '{') {
        this.#at++;
        inner = this.#fields(depth + 1);
        if (this.#tokens[this.#at++] !== '}') throw wrong();
      }
      fields.set(name, inner);
    } while (this.#tokens[this.#at] === ',' && ++this.#at > 0);
    return fields;
  }
}

function wrong(): Refusal {
  return new Refusal(400, 'X-Fields: this is no mask of fields. Write names with commas, and braces for those within, as in "a,b{c,d}".');
}
