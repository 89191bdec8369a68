/** Follows each test through its tries. */
import type { RunnerTestCase } from 'vitest';
import { collector } from '../../collector/index.js';
import type { ItemInput, OpenSpan, Recorder } from '../../recorder/index.js';
import { Attempt, FIRST_TRY, whenEnded, type TryNumber } from '../attempt.js';
import { bodyStatus, countErrors, finalStatus, tryStatus } from './status.js';
import type { Body, Try } from './worker.js';

class TestAttempt extends Attempt {
  isOver = false;

  constructor(
    recorder: Recorder,
    item: ItemInput,
    readonly test: RunnerTestCase,
    readonly number: TryNumber,
    /** Of earlier tries: Vitest keeps them in the test's result. */
    readonly errorsBefore: number,
  ) {
    super(recorder, item, number);
  }
}

export class Attempts {
  readonly #recorder: Recorder;
  readonly #parentOf: (test: RunnerTestCase) => OpenSpan | null;
  /** The last try of each test. */
  readonly #last = new Map<RunnerTestCase, TestAttempt>();
  /** One for all tests: what belongs to one try is handed from its begin to its end. */
  readonly #end = (attempt: unknown, threw: boolean, result: unknown): void => this.#endBody(attempt as TestAttempt, threw, result);

  constructor(recorder: Recorder, parentOf: (test: RunnerTestCase) => OpenSpan | null) {
    this.#recorder = recorder;
    this.#parentOf = parentOf;
  }

  clear(): void {
    this.#last.clear();
  }

  /** Puts itself between Vitest and the body, without a frame in the stacks of errors that users see. */
  around(test: RunnerTestCase, body: Body): Body {
    return collector().binding.callBetween.bind(undefined, () => this.#beginBody(test), body, this.#end);
  }

  beginTry(test: RunnerTestCase, item: ItemInput, { retry, repeats: repeat }: Try): void {
    // Vitest 3 does not say when a try is over.
    if (retry > 0 || repeat > 0) this.endTry(test);
    const number = retry === 0 && repeat === 0 ? FIRST_TRY : { retry, repeat };
    this.#last.set(test, new TestAttempt(this.#recorder, item, test, number, countErrors(test)));
  }

  /** After the hooks of one try. */
  endTry(test: RunnerTestCase): void {
    const attempt = this.#last.get(test);
    if (attempt === undefined || attempt.isOver) return;
    attempt.isOver = true;
    attempt.settle(tryStatus(test, attempt.errorsBefore));
  }

  /** The try that a test is in. */
  numberOf(test: RunnerTestCase): TryNumber | undefined {
    return this.#last.get(test)?.number;
  }

  /** At the file's end, when nothing can change a status any more. */
  settle(test: RunnerTestCase, item: ItemInput): void {
    const attempt = this.#last.get(test) ?? new Attempt(this.#recorder, item, FIRST_TRY);
    attempt.settle(finalStatus(test));
  }

  #beginBody(test: RunnerTestCase): TestAttempt | undefined {
    const attempt = this.#last.get(test);
    attempt?.begin(this.#parentOf(test));
    return attempt;
  }

  #endBody(attempt: TestAttempt, threw: boolean, result: unknown): void {
    const { test, errorsBefore } = attempt;
    whenEnded(threw, result, (failed, reason) => attempt.end(bodyStatus(test, failed, reason, errorsBefore)));
  }
}
