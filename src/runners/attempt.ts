/** One try of one test: its body as a span, and the status that its hooks leave it with. */
import type { Status } from '../model/records.js';
import type { ItemInput, OpenSpan, Recorder } from '../recorder/index.js';
import { mergeMarkers } from './markers.js';

/** Retries and repetitions before this try. */
export interface TryNumber {
  readonly retry: number;
  readonly repeat: number;
}

export const FIRST_TRY: TryNumber = { retry: 0, repeat: 0 };

export class Attempt {
  readonly item: ItemInput;
  readonly #recorder: Recorder;
  readonly #number: TryNumber;
  #span: OpenSpan | undefined;
  /** As recorded. */
  #status: Status | undefined;

  constructor(recorder: Recorder, item: ItemInput, number: TryNumber) {
    this.#recorder = recorder;
    this.item = item;
    this.#number = number;
  }

  /** Absent until its body begins. */
  get span(): OpenSpan | undefined {
    return this.#span;
  }

  /** The last thing before the body. @param parent given explicitly, so that tests that run at the same time count as overlapping */
  begin(parent: OpenSpan | null): void {
    // Decided before its body began, as when a runner cancels it and then lets it run all the same.
    if (this.#status !== undefined) return;
    const { retry, repeat } = this.#number;
    this.#span = this.#recorder.open(this.item, { retry, repeat, parent });
  }

  /** What the test says of itself while it runs. @param given comes from a test file */
  mark(given: unknown): void {
    const markers = mergeMarkers(undefined, given);
    if (this.#span !== undefined && markers !== undefined) this.#recorder.mark(this.#span, markers);
  }

  /** The first thing after the body. */
  end(status: Status): void {
    if (this.#span === undefined || this.#status !== undefined) return;
    this.#status = status;
    this.#recorder.close(this.#span, status);
  }

  /**
   * What became of the try in the end, told as often as something new is known.
   * @param status undefined: nothing new
   */
  settle(status: Status | undefined): void {
    if (status === undefined || status === this.#status) return;
    if (this.#span === undefined) {
      // Its body was never reached: it is skipped, or a hook before it failed.
      if (this.#status === undefined) this.#recorder.note(this.item, status, this.#number);
    } else if (this.#status === undefined) this.#recorder.close(this.#span, status);
    else this.#recorder.amend(this.#span, status);
    this.#status = status;
  }
}

/**
 * Tells when a body has ended: at once, or when what it returned settles. The runner goes on waiting for the same promise as
 * without us, and hears of it after us.
 */
export function whenEnded(threw: boolean, result: unknown, ended: (threw: boolean, reason?: unknown) => void): void {
  // Not instanceof: it may come from another context, or from a library that replaces Promise.
  const { then } = (result ?? {}) as PromiseLike<unknown>;
  if (threw || typeof then !== 'function') ended(threw, result);
  else
    then.call(
      result,
      () => ended(false),
      (reason: unknown) => ended(true, reason),
    );
}
