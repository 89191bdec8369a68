/** Spans of kind `bench`: many iterations as one, with what a harness says of the time of a single one. */
import { METRIC_INDEX } from '../model/metrics.js';
import type { Adjust, ItemInput, Recorder } from './recorder.js';
import type { OpenSpan } from './open-span.js';

/** As the harness measured them. Times are nanoseconds, perhaps with fractions. */
export interface BenchStatistics {
  /** Calls that were timed. */
  readonly iterations: number;
  readonly mean: number;
  readonly p50: number;
  readonly p99: number;
}

const { isFinite } = Number;
const { round } = Math;
const { iterations, iteration_mean, iteration_p50, iteration_p99 } = METRIC_INDEX;

/** Garbage collections count too, unless another set is asked for: next to a benchmark their probe costs nothing. */
export function openBenchmark(recorder: Recorder, item: ItemInput, parent?: OpenSpan | null): OpenSpan {
  const { probes = 'gc' } = recorder.options;
  return recorder.open(item, parent === undefined ? { probes } : { probes, parent });
}

/** For the end of such a span. What is no number stays absent. */
export function withStatistics(statistics: BenchStatistics): Adjust {
  return (values) => {
    put(values, iterations, statistics.iterations);
    put(values, iteration_mean, statistics.mean);
    put(values, iteration_p50, statistics.p50);
    put(values, iteration_p99, statistics.p99);
  };
}

/** The journal holds integers. */
function put(values: Float64Array, index: number, value: number): void {
  if (isFinite(value) && value >= 0) values[index] = round(value);
}

/** @param sorted ascending @param fraction 0.5 for the median. @returns NaN where there are none */
export function quantile(sorted: ArrayLike<number>, fraction: number): number {
  if (sorted.length === 0) return NaN;
  const place = (sorted.length - 1) * fraction;
  const below = Math.floor(place);
  const lower = sorted[below] as number;
  const upper = sorted[Math.ceil(place)] as number;
  return lower + (upper - lower) * (place - below);
}
