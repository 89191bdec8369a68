/** Reads a budget file: a list of rules, as JSON or as the default export of a module. */
import { relative } from 'node:path';
import { parseRules, type BudgetRule } from '../analysis/budget-rules.js';
import { collector } from '../collector/index.js';
import { messageOf } from '../model/errors.js';
import { refused } from '../model/limits.js';
import { readConfiguration } from './options/file.js';

/** What a run is held to. */
export interface Budgets {
  /** As messages name the file; absent when only items' own budgets count. */
  readonly file?: string;
  readonly rules: readonly BudgetRule[];
}

/**
 * @param option of the same name: a file, or true for items' own budgets only
 * @param root what the file is named relative to
 * @throws SpanmeterError SPANMETER_BUDGET when it can't be read, or says what can't be checked
 */
export async function readBudgets(option: string | true, root: string): Promise<Budgets> {
  if (option === true) return { rules: [] };
  const near = relative(root, option);
  const file = near.startsWith('..') ? option : near;
  return { file, rules: parseRules(await load(option, file), file, collector().capabilities) };
}

async function load(path: string, file: string): Promise<unknown> {
  try {
    return await readConfiguration(path);
  } catch (cause) {
    const hint =
      (cause as NodeJS.ErrnoException).code === 'ENOENT' ? " '--budget -- <command>' checks the budgets that tests have of their own." : '';
    throw refused(`The budget file ${file} can't be used: ${messageOf(cause)}.${hint}`);
  }
}
