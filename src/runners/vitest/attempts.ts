/** Records each try of each test: its body as a span, its status as the hooks after it leave it. */
import type { RunnerTestCase } from 'vitest';
import { collector } from '../../collector/index.js';
import type { Status } from '../../model/records.js';
import type { ItemInput, OpenSpan, Recorder } from '../../recorder/index.js';
import { bodyStatus, finalStatus, tryStatus } from './status.js';
import type { Body, Try } from './worker.js';

interface Attempt {
  readonly test: RunnerTestCase;
  readonly item: ItemInput;
  readonly retry: number;
  readonly repeat: number;
  /** An earlier repetition failed: Vitest keeps that in the test's result. */
  readonly failedBefore: boolean;
  /** Absent until its body begins. */
  span?: OpenSpan;
  /** As recorded. */
  status?: Status;
}

export class Attempts {
  readonly #recorder: Recorder;
  readonly #parentOf: (test: RunnerTestCase) => OpenSpan | null;
  /** The last try of each test. */
  readonly #last = new Map<RunnerTestCase, Attempt>();

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
      (attempt: unknown, threw: boolean, result: unknown) => this.#endBody(attempt as Attempt, threw, result),
    );
  }

  beginTry(test: RunnerTestCase, item: ItemInput, { retry, repeats: repeat }: Try): void {
    this.#last.set(test, { test, item, retry, repeat, failedBefore: test.result?.state === 'fail' });
  }

  /** After the hooks of one try. */
  endTry(test: RunnerTestCase): void {
    const attempt = this.#last.get(test);
    if (attempt !== undefined) this.#settle(attempt, tryStatus(test, attempt.failedBefore));
  }

  /** At the file's end, when nothing can change a status any more. */
  settle(test: RunnerTestCase, item: ItemInput): void {
    this.#settle(this.#last.get(test) ?? { test, item, retry: 0, repeat: 0, failedBefore: false }, finalStatus(test));
  }

  #beginBody(test: RunnerTestCase): Attempt | undefined {
    const attempt = this.#last.get(test);
    if (attempt === undefined) return undefined;
    const { item, retry, repeat } = attempt;
    attempt.span = this.#recorder.open(item, { retry, repeat, parent: this.#parentOf(test) });
    return attempt;
  }

  /** Vitest goes on waiting for the same promise as without us, and hears of it after us. */
  #endBody(attempt: Attempt, threw: boolean, result: unknown): void {
    // Not instanceof: it may come from another context, or from a library that replaces Promise.
    const { then } = (result ?? {}) as PromiseLike<unknown>;
    if (threw || typeof then !== 'function') this.#close(attempt, threw, result);
    else
      then.call(
        result,
        () => this.#close(attempt, false),
        (reason: unknown) => this.#close(attempt, true, reason),
      );
  }

  #close(attempt: Attempt, threw: boolean, reason?: unknown): void {
    attempt.status = bodyStatus(attempt.test, threw, reason, attempt.failedBefore);
    this.#recorder.close(attempt.span!, attempt.status);
  }

  #settle(attempt: Attempt, status: Status | undefined): void {
    if (status === undefined || status === attempt.status) return;
    const { item, retry, repeat, span } = attempt;
    if (span === undefined) {
      // Its body was never reached: a hook before it failed, or skipped it.
      if (attempt.status === undefined) this.#recorder.note(item, status, { retry, repeat });
    } else if (attempt.status === undefined) this.#recorder.close(span, status);
    else this.#recorder.amend(span, status);
    attempt.status = status;
  }
}
