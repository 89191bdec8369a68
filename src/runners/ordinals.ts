/** Numbers items of one place and one name: from 0, in definition order. */

/** What is defined inside one describe path; suites of the same path share it. */
export class Ordinals {
  readonly #counts = new Map<string, number>();
  readonly #inside = new Map<string, Ordinals>();

  /** @param name of a test, a suite or a hook; they are counted apart */
  next(kind: 'test' | 'suite' | 'hook', name: string): number {
    const key = `${kind} ${name}`;
    const ordinal = this.#counts.get(key) ?? 0;
    this.#counts.set(key, ordinal + 1);
    return ordinal;
  }

  inside(suite: string): Ordinals {
    const known = this.#inside.get(suite) ?? new Ordinals();
    this.#inside.set(suite, known);
    return known;
  }
}
