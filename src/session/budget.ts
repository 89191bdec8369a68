/** Budgets of a session: read when it opens, so that a mistake is told before the run. */
import { messageOf } from '../model/errors.js';
import type { Budgets } from './budget-file.js';
import type { ResolvedOptions } from './options/index.js';

/** Budgets, or the sentence that says why there are none. */
export type Held = Budgets | string;

/** @param lenient a mistake is kept, and fails the run at its end; else it is thrown */
export async function holdTo({ budget, root }: Pick<ResolvedOptions, 'budget' | 'root'>, lenient: boolean): Promise<Held | undefined> {
  if (budget === undefined || budget === false) return undefined;
  try {
    // Most runs have none.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { readBudgets } = require('./budget-file.js') as typeof import('./budget-file.js');
    return await readBudgets(budget, root);
  } catch (thrown) {
    if (!lenient) throw thrown;
    return messageOf(thrown);
  }
}

/** Of all budgets that were asked for. The owner's own option, also one that says no, goes before them. */
export async function holdToAsked(asked: readonly (string | true)[], options: ResolvedOptions): Promise<Held | undefined> {
  if (options.budget !== undefined) return undefined;
  const held = await Promise.all([...new Set(asked)].map((budget) => holdTo({ ...options, budget }, true)));
  const mistake = held.find((each) => typeof each === 'string');
  if (mistake !== undefined || held.length === 0) return mistake;
  const budgets = held.filter((each): each is Budgets => typeof each === 'object');
  const files = budgets.flatMap(({ file }) => file ?? []).join(', ');
  return { rules: budgets.flatMap(({ rules }) => rules), ...(files !== '' && { file: files }) };
}
