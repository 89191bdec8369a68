/** Follows the loading of test files: which file it is, and what mark() says in it about suites and files. */
import { mergeMarkers, type Markers } from '../markers.js';
import type { Hook, Mocha, Suite } from './mocha.js';

export class Definitions {
  readonly #prototype: Mocha['Suite']['prototype'];
  readonly #ofSuites = new WeakMap<Suite, Markers>();
  readonly #ofFiles = new Map<string, Markers>();
  /** Hooks outside of suites: Mocha does not know their files. */
  readonly #files = new WeakMap<Hook, string>();
  /** While it is loaded. */
  #file: string | undefined;
  /** The interface's word for a hook before all tests of the suite that is being defined. */
  #addHook: unknown;

  constructor(mocha: Mocha) {
    this.#prototype = mocha.Suite.prototype;
  }

  /** @param root whose interface is in place: what it adds to its context is there when we are asked */
  follow(root: Suite): void {
    root.on('pre-require', (context, file) => {
      this.#file = file;
      this.#ofFiles.delete(file);
      this.#addHook = context['before'] ?? context['suiteSetup'];
      this.#claimHooks(root, undefined);
    });
    root.on('post-require', () => {
      this.#claimHooks(root, this.#file);
      this.#file = undefined;
    });
  }

  /** What a test file says outside of its tests. */
  mark(given: unknown): void {
    const suite = this.#suite();
    if (suite?.root === false) keep(this.#ofSuites, suite, given);
    else if (this.#file !== undefined) keep(this.#ofFiles, this.#file, given);
  }

  markersOf(suite: Suite): Markers | undefined {
    return this.#ofSuites.get(suite);
  }

  markersOfFile(file: string): Markers | undefined {
    return this.#ofFiles.get(file);
  }

  fileOf(hook: Hook): string | undefined {
    return this.#files.get(hook);
  }

  /**
   * The suite whose body is being evaluated. Only the interface knows it: it is asked for a hook, but nobody is there to add one.
   */
  #suite(): Suite | undefined {
    const addHook = this.#addHook;
    if (typeof addHook !== 'function') return undefined;
    const { beforeAll } = this.#prototype;
    let found: Suite | undefined;
    const find = (suite: Suite): Suite => (found = suite);
    this.#prototype.beforeAll = function () {
      return find(this);
    };
    try {
      (addHook as () => unknown)();
    } finally {
      this.#prototype.beforeAll = beforeAll;
    }
    return found;
  }

  /** Those that were added since the last time. @param file undefined: of none */
  #claimHooks(root: Suite, file: string | undefined): void {
    for (const hooks of [root._beforeAll, root._beforeEach, root._afterEach, root._afterAll]) {
      for (const hook of hooks) if (!this.#files.has(hook)) this.#files.set(hook, file ?? '');
    }
  }
}

function keep<Key>(kept: { get(key: Key): Markers | undefined; set(key: Key, markers: Markers): unknown }, key: Key, given: unknown): void {
  const markers = mergeMarkers(kept.get(key), given);
  if (markers !== undefined) kept.set(key, markers);
}
