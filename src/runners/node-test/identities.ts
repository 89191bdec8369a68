/** Names tests and suites in definition order, whatever order they run in. */
import { resolve } from 'node:path';
import type { ItemInput } from '../../recorder/index.js';
import { markersOf } from '../mark.js';
import { markedItem, mergeMarkers, type Markers } from '../markers.js';
import { Ordinals } from '../ordinals.js';
import { isSuite, type InternalTest } from './internals.js';

/** What the tests inside one suite, test or file have in common. */
interface Inside {
  readonly file: string;
  readonly describe: readonly string[];
  readonly ordinals: Ordinals;
}

interface Place {
  readonly above: Inside;
  readonly ordinal: number;
  inside?: Inside;
}

export class Identities {
  /** The file that this process was started with. */
  readonly #main: string;
  /** Several files are run in this process. */
  readonly #hasFiles: boolean;
  readonly #files = new Map<string, Inside>();
  readonly #places = new WeakMap<InternalTest, Place>();
  /** How many of its tests are named. */
  readonly #named = new WeakMap<InternalTest, number>();
  readonly #markers = new WeakMap<InternalTest, Markers | undefined>();
  readonly #fileMarkers = new Map<string, Markers | undefined>();

  constructor(main: string, hasFiles: boolean) {
    this.#main = main;
    this.#hasFiles = hasFiles;
  }

  /** @returns undefined when it is not to be recorded */
  itemOf(test: InternalTest): ItemInput | undefined {
    const markers = this.#markersOf(test);
    if (markers?.skip === true || this.#isFile(test)) return undefined;
    const { above, ordinal } = this.#placeOf(test);
    const item = { kind: isSuite(test) ? 'suite' : 'test', name: test.name, file: above.file, describe: above.describe, ordinal } as const;
    const marked = markedItem(markers);
    return marked === undefined ? item : { ...item, ...marked };
  }

  /** What a hook is named after: the suite, the test or the file that it belongs to. */
  insideOf(owner: InternalTest, hook: InternalTest): Pick<Inside, 'file' | 'describe'> {
    return owner.parent === null ? this.#inFile(this.fileOf(hook)) : this.#inside(owner, hook);
  }

  fileOf(test: InternalTest): string {
    let top = test;
    while (top.parent !== null && top.parent.parent !== null) top = top.parent;
    return top.entryFile ?? (this.#hasFiles ? top.loc?.file : undefined) ?? this.#main;
  }

  /** Where the runner runs several files in one process, it puts a test in the place of one that defines none. */
  #isFile(test: InternalTest): boolean {
    return this.#hasFiles && test.parent?.parent === null && resolve(test.name) === this.fileOf(test);
  }

  /** What is said in the body of a suite. */
  markSuite(suite: InternalTest, given: unknown): void {
    this.#markers.set(suite, mergeMarkers(this.#markers.get(suite), given));
  }

  markFile(file: string | undefined, given: unknown): void {
    const key = file ?? this.#main;
    this.#fileMarkers.set(key, mergeMarkers(this.#fileMarkers.get(key), given));
  }

  /** A suite's function is gone when its tests run. */
  keepMarkers(suite: InternalTest): void {
    const given = markersOf(suite.fn);
    if (given !== undefined) this.markSuite(suite, given);
  }

  #markersOf(test: InternalTest): Markers | undefined {
    if (test.parent === null) return undefined;
    const above = test.parent.parent === null ? this.#fileMarkers.get(this.fileOf(test)) : this.#markersOf(test.parent);
    return mergeMarkers(mergeMarkers(above, this.#markers.get(test)), markersOf(test.fn));
  }

  #placeOf(test: InternalTest): Place {
    const known = this.#places.get(test);
    if (known !== undefined) return known;
    this.#nameAll(test.parent!);
    return this.#places.get(test) ?? this.#name(test);
  }

  #nameAll(parent: InternalTest): void {
    if (parent.parent !== null) this.#placeOf(parent);
    const { subtests } = parent;
    for (let at = this.#named.get(parent) ?? 0; at < subtests.length; at += 1) {
      this.#named.set(parent, at + 1);
      const test = subtests[at]!;
      if (!this.#places.has(test)) this.#name(test);
      if (isSuite(test)) this.#nameAll(test);
    }
  }

  #name(test: InternalTest): Place {
    const above = this.#inside(test.parent!, test);
    const place = { above, ordinal: above.ordinals.next(isSuite(test) ? 'suite' : 'test', test.name) };
    this.#places.set(test, place);
    return place;
  }

  #inside(parent: InternalTest, test: InternalTest): Inside {
    if (parent.parent === null) return this.#inFile(this.fileOf(test));
    const place = this.#placeOf(parent);
    const { file, describe, ordinals } = place.above;
    place.inside ??= { file, describe: [...describe, parent.name], ordinals: ordinals.inside(parent.name) };
    return place.inside;
  }

  #inFile(file: string): Inside {
    const known = this.#files.get(file) ?? { file, describe: [], ordinals: new Ordinals() };
    this.#files.set(file, known);
    return known;
  }
}
