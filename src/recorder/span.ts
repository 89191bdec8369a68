/** `span()`: measures any stretch of code, in any script. */
import { SpanmeterError } from '../model/errors.js';
import type { ProbeSet } from '../model/metrics.js';
import type { Reading, Status, Tags } from '../model/records.js';
import { threadRecorder } from './index.js';
import type { OpenSpan } from './open-span.js';
import type { Recorder } from './recorder.js';

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

type Work<T> = () => T;
const PROBE_SETS: readonly ProbeSet[] = ['core', 'full', 'gc'];
/** Known to be right: the usual span has no options, and nothing to check in them. */
const NO_OPTIONS: SpanOptions = Object.freeze({});

/** What each option takes, to complete the sentence "must be ...". */
const OPTIONS: { readonly [K in keyof SpanOptions]-?: readonly [what: string, fits: (value: unknown) => boolean] } = {
  component: ['a string', isText],
  tags: ['an object of names and values', (value) => typeof value === 'object' && value !== null && !Array.isArray(value)],
  variant: ['a string', isText],
  gc: ['true or false', (value) => typeof value === 'boolean'],
  probes: [`one of ${PROBE_SETS.join(', ')}`, (value) => PROBE_SETS.includes(value as ProbeSet)],
};

/**
 * Starts a span. Times are nanoseconds, sizes bytes, instants microseconds since 1970; a number that the platform cannot give
 * is absent. `peakGrowth` is how far the resident set rose above where it stood at the start, as kept by the kernel: growth of
 * the footprint, not the volume of allocations (memory that the process already had costs nothing).
 * @throws SpanmeterError SPANMETER_SPAN for wrong arguments
 */
export function span(name: string, options?: SpanOptions): Span;
/** Measures `fn`, also when it is asynchronous. What it throws is thrown on, and the span is recorded as failed. */
export function span<T>(name: string, fn: () => PromiseLike<T>): Promise<Measured<T>>;
export function span<T>(name: string, fn: () => T): Measured<T>;
export function span<T>(name: string, options: SpanOptions, fn: () => PromiseLike<T>): Promise<Measured<T>>;
export function span<T>(name: string, options: SpanOptions, fn: () => T): Measured<T>;
export function span<T>(
  name: string,
  second: SpanOptions | Work<T> = NO_OPTIONS,
  third?: Work<T>,
): Span | Measured<T> | Promise<Measured<Awaited<T>>> {
  const [options, fn] = typeof second === 'function' ? [NO_OPTIONS, second] : [second, third];
  check(name, options, fn);
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
  if (!isThenable(value)) return { value, reading: recorder.read(open, 'passed') };
  return (value as PromiseLike<Awaited<T>>).then(
    (settled) => ({ value: settled, reading: recorder.read(open, 'passed') }),
    (reason: unknown) => {
      recorder.close(open, 'failed');
      throw reason;
    },
  ) as Promise<Measured<Awaited<T>>>;
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
    return this.#recorder.read(this.#open, status);
  }

  [Symbol.dispose](): void {
    this.stop();
  }
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

function check(name: unknown, options: unknown, fn: unknown): void {
  if (typeof name !== 'string') throw wrong(`the name must be a string, not ${typeName(name)}`);
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw wrong(`options must be an object, not ${typeName(options)}`);
  if (fn !== undefined && typeof fn !== 'function') throw wrong(`what is measured must be a function, not ${typeName(fn)}`);
  if (options !== NO_OPTIONS) checkOptions(options as Readonly<Record<string, unknown>>);
}

function checkOptions(options: Readonly<Record<string, unknown>>): void {
  for (const key of Object.keys(options)) {
    if (!Object.hasOwn(OPTIONS, key)) throw wrong(`there is no option '${key}', but ${Object.keys(OPTIONS).join(', ')}`);
    const [what, fits] = OPTIONS[key as keyof SpanOptions];
    const value = options[key];
    if (value !== undefined && !fits(value))
      throw wrong(`${key} must be ${what}, not ${typeof value === 'string' ? `'${value}'` : typeName(value)}`);
  }
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function typeName(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value;
}

function wrong(what: string): SpanmeterError {
  return new SpanmeterError('SPANMETER_SPAN', `span(): ${what}. Use span(name), span(name, options) or span(name, [options,] fn).`);
}
