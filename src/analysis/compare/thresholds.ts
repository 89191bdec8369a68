/** How large a change must be to be called one. */
import { METRIC_INDEX, METRICS, type MetricName } from '../../model/metrics.js';
import type { Threshold } from './types.js';

const MS = 1e6;
const MIB = 2 ** 20;

export const USUAL_METRICS: readonly MetricName[] = ['cpu_time', 'peak_growth', 'wall_time'];
export const BENCH_METRICS: readonly MetricName[] = ['iteration_mean'];

/** Waiting is less steady than work. A benchmark's harness has smoothed its numbers, however small they are. */
const OWN: Readonly<Partial<Record<MetricName, Threshold>>> = {
  wall_time: { ratio: 0.1, floor: 100 * MS },
  iteration_mean: { ratio: 0.05, floor: 0 },
  iteration_p50: { ratio: 0.05, floor: 0 },
  iteration_p99: { ratio: 0.1, floor: 0 },
};
const BY_UNIT = {
  ns: { ratio: 0.05, floor: 50 * MS },
  bytes: { ratio: 0.05, floor: 8 * MIB },
  count: { ratio: 0.05, floor: 1 },
} as const;

export function thresholdOf(metric: MetricName): Threshold {
  return OWN[metric] ?? BY_UNIT[METRICS[METRIC_INDEX[metric]]!.unit];
}
