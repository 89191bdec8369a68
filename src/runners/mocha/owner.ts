/** The owner side, in Mocha's main process: a session around each run. */
import { realpathSync } from 'node:fs';
import type { Run } from '../run.js';
import { folderOf } from './find.js';
import { follow, guarded, type Watched } from './follow.js';
import type { Done, HowToRun, Runner } from './mocha.js';

/** Taken at load: a test may have replaced it, and left it so, when the run ends. */
const { setImmediate } = globalThis;

/**
 * Where this process runs the tests. Mocha starts at once, as without us, so that it catches what files leave behind; but it
 * comes to its first suite only when the session is open.
 * @param start runs it, until it calls what it is given
 */
export function ownRun(runner: Runner, watched: Watched, start: (ended: Done) => Runner, done?: Done, how?: HowToRun): Runner {
  if (runner.total === 0 && runner._opts?.delay !== true) return start((failures) => done?.(failures));
  watched.isBusy = true;
  let opened: Run | undefined;
  const opening = open(watched).then((run) => {
    opened = run;
    if (run?.isRecording === true) {
      const { recorder, root } = run.session;
      guarded(() => watched.current?.start({ recorder, root }));
    }
    return run;
  });
  guarded(() => follow(runner, watched));
  holdUntil(opening, runner);
  return start((failures) => {
    watched.isBusy = false;
    // Whoever owns the session closes it.
    if (opened?.session.owned === false) done?.(failures);
    else void opening.then((run) => close(run, failures, how)).then(() => setImmediate(() => done?.(failures)));
  });
}

/** Where other processes run the tests: they find the session in the environment that they are started with. */
export async function ownRunAsync(watched: Watched, start: () => Promise<number>, how?: HowToRun): Promise<number> {
  watched.isBusy = true;
  const run = await open(watched);
  const failures = await start();
  await close(run, failures, how);
  watched.isBusy = false;
  return failures;
}

function holdUntil(ready: Promise<unknown>, runner: Runner): void {
  runner.runSuite = function (suite, done) {
    delete (this as Partial<Runner>).runSuite;
    // Not from the promise itself: what a reporter throws is an exception, not a rejection.
    void ready.then(() => setImmediate(() => this.runSuite(suite, done)));
  };
}

function open({ version }: Watched): Promise<Run | undefined> {
  // Workers have no need of it.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { Run } = require('../run.js') as typeof import('../run.js');
  return Run.begin({}, { name: 'mocha', version });
}

async function close(run: Run | undefined, failures: number, how: HowToRun | undefined): Promise<void> {
  const exitCode = exitCodeOf(failures, how);
  await run?.end({ failed: failures > 0, ...(exitCode !== undefined && { exitCode }) });
}

/** As Mocha's command will end. In a script of the user's, that is the user's business. */
function exitCodeOf(failures: number, { options }: HowToRun = {}): number | undefined {
  if (!isCommand()) return undefined;
  if (options?.passOnFailingTestSuite === true) return 0;
  return Math.min(failures, process.argv.includes('--posix-exit-codes') ? 1 : 255);
}

function isCommand(): boolean {
  try {
    return folderOf(realpathSync(process.argv[1] ?? '')) !== undefined;
  } catch {
    return false;
  }
}
