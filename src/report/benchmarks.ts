/** The numbers of benchmarks in tables: those of their harness, and what one iteration cost. */
import type { StoredReading } from '../client/rows.js';
import { isShared } from '../model/judge.js';
import type { MetricName } from '../model/metrics.js';
import { PER_ITERATION, perIteration, type PerIterationMetric } from '../model/per-iteration.js';
import { formatQuantity } from '../model/units.js';
import { SHARED_MARK, formatShortTime, metricNamed, valueOf } from './items.js';

export const BENCH_METRICS: readonly MetricName[] = ['iterations', 'iteration_mean', 'iteration_p50', 'iteration_p99'];

/** Columns behind the metrics. */
export const BENCH_COLUMNS: readonly { readonly heading: string; text(reading: StoredReading): string }[] = [
  column('cpu_time', 'cpu/iter'),
  column('peak_growth', 'growth/iter'),
  column('gc_time', 'gc/iter'),
];

export function isBench({ identity }: StoredReading): boolean {
  return identity.kind === 'bench';
}

/** For JSON: what is absent is left out. */
export function perIterationOf(reading: StoredReading): Partial<Record<PerIterationMetric, number>> {
  const values = PER_ITERATION.map((name) => [name, numberOf(reading, name)] as const);
  return Object.fromEntries(values.filter(([, value]) => !Number.isNaN(value)));
}

function column(name: PerIterationMetric, heading: string): (typeof BENCH_COLUMNS)[number] {
  const metric = metricNamed(name);
  const text = (reading: StoredReading): string => {
    const value = numberOf(reading, name);
    if (Number.isNaN(value)) return '-';
    const isFraction = metric.unit === 'ns' && value > 0;
    return `${isShared(reading, metric) ? SHARED_MARK : ''}${isFraction ? formatShortTime(value) : formatQuantity(value, metric.unit)}`;
  };
  return { heading, text };
}

function numberOf(reading: StoredReading, name: PerIterationMetric): number {
  return perIteration(name, (other) => valueOf(reading, other));
}
