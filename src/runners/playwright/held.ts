/** What the parts in Playwright's main process share, however many copies of spanmeter there are. */
import { anchored } from '../../collector/anchor.js';
import { isSwitchedOff } from '../../model/switch.js';
import type { Options } from '../../session/options/index.js';
import type { Run } from '../run.js';

interface Held {
  options?: Partial<Options>;
  run?: Promise<Run | undefined> | undefined;
  hasReporter?: boolean;
}

export const held: Held = anchored('playwright', () => ({}));

/** Never rejects. */
export function runBegun(version = ''): Promise<Run | undefined> {
  if (isSwitchedOff(process.env)) return Promise.resolve(undefined);
  // Loaded when a run begins: the configuration is evaluated in every worker too.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { Run } = require('../run.js') as typeof import('../run.js');
  held.run ??= Run.begin(held.options ?? {}, { name: 'playwright', ...(version && { version }) });
  return held.run;
}
