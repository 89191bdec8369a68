/**
 * By how much one sample lies above another: the estimate of Hodges and Lehmann (1963), the median of all differences between pairs, with
 * the interval that the rank test of Mann and Whitney would not reject.
 */
import { normalQuantile } from './normal.js';
import { EXACT_UP_TO } from './rank-test.js';
import { quantile } from './statistics.js';

export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** How often such an interval holds the true value; less than asked for where there are too few values. */
  readonly confidence: number;
}

export function shift(a: readonly number[], b: readonly number[], confidence = 0.95): Estimate {
  const differences = Float64Array.from(
    { length: a.length * b.length },
    (_, at) => b[at % b.length]! - a[Math.floor(at / b.length)]!,
  ).sort();
  const { outside, confidence: reached } = cut(a.length, b.length, confidence);
  return {
    value: quantile(differences, 0.5),
    low: differences[outside]!,
    high: differences[differences.length - 1 - outside]!,
    confidence: reached,
  };
}

/** The same as a factor, by the logarithms. @param a above 0 @param b above 0 */
export function ratio(a: readonly number[], b: readonly number[], confidence = 0.95): Estimate {
  const { value, low, high, confidence: reached } = shift(a.map(Math.log), b.map(Math.log), confidence);
  return { value: Math.exp(value), low: Math.exp(low), high: Math.exp(high), confidence: reached };
}

interface Cut {
  /** How many of the sorted differences lie outside of the interval at each end. */
  readonly outside: number;
  readonly confidence: number;
}

const cuts = new Map<string, Cut>();

function cut(m: number, n: number, confidence: number): Cut {
  const key = `${m} ${n} ${confidence}`;
  let found = cuts.get(key);
  if (found === undefined)
    cuts.set(key, (found = Math.max(m, n) <= EXACT_UP_TO ? exactCut(m, n, confidence) : normalCut(m, n, confidence)));
  return found;
}

function exactCut(m: number, n: number, confidence: number): Cut {
  const ways = waysByU(m, n);
  const total = ways.reduce((sum, count) => sum + count, 0);
  const allowed = (total * (1 - confidence)) / 2;
  let [ranks, below] = [0, 0];
  while (below + ways[ranks]! <= allowed) below += ways[ranks++]!;
  // With too few values even the whole range has less confidence.
  return ranks === 0 ? { outside: 0, confidence: 1 - (2 * ways[0]!) / total } : { outside: ranks - 1, confidence: 1 - (2 * below) / total };
}

function normalCut(m: number, n: number, confidence: number): Cut {
  const reach = normalQuantile((1 - confidence) / 2) * Math.sqrt((m * n * (m + n + 1)) / 12);
  return { outside: Math.max(0, Math.floor((m * n) / 2 - reach) - 1), confidence };
}

/** In how many ways two samples without ties have each value of U. */
function waysByU(m: number, n: number): Float64Array {
  let ways = Array.from({ length: n + 1 }, () => new Float64Array(m * n + 1));
  for (const row of ways) row[0] = 1;
  for (let size = 1; size <= m; size++) {
    const next = Array.from({ length: n + 1 }, () => new Float64Array(m * n + 1));
    next[0]![0] = 1;
    for (let other = 1; other <= n; other++) {
      for (let u = 0; u <= size * other; u++) next[other]![u] = (u >= other ? ways[other]![u - other]! : 0) + next[other - 1]![u]!;
    }
    ways = next;
  }
  return ways[n]!;
}
