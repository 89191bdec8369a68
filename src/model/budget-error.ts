/** What an assertion on a budget throws. Test runners know it by its name and show it as a failed assertion. */
import { SpanmeterError } from './errors.js';
import type { Judgement } from './judge.js';
import { overTable, undecidedLines } from './over.js';

export class BudgetError extends SpanmeterError {
  override readonly name = 'AssertionError';
  /** Its message says it better than a difference of objects. */
  readonly showDiff = false;
  /** Every limit with what was measured. */
  readonly judgements: readonly Judgement[];

  constructor(judgements: readonly Judgement[]) {
    super('SPANMETER_BUDGET', failureText(judgements));
    this.judgements = judgements;
  }
}

const HINT = '  Wall time (wall) and the CPU of its own thread (threadCpuTime) can be judged there.';

/** For judgements of which at least one is not `within`. */
export function failureText(judgements: readonly Judgement[]): string {
  const exceeded = judgements.filter(({ verdict }) => verdict === 'exceeded');
  const undecided = [...undecidedLines(judgements), ...(judgements.some(({ isShared }) => isShared) ? [HINT] : [])];
  if (exceeded.length === 0) return ["A budget can't be judged:", '', ...undecided].join('\n');
  return ['A budget was exceeded:', '', ...overTable(exceeded), ...(undecided.length > 0 ? ['', ...undecided] : [])].join('\n');
}
