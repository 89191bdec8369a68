/** What is printed when a run has ended. */
import { renderBudget } from '../report/budget.js';
import { renderSummary } from '../report/summary.js';
import { describeTerminal } from '../report/terminal.js';
import type { SessionResult } from '../session/index.js';

/** Quiet or not, a run that fails says why. */
export function sayEnd(summary: NonNullable<SessionResult['summary']>, quiet: boolean, print: (text: string) => void): void {
  const terminal = describeTerminal(process.stderr, process.env);
  if (!quiet) print(`\n${renderSummary(summary, terminal)}`);
  else if (summary.budget?.failed === true) print(`${renderBudget(summary.budget, terminal).join('\n')}\n`);
}
