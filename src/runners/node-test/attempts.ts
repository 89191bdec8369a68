/** The one try of each test and suite: node:test tries nothing again. */
import type { OpenSpan, Recorder } from '../../recorder/index.js';
import { Attempt, FIRST_TRY } from '../attempt.js';
import type { Files } from './files.js';
import type { Identities } from './identities.js';
import { isSuite, type InternalTest } from './internals.js';

export class Attempts {
  readonly #recorder: Recorder;
  readonly #identities: Identities;
  readonly #files: Files;
  readonly #wants: { readonly test: boolean; readonly suite: boolean };
  /** Undefined for what is not recorded. */
  readonly #made = new WeakMap<InternalTest, Attempt | undefined>();
  /** Tests whose bodies run; the last one began last. */
  readonly #running: Attempt[] = [];

  constructor(recorder: Recorder, identities: Identities, files: Files) {
    this.#recorder = recorder;
    this.#identities = identities;
    this.#files = files;
    this.#wants = { test: recorder.wants('test'), suite: recorder.wants('suite') };
  }

  of(test: InternalTest): Attempt | undefined {
    const known = this.#made.get(test);
    if (known !== undefined || this.#made.has(test)) return known;
    const item = this.#wants[isSuite(test) ? 'suite' : 'test'] ? this.#identities.itemOf(test) : undefined;
    const isIn = item !== undefined && (item.kind !== 'test' || this.#recorder.picks(item));
    const made = isIn ? new Attempt(this.#recorder, item, FIRST_TRY) : undefined;
    this.#made.set(test, made);
    return made;
  }

  /** Without making one. */
  known(test: InternalTest): Attempt | undefined {
    return this.#made.get(test);
  }

  /** The last thing before a body, or before the first hook of a suite. */
  begin(test: InternalTest): Attempt | undefined {
    const attempt = this.of(test);
    if (attempt === undefined || attempt.span !== undefined) return undefined;
    if (!isSuite(test)) {
      this.lastRunning();
      this.#running.push(attempt);
    }
    attempt.begin(this.spanIn(test.parent));
    return attempt;
  }

  /** Given explicitly, so that tests that run at the same time count as overlapping. */
  spanIn(container: InternalTest | null): OpenSpan | null {
    if (container === null) return this.#files.span;
    const span = this.#made.get(container)?.span;
    return span?.isOpen === true ? span : this.spanIn(container.parent);
  }

  lastRunning(): Attempt | undefined {
    for (;;) {
      const last = this.#running[this.#running.length - 1];
      if (last === undefined || last.span?.isOpen === true) return last;
      this.#running.pop();
    }
  }
}
