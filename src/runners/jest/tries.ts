/** Follows each test through its tries. */
import type { ItemInput, OpenSpan, Recorder } from '../../recorder/index.js';
import { Attempt } from '../attempt.js';
import { between } from './between.js';
import type { Block, Test, TestEvent } from './jest.js';
import { bodyStatus, testStatus } from './status.js';

interface Tracked {
  readonly test: Test;
  readonly item: ItemInput;
  /** The last try. */
  attempt: Attempt | undefined;
  /** Its number within this process. */
  number: number;
}

export class Tries {
  readonly #recorder: Recorder;
  readonly #earlier: number;
  readonly #parentOf: (block: Block) => OpenSpan | null;
  readonly #tracked = new Map<Test, Tracked>();
  /** What hooks before the body of the next test said about it. */
  #early: unknown[] = [];

  /** @param earlier tries of the whole file, by workers before this one */
  constructor(recorder: Recorder, earlier: number, parentOf: (block: Block) => OpenSpan | null) {
    this.#recorder = recorder;
    this.#earlier = earlier;
    this.#parentOf = parentOf;
  }

  watch(tests: ReadonlyMap<Test, ItemInput>, circus: string): void {
    for (const [test, item] of tests) {
      if (!this.#recorder.picks(item)) continue;
      const tracked: Tracked = { test, item, attempt: undefined, number: 0 };
      this.#tracked.set(test, tracked);
      const begin = (): Attempt => this.#begin(tracked);
      test.fn = between(test.fn, { begin, end: (attempt, threw) => attempt.end(bodyStatus(test, threw)) }, circus);
    }
  }

  handle({ name, test }: TestEvent): void {
    const tracked = this.#tracked.get(test);
    if (tracked === undefined) return;
    switch (name) {
      case 'test_skip':
      case 'test_todo':
        this.#recorder.note(tracked.item, 'skipped', { retry: this.#earlier + numberOf(test) });
        break;
      // Only Jest knows of a time that ran out, or of something to wait for that is no promise.
      case 'test_fn_success':
        tracked.attempt?.end('passed');
        break;
      case 'test_fn_failure':
        tracked.attempt?.end('failed');
        break;
      case 'test_done':
        this.#early = [];
        this.#current(tracked).settle(testStatus(test));
        break;
      case 'test_retry':
        // Its errors are gone by now.
        tracked.attempt?.settle('failed');
        break;
    }
  }

  /** At the end, when nothing can change a status any more: what comes to light after a test counts too. */
  settleAll(): void {
    for (const { test, attempt } of this.#tracked.values()) if (test.status === 'done') attempt?.settle(testStatus(test));
  }

  /** @param given comes from a test file */
  mark(test: Test | null, given: unknown): void {
    const tracked = test === null ? undefined : this.#tracked.get(test);
    if (tracked === undefined) return;
    const { attempt } = tracked;
    if (attempt?.span !== undefined && tracked.number === numberOf(tracked.test)) attempt.mark(given);
    else this.#early.push(given);
  }

  #begin(tracked: Tracked): Attempt {
    const attempt = this.#current(tracked);
    attempt.begin(this.#parentOf(tracked.test.parent));
    for (const given of this.#early.splice(0)) attempt.mark(given);
    return attempt;
  }

  /** In Jest 29 the bodies of concurrent tests run before Jest says that the tests do. */
  #current(tracked: Tracked): Attempt {
    const number = numberOf(tracked.test);
    if (tracked.attempt === undefined || tracked.number !== number) {
      tracked.attempt = new Attempt(this.#recorder, tracked.item, { retry: this.#earlier + number, repeat: 0 });
      tracked.number = number;
    }
    return tracked.attempt;
  }
}

function numberOf({ invocations }: Test): number {
  return Math.max(invocations - 1, 0);
}
