/**
 * The rank test of Mann and Whitney (1947): whether the values of one sample tend to be larger than those of another. It asks nothing
 * of the shape of their noise. Two-sided.
 */
import { normalTail } from './normal.js';

export interface RankTest {
  /** How often a value of the second sample is above one of the first, over all pairs; equal ones count half. 0 to 1, 0.5: no difference. */
  readonly superiority: number;
  /** How probable a difference as large as this one is when there is none. */
  readonly p: number;
  /** `exact`: over all ways to deal the values out; `normal`: by the normal approximation, corrected for ties and continuity. */
  readonly method: 'exact' | 'normal';
}

/** Up to so many values a sample it is exact. */
export const EXACT_UP_TO = 20;

/** @param a at least one value @param b at least one value */
export function rankTest(a: readonly number[], b: readonly number[]): RankTest {
  const { ranks, ties } = doubledRanks(a, b);
  const [m, n] = [a.length, b.length];
  // Twice the sum of the second sample's ranks, and twice its U.
  const sum = ranks.slice(m).reduce((total, rank) => total + rank, 0);
  const u = sum - n * (n + 1);
  const superiority = u / (2 * m * n);
  if (Math.max(m, n) <= EXACT_UP_TO) return { superiority, p: exactP(ranks, n, sum), method: 'exact' };
  return { superiority, p: normalP(u / 2, m, n, ties), method: 'normal' };
}

/** Ranks in the joint order, times two, so that the mean ranks of equal values are integers as well. */
function doubledRanks(a: readonly number[], b: readonly number[]): { readonly ranks: readonly number[]; readonly ties: readonly number[] } {
  const values = [...a, ...b];
  const order = values.map((_, index) => index).sort((x, y) => values[x]! - values[y]!);
  const ranks = new Array<number>(values.length);
  const ties: number[] = [];
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++;
    // Ranks from + 1 to `to`: their mean, doubled.
    for (let at = from; at < to; at++) ranks[order[at]!] = from + 1 + to;
    if (to - from > 1) ties.push(to - from);
    from = to;
  }
  return { ranks, ties };
}

/** The share of all ways to choose n of the ranks whose sum is as far from its mean as this one. */
function exactP(ranks: readonly number[], n: number, sum: number): number {
  const ways = waysBySum(ranks, n);
  const total = ways.reduce((all, count) => all + count, 0);
  // Twice the mean of the doubled sums, which is symmetric only without ties: so the distance is compared.
  const mean = n * (ranks.length + 1);
  const distance = Math.abs(sum - mean);
  let extreme = 0;
  for (let each = 0; each < ways.length; each++) if (Math.abs(each - mean) >= distance) extreme += ways[each]!;
  return Math.min(1, extreme / total);
}

/** Without ties the ranks are always the same. */
const known = new Map<string, Float64Array>();
const KEPT = 500;

/** In how many ways n of the ranks have each sum: by adding one rank after the other. */
function waysBySum(ranks: readonly number[], n: number): Float64Array {
  const sorted = [...ranks].sort((x, y) => x - y);
  const key = `${n} ${sorted.join()}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const most = sorted.slice(-n).reduce((total, rank) => total + rank, 0);
  // A row for each number of ranks chosen so far.
  const ways = Array.from({ length: n + 1 }, () => new Float64Array(most + 1));
  ways[0]![0] = 1;
  for (const rank of sorted) {
    for (let chosen = n; chosen > 0; chosen--) {
      const [to, from] = [ways[chosen]!, ways[chosen - 1]!];
      for (let each = most; each >= rank; each--) to[each]! += from[each - rank]!;
    }
  }
  if (known.size >= KEPT) known.clear();
  known.set(key, ways[n]!);
  return ways[n]!;
}

function normalP(u: number, m: number, n: number, ties: readonly number[]): number {
  const size = m + n;
  const lost = ties.reduce((sum, tie) => sum + tie ** 3 - tie, 0) / (size * (size - 1));
  const deviation = Math.sqrt(((m * n) / 12) * (size + 1 - lost));
  if (deviation === 0) return 1;
  const z = Math.max(0, Math.abs(u - (m * n) / 2) - 0.5) / deviation;
  return Math.min(1, 2 * normalTail(z));
}
