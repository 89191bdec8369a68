/** What one iteration of a benchmark cost: derived from the numbers of its whole span, and never stored. */
import type { MetricName } from './metrics.js';

/**
 * Sums, which can be divided, and how far the footprint grew: next to nothing where iterations use the same memory again, what
 * each leaves behind where they don't.
 */
export const PER_ITERATION = ['cpu_time', 'thread_cpu_time', 'peak_growth', 'gc_count', 'gc_time'] as const satisfies readonly MetricName[];

export type PerIterationMetric = (typeof PER_ITERATION)[number];

/** @param valueOf NaN or undefined where a metric is absent @returns NaN where there is no number, or nothing was counted */
export function perIteration(name: PerIterationMetric, valueOf: (name: MetricName) => number | undefined): number {
  const iterations = valueOf('iterations') ?? NaN;
  return iterations > 0 ? (valueOf(name) ?? NaN) / iterations : NaN;
}
