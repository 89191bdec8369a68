/** What is said of each quantity, seen together: how many there are decides how much each must show. */
import { enoughRuns } from '../enough-runs.js';
import { adjusted } from '../false-discovery.js';
import type { Weighed } from './quantity.js';
import type { Compared } from './types.js';

/**
 * @param isBarred the machines differ, and nobody said that it does not matter
 * @returns in the order of the given ones
 */
export function judged(weighed: readonly Weighed[], q: number, isBarred: boolean): Compared[] {
  const tested = weighed.filter(({ p }) => p !== undefined);
  const adjustedPs = adjusted(tested.map(({ p }) => p!));
  const byTested = new Map(tested.map((each, index) => [each, adjustedPs[index]!]));
  const called = adjustedPs.filter((p) => p <= q).length;
  // What one more item would have to show to be called as well.
  const level = (q * Math.min(called + 1, tested.length)) / tested.length;
  return weighed.map((each) => {
    const adjustedP = byTested.get(each);
    const { superiority, direction: _, isOutside: __, ...compared } = each;
    return { ...compared, ...(adjustedP !== undefined && { adjustedP }), ...verdictOf(each, adjustedP, q, level, superiority, isBarred) };
  });
}

function verdictOf(
  { direction, isOutside, a, b }: Weighed,
  adjustedP: number | undefined,
  q: number,
  level: number,
  superiority: number | undefined,
  isBarred: boolean,
): Pick<Compared, 'verdict' | 'reason' | 'runsNeeded'> {
  if (isBarred) return { verdict: 'incomparable', reason: 'the machines or their limits differ' };
  if (direction === 0) return { verdict: 'unchanged' };
  if (a.count === 1 && b.count === 1) return { verdict: 'suspect', reason: 'one run on each side' };
  if (a.count === 1 || b.count === 1) {
    const [one, many] = a.count === 1 ? ['A', `${b.count} of B`] : ['B', `${a.count} of A`];
    const isAbove = direction > 0 === a.count > 1;
    return isOutside
      ? { verdict: 'suspect', reason: `one run in ${one}, ${isAbove ? 'above' : 'below'} all ${many}` }
      : { verdict: 'unchanged', reason: `one run in ${one}, within the ${many}` };
  }
  if (adjustedP !== undefined && adjustedP <= q) return { verdict: direction > 0 ? 'regressed' : 'improved' };
  return { verdict: 'undecided', runsNeeded: enoughRuns(superiority ?? 0.5, level) };
}
