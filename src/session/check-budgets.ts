/** Checks the budgets of a session, when it has ended. */
import { judgeSession, type BudgetResult } from '../analysis/budget.js';
import { collector } from '../collector/index.js';
import type { Store } from '../store/contract.js';
import type { Held } from './budget.js';

export async function checkBudgets(store: Store, session: string, held: Held): Promise<BudgetResult> {
  const machine = collector().capabilities;
  if (typeof held === 'string') return { ...judgeSession([], [], machine), refused: [held], failed: true };
  return judgeSession(held.rules, await store.readings({ session }), machine, held.file);
}
