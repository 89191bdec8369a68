/** Names what a run of Mocha can come across: what the record of each begins with. */
import type { ItemInput } from '../../recorder/index.js';
import { markersOf } from '../mark.js';
import { markedItem, mergeMarkers, type Markers } from '../markers.js';
import { Ordinals } from '../ordinals.js';
import type { Definitions } from './definitions.js';
import type { Hook, Suite, Test } from './mocha.js';

interface Enclosing {
  readonly describe: readonly string[];
  readonly markers: Markers | undefined;
  readonly ordinals: Ordinals;
}

export class Items {
  readonly #definitions: Definitions;
  readonly #root: Suite;
  /** Null: not to be recorded. */
  readonly #items = new Map<Test | Suite | Hook, ItemInput | null>();
  readonly #inside = new Map<Suite, Enclosing>();
  /** Outside of suites, by file. */
  readonly #outside = new Map<string, Enclosing>();

  /** Counts in the order of definition, also what is not chosen to run: before Mocha puts it away. */
  constructor(root: Suite, definitions: Definitions) {
    this.#definitions = definitions;
    this.#root = root;
    this.#visit(root);
  }

  /** Of the files that have tests or suites. */
  get files(): readonly string[] {
    return [...this.#outside.keys()];
  }

  /** @returns null when it is not to be recorded, or not of this run: tests may run a Mocha of their own */
  of(runnable: Test | Suite | Hook): ItemInput | null {
    const known = this.#items.get(runnable);
    if (known !== undefined) return known;
    const item = this.#late(runnable);
    if (item !== null) this.#items.set(runnable, item);
    return item;
  }

  /** Defined while tests run, or the next try of a test, which is an object of its own. */
  #late(runnable: Test | Suite | Hook): ItemInput | null {
    const before = 'retriedTest' in runnable ? runnable.retriedTest() : undefined;
    if (before !== undefined) return this.of(before);
    if (runnable.parent === undefined || !isBelow(runnable, this.#root)) return null;
    this.#visit(runnable.parent);
    return this.#items.get(runnable) ?? null;
  }

  /** May come again, for what was added meanwhile. */
  #visit(suite: Suite): void {
    for (const [name, hooks] of hooksOf(suite)) for (const hook of hooks) this.#keep('hook', hook, name, suite);
    for (const test of suite.tests) if (test.retriedTest() === undefined) this.#keep('test', test, test.title, suite, markersOf(test.fn));
    for (const each of suite.suites) {
      this.#keep('suite', each, each.title, suite, this.#definitions.markersOf(each));
      this.#visit(each);
    }
  }

  /** What is not to be recorded is counted too, or the others' ordinals would change with it. */
  #keep(kind: 'test' | 'suite' | 'hook', runnable: Test | Suite | Hook, name: string, parent: Suite, own?: Markers): void {
    if (this.#items.has(runnable)) return;
    const file = this.#fileOf(runnable);
    const enclosing = this.#enclosing(parent, file);
    const { describe, ordinals } = enclosing;
    const markers = mergeMarkers(enclosing.markers, own);
    if (kind === 'suite') {
      this.#inside.set(runnable as Suite, { describe: [...describe, name], markers, ordinals: ordinals.inside(name) });
    }
    const item = { kind, name, file, describe, ordinal: ordinals.next(kind, name) };
    this.#items.set(runnable, markers?.skip === true ? null : { ...item, ...markedItem(markers) });
  }

  #enclosing(suite: Suite, file: string): Enclosing {
    const known = suite === this.#root ? this.#outside.get(file) : this.#inside.get(suite);
    if (known !== undefined) return known;
    const made = { describe: [], markers: this.#definitions.markersOfFile(file), ordinals: new Ordinals() };
    this.#outside.set(file, made);
    return made;
  }

  #fileOf(runnable: Test | Suite | Hook): string {
    if (runnable.file !== undefined) return runnable.file;
    const claimed = 'type' in runnable && runnable.type === 'hook' ? this.#definitions.fileOf(runnable) : undefined;
    return claimed ?? (runnable.parent === undefined ? '' : this.#fileOf(runnable.parent));
  }
}

function hooksOf(suite: Suite): readonly (readonly [name: string, hooks: readonly Hook[]])[] {
  return [
    ['beforeAll', suite._beforeAll],
    ['beforeEach', suite._beforeEach],
    ['afterEach', suite._afterEach],
    ['afterAll', suite._afterAll],
  ];
}

function isBelow({ parent }: { readonly parent?: Suite }, root: Suite): boolean {
  return parent !== undefined && (parent === root || isBelow(parent, root));
}
