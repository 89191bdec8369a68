/** `assertWithin()`: budgets for the rest of the world, which has no `expect`. */
import type { Budget } from '../model/limits.js';
import type { Reading } from '../model/records.js';

/**
 * Throws unless the reading stayed within each limit. What can't be judged (a number that is absent, or shared with what ran
 * beside it) is no success either, and the error says why.
 * @param reading what `span()` gives
 * @throws SpanmeterError SPANMETER_BUDGET: an AssertionError that names each exceeded metric; or, for a wrong budget, why it is none
 */
export function assertWithin(reading: Reading, budget: Budget): void {
  // Loaded when it is used: whoever only measures does without.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  (require('./within.js') as typeof import('./within.js')).checkReading(reading, budget);
}
