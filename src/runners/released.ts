/** A script that delivers the session that a runner's process released when it was ended, and prints its summary. */
import { renderSummary } from '../report/summary.js';
import { describeTerminal } from '../report/terminal.js';
import { deliverReleased } from '../session/index.js';

export interface Released {
  readonly id: string;
  readonly db: string;
  readonly root: string;
  readonly quiet: boolean;
}

const { id, db, root, quiet } = JSON.parse(process.argv[2] ?? '') as Released;
void deliverReleased(id, db, root).then((summary) => {
  if (summary !== undefined && !quiet) process.stderr.write(`\n${renderSummary(summary, describeTerminal(process.stderr, process.env))}`);
});
