/** Follows each test through its tries. */
import type { RunnerTestCase } from 'vitest';
import { collector } from '../../collector/index.js';
import type { ItemInput, OpenSpan, Recorder } from '../../recorder/index.js';
import { Attempt, FIRST_TRY, whenEnded, type TryNumber } from '../attempt.js';
import { bodyStatus, countErrors, finalStatus, tryStatus } from './status.js';
import type { Body, Try } from './worker.js';

interface Current {
  readonly attempt: Attempt;
  readonly number: TryNumber;
  /** Of earlier tries: Vitest keeps them in the test's result. */
  readonly errorsBefore: number;
  isOver: boolean;
}

export class Attempts {
  readonly #recorder: Recorder;
  readonly #parentOf: (test: RunnerTestCase) => OpenSpan | null;
  /** The last try of each test. */
  readonly #last = new Map<RunnerTestCase, Current>();

  constructor(recorder: Recorder, parentOf: (test: RunnerTestCase) => OpenSpan | null) {
    this.#recorder = recorder;
    this.#parentOf = parentOf;
  }

  clear(): void {
    this.#last.clear();
  }

  /** Puts itself between Vitest and the body, without a frame in the stacks of errors that users see. */
  around(test: RunnerTestCase, body: Body): Body {
    return collector().binding.callBetween.bind(
      undefined,
      () => this.#beginBody(test),
      body,
      (current: unknown, threw: boolean, result: unknown) => this.#endBody(test, current as Current, threw, result),
    );
  }

  beginTry(test: RunnerTestCase, item: ItemInput, { retry, repeats: repeat }: Try): void {
    // Vitest 3 does not say when a try is over.
    if (retry > 0 || repeat > 0) this.endTry(test);
    const number = retry === 0 && repeat === 0 ? FIRST_TRY : { retry, repeat };
    const attempt = new Attempt(this.#recorder, item, number);
    this.#last.set(test, { attempt, number, errorsBefore: countErrors(test), isOver: false });
  }

  /** After the hooks of one try. */
  endTry(test: RunnerTestCase): void {
    const current = this.#last.get(test);
    if (current === undefined || current.isOver) return;
    current.isOver = true;
    current.attempt.settle(tryStatus(test, current.errorsBefore));
  }

  /** The try that a test is in. */
  numberOf(test: RunnerTestCase): TryNumber | undefined {
    return this.#last.get(test)?.number;
  }

  /** At the file's end, when nothing can change a status any more. */
  settle(test: RunnerTestCase, item: ItemInput): void {
    const attempt = this.#last.get(test)?.attempt ?? new Attempt(this.#recorder, item, FIRST_TRY);
    attempt.settle(finalStatus(test));
  }

  #beginBody(test: RunnerTestCase): Current | undefined {
    const current = this.#last.get(test);
    current?.attempt.begin(this.#parentOf(test));
    return current;
  }

  #endBody(test: RunnerTestCase, { attempt, errorsBefore }: Current, threw: boolean, result: unknown): void {
    whenEnded(threw, result, (failed, reason) => attempt.end(bodyStatus(test, failed, reason, errorsBefore)));
  }
}
