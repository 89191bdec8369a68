/** Budgets of a session: read when it opens, so that a mistake is told before the run. */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../model/errors.js';
import type { JournalPlace } from '../recorder/journal-writer.js';
import type { Budgets } from './budget-file.js';
import type { ResolvedOptions } from './options/index.js';

/** Lies beside the journals: what the plugin of a runner asks of a session that it does not own. */
const ASKED_SUFFIX = '.budget.json';

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

/** The plugin of a runner has a budget, and somebody else owns the session. */
export function askOwner({ folder, spare }: JournalPlace, { budget }: ResolvedOptions): void {
  if (budget === undefined || budget === false) return;
  for (const each of [folder, spare]) {
    try {
      writeFileSync(join(each, `${process.pid}${ASKED_SUFFIX}`), JSON.stringify(budget));
      return;
    } catch {
      // The other one, then; without both nothing is recorded either.
    }
  }
}

/** What was asked by `askOwner`: the owner's own option, also one that says no, goes before it. */
export async function askedOf(folders: readonly string[], options: ResolvedOptions): Promise<Held | undefined> {
  if (options.budget !== undefined) return undefined;
  const asked = [...new Set(folders.flatMap(readAsked))];
  const held = await Promise.all(asked.map((budget) => holdTo({ ...options, budget }, true)));
  const mistake = held.find((each) => typeof each === 'string');
  if (mistake !== undefined || held.length === 0) return mistake;
  const budgets = held.filter((each): each is Budgets => typeof each === 'object');
  const files = budgets.flatMap(({ file }) => file ?? []).join(', ');
  return { rules: budgets.flatMap(({ rules }) => rules), ...(files !== '' && { file: files }) };
}

function readAsked(folder: string): (string | true)[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith(ASKED_SUFFIX));
    return names.map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as string | true);
  } catch {
    // The folder was deleted meanwhile, with all that was measured.
    return [];
  }
}
