/** How many runs a side would decide, if what was seen is what there is. */
import { normalQuantile } from './normal.js';

/** More are not promised: the answer is "more than". */
export const MOST_RUNS = 100;
const POWER = 0.8;

/**
 * The sample size of Noether (1987) for the rank test, with a power of 80 %. Where not one value of a sample is among the other's, that is
 * far too many: then as many as the exact test needs if it stays so.
 * @param superiority of the rank test
 * @param level that p must be at most
 * @returns runs a side; Infinity for more than MOST_RUNS
 */
export function enoughRuns(superiority: number, level: number): number {
  const effect = Math.abs(superiority - 0.5);
  const noether = (normalQuantile(level / 2) + normalQuantile(1 - POWER)) ** 2 / (6 * effect ** 2);
  const runs = effect === 0.5 ? fewestRuns(level) : Math.max(fewestRuns(level), Math.ceil(noether));
  return runs > MOST_RUNS ? Infinity : runs;
}

/** The smallest n for which 2 / (2n over n) is at most the level. */
function fewestRuns(level: number): number {
  let runs = 1;
  for (let ways = 2; 2 / ways > level; runs++) ways *= (2 * (2 * runs + 1)) / (runs + 1);
  return runs;
}
