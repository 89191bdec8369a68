/**
 * Finds out what this process is to the runner: the parent of the processes that run a file each, one of those, or one that runs
 * tests by itself. What else it needs is loaded when that is known.
 */
import { isMainThread } from 'node:worker_threads';
import { anchored } from '../../collector/anchor.js';
import { isSwitchedOff } from '../../model/switch.js';
import { HAND_OVER_VARIABLE, decodeHandOver, recorder, warn } from '../../recorder/index.js';
import { listenToMarks } from '../mark.js';
import type { InternalTest } from './internals.js';
import type { Owner } from './owner.js';
import { whenTestsBegin, type Noticed } from './notice.js';
import { Watch } from './watch.js';

/** In the environment of what runs below a runner: the id of the process that runs files, or 0 below a process that runs tests. */
export const PARENT_VARIABLE = 'SPANMETER_NODE_TEST';

/** Before a test can change it. */
const MAIN = process.argv[1] ?? '';

/** @param rootIsMade the runner was noticed, and is about to define its first test */
export function attach(rootIsMade = false): void {
  const parent = process.env[PARENT_VARIABLE];
  const isChild = parent === String(process.ppid);
  // What a test starts is the test's own affair, also when it is a runner.
  if (isSwitchedOff(process.env) || !isMainThread || (parent !== undefined && !isChild) || !claim()) return;
  const watch = isChild && !process.execArgv.includes('--test') ? watchFile() : undefined;
  whenTestsBegin(rootIsMade, (noticed) => {
    try {
      if (noticed.isParent) followFiles(noticed);
      else followTests(noticed, isChild, watch);
    } catch (thrown) {
      warn(`the tests of a process are not measured: ${String(thrown)}`);
    }
  });
}

/** Two copies of us may meet in one process. @returns whether this is the first */
function claim(): boolean {
  const state = anchored('node-test', () => ({ isTaken: false }));
  const isFirst = !state.isTaken;
  state.isTaken = true;
  return isFirst;
}

function followFiles({ prototype }: Noticed): void {
  process.env[PARENT_VARIABLE] = String(process.pid);
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  (require('./parent.js') as typeof import('./parent.js')).followParent(prototype);
}

/** A process that runs tests without a parent owns the session, where there is none. */
function followTests({ prototype, root }: Noticed, isChild: boolean, known: Watch | undefined): void {
  const owner = isChild ? undefined : newOwner();
  owner?.begin();
  const watch = known ?? (root === undefined ? watchFile() : startWatch(root));
  watch?.follow(prototype, { ended: () => owner?.endLater(), beforeForcedExit: owner?.beforeForcedExit });
}

function newOwner(): Owner {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return new (require('./owner.js') as typeof import('./owner.js')).Owner();
}

function watchFile(): Watch | undefined {
  const watch = startWatch();
  watch?.files.enter(MAIN);
  return watch;
}

/** @param testRoot the runner's root, where this process runs several files */
function startWatch(testRoot?: InternalTest): Watch | undefined {
  process.env[PARENT_VARIABLE] = '0';
  const writer = recorder();
  if (writer === undefined) return undefined;
  const root = decodeHandOver(process.env[HAND_OVER_VARIABLE])?.root ?? process.cwd();
  const watch = new Watch(writer, { root, main: MAIN, testRoot });
  listenToMarks((given) => watch.marks.add(given));
  process.once('exit', (code) => watch.files.exit(code, watch.isUnderway));
  return watch;
}
