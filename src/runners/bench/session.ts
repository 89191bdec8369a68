/**
 * The session of a script that runs benchmarks: that of `spanmeter run` or of whoever opened one, else one of its own, from the
 * first benchmark to the end of the script.
 */
import { isSwitchedOff } from '../../model/switch.js';
import { recorder, type ItemInput, type Recorder } from '../../recorder/index.js';
import type { Run } from '../run.js';

let begun: Promise<unknown> | undefined;

/**
 * @param harness its name
 * @returns undefined where one is open or none is wanted, else what to wait for before the first benchmark. Never rejects.
 */
export function sessionBegun(harness: string): Promise<unknown> | undefined {
  if (isSwitchedOff(process.env) || recorder() !== undefined) return undefined;
  begun ??= begin(harness);
  return begun;
}

/** Where the span of a benchmark goes. Undefined: nowhere. */
export function recorderOf(item: ItemInput): Recorder | undefined {
  const found = isSwitchedOff(process.env) ? undefined : recorder();
  return found?.wants('bench') === true && found.picks(item) ? found : undefined;
}

async function begin(name: string): Promise<void> {
  // Loaded only by scripts that are their own owner.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { Run } = require('../run.js') as typeof import('../run.js');
  const run = await Run.begin({}, { name });
  if (run === undefined) return;
  // Once nothing is left to do: a script may have several suites. Before the session closes itself, without a summary.
  process.prependOnceListener('beforeExit', () => void run.end(ending()));
}

function ending(): Parameters<Run['end']>[0] {
  const exitCode = Number(process.exitCode ?? 0);
  return { failed: exitCode !== 0, exitCode };
}
