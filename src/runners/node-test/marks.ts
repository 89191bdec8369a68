/** What `mark()` says, by where it stands: in the body of a suite, in a running test, or in neither. */
import { executionAsyncResource } from 'node:async_hooks';
import type { Attempts } from './attempts.js';
import type { Identities } from './identities.js';
import { isHook, isSuite, prototypeOf, type InternalTest } from './internals.js';

export class Marks {
  readonly #attempts: Attempts;
  readonly #identities: Identities;
  /** The runner's root, where several files are run in this process. */
  readonly #root: InternalTest | undefined;
  #isDefining = true;

  constructor(attempts: Attempts, identities: Identities, root: InternalTest | undefined) {
    this.#attempts = attempts;
    this.#identities = identities;
    this.#root = root;
  }

  /** A body or a hook runs: what is said outside of bodies from now on is not about a file. */
  endDefinitions(): void {
    this.#isDefining = false;
  }

  /** @param given comes from a test file */
  add(given: unknown): void {
    const here: unknown = executionAsyncResource();
    const test = typeof here === 'object' && here !== null && prototypeOf(here) !== undefined ? (here as InternalTest) : undefined;
    if (test === undefined || isHook(test) || test.parent === null) this.#addOutside(given);
    else if (isSuite(test)) this.#identities.markSuite(test, given);
    else this.#attempts.known(test)?.mark(given);
  }

  /** After an `await` the body that it stands in can't be told: most likely it is the last one that began. */
  #addOutside(given: unknown): void {
    const running = this.#attempts.lastRunning();
    if (running !== undefined) running.mark(given);
    else if (this.#isDefining) this.#identities.markFile(this.#root?.entryFile ?? undefined, given);
  }
}
