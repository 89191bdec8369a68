/** One quantity on both sides: estimates and a test, before anything is said of many items. */
import type { MetricName } from '../../model/metrics.js';
import { rankTest } from '../rank-test.js';
import { ratio } from '../shift.js';
import { median } from '../statistics.js';
import type { Compared, Threshold } from './types.js';

export interface Weighed extends Omit<Compared, 'verdict'> {
  /** Of the test; absent when there was none. */
  readonly superiority?: number;
  /** 1 and -1: larger and smaller than the thresholds, 0: neither. */
  readonly direction: 1 | -1 | 0;
  /** Of a side with one value: whether it lies outside of all of the other's. */
  readonly isOutside: boolean;
}

/** @param a at least one value @param b at least one value */
export function weigh(metric: MetricName, a: readonly number[], b: readonly number[], { ratio: share, floor }: Threshold): Weighed {
  const [medianA, medianB] = [median(a), median(b)];
  const difference = medianB - medianA;
  const isTested = a.length > 1 && b.length > 1 && Math.max(...a, ...b) >= floor;
  const test = isTested ? rankTest(a, b) : undefined;
  const estimate = estimateOf(a, b, medianA, medianB);
  return {
    metric,
    a: { count: a.length, median: medianA },
    b: { count: b.length, median: medianB },
    difference,
    ...estimate,
    ...(test && { p: test.p, superiority: test.superiority }),
    direction: directionOf(difference, estimate.ratio ?? Infinity, test?.superiority, share, floor),
    isOutside: Math.max(...a) < Math.min(...b) || Math.max(...b) < Math.min(...a),
  };
}

function estimateOf(
  a: readonly number[],
  b: readonly number[],
  medianA: number,
  medianB: number,
): Pick<Compared, 'ratio' | 'low' | 'high' | 'confidence'> {
  if (Math.min(...a, ...b) <= 0) return medianA > 0 ? { ratio: medianB / medianA } : medianB === medianA ? { ratio: 1 } : {};
  if (a.length === 1 || b.length === 1) return { ratio: medianB / medianA };
  const { value, low, high, confidence } = ratio(a, b);
  return { ratio: value, low, high, confidence };
}

/** Estimate, medians and ranks must point the same way. */
function directionOf(difference: number, factor: number, superiority: number | undefined, share: number, floor: number): 1 | -1 | 0 {
  if (Math.abs(difference) < floor || difference === 0) return 0;
  if (difference > 0) return factor >= 1 + share && (superiority ?? 1) > 0.5 ? 1 : 0;
  return factor <= 1 / (1 + share) && (superiority ?? 0) < 0.5 ? -1 : 0;
}
