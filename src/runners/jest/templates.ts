/** Finds the template behind each test of `test.each`: jest-circus itself only gets to see the formatted title. */
import { mapped, trapped } from './between.js';
import type { Body, State, Test, TestWord } from './jest.js';

export class Templates {
  readonly #ofTests = new WeakMap<Test, string>();
  /** While an `each` defines its tests. */
  #current: string | undefined;

  /** Before any test file sees the words. */
  watch(test: TestWord): void {
    const seen = new Set<unknown>();
    const visit = (word: unknown): void => {
      if (typeof word !== 'function' || seen.has(word)) return;
      seen.add(word);
      const { each } = word as TestWord;
      if (typeof each === 'function') {
        // `each(table)` gives the function that takes the title.
        (word as TestWord).each = mapped(each, (define) => (typeof define === 'function' ? this.#watched(define as Body) : define));
      }
      Object.entries(word).forEach(([name, value]) => {
        if (name !== 'each') visit(value);
      });
    };
    visit(test);
  }

  /** A test has been added. */
  note({ currentDescribeBlock: { children } }: State, fn: Body): void {
    if (this.#current === undefined) return;
    const added = children[children.length - 1];
    if (added?.type === 'test' && added.fn === fn) this.#ofTests.set(added, this.#current);
  }

  of(test: Test): string | undefined {
    return this.#ofTests.get(test);
  }

  #watched(define: Body): Body {
    return trapped(
      define,
      ([title]) => {
        this.#current = typeof title === 'string' ? title : undefined;
        return true;
      },
      () => {
        this.#current = undefined;
      },
    );
  }
}
