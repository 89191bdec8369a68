/** A script that delivers the session that a runner's process released when it was ended, and prints its summary. */
import { deliverReleased } from '../session/index.js';
import { sayEnd } from './ending.js';
import { OVER_BUDGET } from './fail-at-exit.js';
import { printNow } from './say.js';

export interface Released {
  readonly id: string;
  readonly db: string;
  readonly root: string;
  readonly quiet: boolean;
  readonly isElsewhere: boolean;
  /** Not checked: false. */
  readonly budget: string | boolean;
}

const { id, db, quiet, ...options } = JSON.parse(process.argv[2] ?? '') as Released;
void deliverReleased(id, db, options).then((summary) => {
  if (summary === undefined) return;
  sayEnd(summary, quiet, printNow);
  if (summary.budget?.failed === true) process.exitCode = OVER_BUDGET;
});
