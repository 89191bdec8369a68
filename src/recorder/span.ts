/** `span()`: measures any stretch of code, in any script. */
import type { ProbeSet } from '../model/metrics.js';
import type { Reading, Status, Tags } from '../model/records.js';
import { threadRecorder } from './index.js';
import type { OpenSpan } from './open-span.js';
import type { Recorder } from './recorder.js';
import { checkEnd, checkSpan } from './span-arguments.js';

export interface SpanOptions {
  /** The part of the product that the span belongs to, such as `billing.invoices`. */
  readonly component?: string;
  readonly tags?: Tags;
  /** Tells apart spans of one name, such as the parameters of a case: `rows=1000`. */
  readonly variant?: string;
  /** Collect garbage twice before the span starts (4 to 20 ms): steadier memory numbers. Default: false. */
  readonly gc?: boolean;
  /** `core` (default, unless the session says otherwise), `full` (and memory before and after, children, heap, event loop) or `gc` (and garbage collections). */
  readonly probes?: ProbeSet;
}

export interface Span {
  readonly name: string;
  /**
   * Ends the span. Stopping again returns the same reading.
   * @param status default: `passed`
   */
  stop(status?: Exclude<Status, 'interrupted'>): Reading;
  /** For `using`. */
  [Symbol.dispose](): void;
}

/** What `span(name, fn)` gives: what `fn` returned, and what it cost. */
export interface Measured<T> {
  readonly value: T;
  readonly reading: Reading;
}

/** What a function gives at once, and what it promises, of all that it may return. */
type Now<T> = Exclude<T, PromiseLike<unknown>>;
type Later<T> = Extract<T, PromiseLike<unknown>>;
type IfAny<T, Then, Else> = 0 extends 1 & T ? Then : Else;

/** A promise where `fn` returns one. `any` stands for what is there at once, as from JSON.parse. */
export type MeasuredResult<T> = IfAny<
  T,
  Measured<T>,
  ([Now<T>] extends [never] ? never : Measured<Now<T>>) | ([Later<T>] extends [never] ? never : Promise<Measured<Awaited<Later<T>>>>)
>;

type Work<T> = () => T;

const NO_OPTIONS: SpanOptions = Object.freeze({});

/**
 * Starts a span. Times are nanoseconds, sizes bytes, instants microseconds since 1970; a number that the platform cannot give
 * is absent. `peakGrowth` is how far the resident set rose above where it stood at the start, as kept by the kernel: growth of
 * the footprint, not the volume of allocations (memory that the process already had costs nothing).
 * @throws SpanmeterError SPANMETER_SPAN for wrong arguments
 */
export function span(name: string, options?: SpanOptions): Span;
/** Measures `fn`, also when it is asynchronous. What it throws is thrown on, and the span is recorded as failed. */
export function span<T>(name: string, fn: () => T): MeasuredResult<T>;
export function span<T>(name: string, options: SpanOptions, fn: () => T): MeasuredResult<T>;
export function span<T>(
  name: string,
  second: SpanOptions | Work<T> = NO_OPTIONS,
  third?: Work<T>,
): Span | Measured<T> | Promise<Measured<Awaited<T>>> {
  const [options, fn] = typeof second === 'function' ? [NO_OPTIONS, second] : [second, third];
  checkSpan(name, options === NO_OPTIONS ? undefined : options, fn);
  const recorder = threadRecorder();
  if (fn === undefined) return new OpenHandle(name, recorder, begin(recorder, name, options, false));
  return measure(recorder, begin(recorder, name, options, true), fn);
}

function begin(recorder: Recorder, name: string, options: SpanOptions, scoped: boolean): OpenSpan {
  const { component, tags, variant, gc = false, probes } = options;
  const item = { kind: 'span', name, ...(component && { component }), ...(tags && { tags }), ...(variant && { variant }) } as const;
  return recorder.open(item, { gc, scoped, ...(probes && { probes }) });
}

/** @param open contains what `fn` does: it is opened as `scoped` */
export function measure<T>(recorder: Recorder, open: OpenSpan, fn: Work<T>): Measured<T> | Promise<Measured<Awaited<T>>> {
  let value: T;
  try {
    value = recorder.nesting.run(open, fn);
  } catch (thrown) {
    recorder.close(open, 'failed');
    throw thrown;
  }
  const then = thenOf(value);
  if (then === undefined) return { value, reading: recorder.read(open, 'passed') };
  return new Promise((resolve, reject) => {
    const fail = (reason: unknown): void => {
      recorder.close(open, 'failed');
      // As it was thrown, whatever that is.
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
      reject(reason);
    };
    try {
      Reflect.apply(then, value, [(settled: Awaited<T>) => resolve({ value: settled, reading: recorder.read(open, 'passed') }), fail]);
    } catch (thrown) {
      fail(thrown);
    }
  });
}

class OpenHandle implements Span {
  readonly #recorder: Recorder;
  readonly #open: OpenSpan;

  constructor(
    readonly name: string,
    recorder: Recorder,
    open: OpenSpan,
  ) {
    this.#recorder = recorder;
    this.#open = open;
  }

  stop(status: Exclude<Status, 'interrupted'> = 'passed'): Reading {
    checkEnd(status);
    return this.#recorder.read(this.#open, status);
  }

  declare [Symbol.dispose]: () => void;
}

// Node 20 has the symbol, but not in the vm contexts that test runners make: there compilers fall back to this one.
const DISPOSE = (Symbol.dispose as symbol | undefined) ?? Symbol.for('Symbol.dispose');
Reflect.defineProperty(OpenHandle.prototype, DISPOSE, {
  value(this: Span) {
    this.stop();
  },
});

/** Asked for once, as `await` does it. What can't be asked (a revoked proxy, a getter that throws) is no promise. */
function thenOf(value: unknown): PromiseLike<unknown>['then'] | undefined {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return undefined;
  try {
    const { then } = value as Partial<PromiseLike<unknown>>;
    return typeof then === 'function' ? then : undefined;
  } catch {
    return undefined;
  }
}
