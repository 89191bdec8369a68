/** `asBenchmark()`: a small harness for code that has none. */
import { performance } from 'node:perf_hooks';
import { SpanmeterError } from '../model/errors.js';
import { keyOf, type KeyOf } from '../model/metrics.js';
import { PER_ITERATION, perIteration, type PerIterationMetric } from '../model/per-iteration.js';
import type { Reading, Tags } from '../model/records.js';
import { openBenchmark, quantile, withStatistics, type BenchStatistics } from './benchmark.js';
import { callerFile } from './caller-file.js';
import { threadRecorder } from './index.js';
import type { OpenSpan } from './open-span.js';
import type { ItemInput } from './recorder.js';

export interface BenchmarkOptions {
  /** Calls that are measured. Default: 100. */
  readonly iterations?: number;
  /** Calls before them, which are not. Default: a tenth of the iterations. */
  readonly warmup?: number;
  /** Default: the name of the function. */
  readonly name?: string;
  readonly component?: string;
  readonly tags?: Tags;
}

export interface BenchmarkResult extends BenchStatistics {
  /** The numbers of all iterations together. */
  readonly reading: Reading;
  /** Divided by the iterations; what could not be had is absent. */
  readonly perIteration: { readonly [K in KeyOf<PerIterationMetric>]?: number };
}

interface Plan {
  readonly fn: () => unknown;
  readonly item: ItemInput;
  readonly warmup: number;
  /** One duration an iteration, made before the span: its memory is not the benchmark's. */
  readonly samples: Float64Array;
}

const USUAL_ITERATIONS = 100;
/** Taken at load: tests replace the clock. */
const now = performance.now.bind(performance);
const MILLISECOND = 1e6;

/**
 * Calls `fn` again and again, awaiting what it returns when that is a promise, and gives the cost of all calls, the time of one
 * (mean, p50, p99 in nanoseconds; with two readings of the clock, some 40 ns, in it) and the rest for one iteration. Recorded
 * as an item of kind `bench` where a session is open. What `fn` throws is thrown on, and recorded as failed.
 * @throws SpanmeterError SPANMETER_SPAN for wrong arguments
 */
export function asBenchmark(fn: () => PromiseLike<unknown>, options?: BenchmarkOptions): Promise<BenchmarkResult>;
export function asBenchmark(fn: () => unknown, options?: BenchmarkOptions): BenchmarkResult;
export function asBenchmark(fn: () => unknown, options: BenchmarkOptions = {}): BenchmarkResult | Promise<BenchmarkResult> {
  const plan = makePlan(fn, options);
  try {
    for (let left = plan.warmup; left > 0; left -= 1) {
      const result = fn();
      if (isThenable(result)) return warmUpLater(plan, result, left - 1);
    }
  } catch (thrown) {
    noteFailure(plan);
    throw thrown;
  }
  return measure(plan);
}

function makePlan(fn: () => unknown, options: BenchmarkOptions): Plan {
  if (typeof fn !== 'function') throw wrong('what is measured must be a function');
  if (typeof options !== 'object' || (options as unknown) === null) throw wrong('options must be an object');
  const { iterations = USUAL_ITERATIONS, component, tags } = options;
  const { warmup = Math.ceil(iterations / 10), name = fn.name || 'anonymous' } = options;
  if (!Number.isInteger(iterations) || iterations < 1)
    throw wrong(`iterations must be a whole number from 1 on, not ${String(iterations)}`);
  if (!Number.isInteger(warmup) || warmup < 0) throw wrong(`warmup must be a whole number from 0 on, not ${String(warmup)}`);
  if (typeof name !== 'string') throw wrong('the name must be a string');
  const item = { kind: 'bench', name, file: callerFile(), ...(component && { component }), ...(tags && { tags }) } as const;
  // Filled, or the system gives the memory when it is first written to.
  return { fn, item, warmup, samples: new Float64Array(iterations).fill(0) };
}

function measure(plan: Plan): BenchmarkResult | Promise<BenchmarkResult> {
  const { fn, samples, item } = plan;
  const span = openBenchmark(threadRecorder(), item);
  try {
    for (let index = 0; index < samples.length; index += 1) {
      const begun = now();
      const result = fn();
      if (isThenable(result)) return measureLater(plan, span, index, begun, result);
      samples[index] = now() - begun;
    }
  } catch (thrown) {
    threadRecorder().close(span, 'failed');
    throw thrown;
  }
  return finish(plan, span);
}

async function warmUpLater(plan: Plan, pending: PromiseLike<unknown>, left: number): Promise<BenchmarkResult> {
  try {
    await pending;
    for (; left > 0; left -= 1) await plan.fn();
  } catch (thrown) {
    noteFailure(plan);
    throw thrown;
  }
  return measure(plan);
}

/** Goes on behind the call that turned out to be asynchronous. */
async function measureLater(
  plan: Plan,
  span: OpenSpan,
  index: number,
  begun: number,
  pending: PromiseLike<unknown>,
): Promise<BenchmarkResult> {
  const { fn, samples } = plan;
  try {
    await pending;
    samples[index] = now() - begun;
    for (index += 1; index < samples.length; index += 1) {
      begun = now();
      await fn();
      samples[index] = now() - begun;
    }
  } catch (thrown) {
    threadRecorder().close(span, 'failed');
    throw thrown;
  }
  return finish(plan, span);
}

function finish({ samples }: Plan, span: OpenSpan): BenchmarkResult {
  const recorder = threadRecorder();
  // What follows is not the benchmark's.
  recorder.stop(span);
  const iterations = samples.length;
  let sum = 0;
  for (let index = 0; index < iterations; index += 1) sum += samples[index] as number;
  samples.sort();
  const statistics = {
    iterations,
    mean: (sum / iterations) * MILLISECOND,
    p50: quantile(samples, 0.5) * MILLISECOND,
    p99: quantile(samples, 0.99) * MILLISECOND,
  };
  const reading = recorder.read(span, 'passed', withStatistics(statistics));
  return { reading, ...statistics, perIteration: divided(reading) };
}

function divided(reading: Reading): BenchmarkResult['perIteration'] {
  const values = PER_ITERATION.map((name) => [keyOf(name), perIteration(name, (other) => reading[keyOf(other)])] as const);
  return Object.fromEntries(values.filter(([, value]) => !Number.isNaN(value)));
}

function noteFailure({ item }: Plan): void {
  const recorder = threadRecorder();
  if (recorder.wants('bench')) recorder.note(item, 'failed');
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

function wrong(what: string): SpanmeterError {
  return new SpanmeterError('SPANMETER_SPAN', `asBenchmark(): ${what}. Use asBenchmark(fn, { iterations, warmup }).`);
}
