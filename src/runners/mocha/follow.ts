/** Listens to one runner, for as long as it runs. */
import { warn } from '../../recorder/index.js';
import type { Definitions } from './definitions.js';
import type { Runner, RunnerEvents } from './mocha.js';
import { RunWatch } from './run-watch.js';

/** What goes on in this thread. */
export interface Watched {
  readonly definitions: Definitions;
  readonly version: string;
  /** The run whose tests run here. */
  current: RunWatch | undefined;
  /** A run that begins meanwhile is no run of the user's: tests may start a Mocha of their own. */
  isBusy: boolean;
}

export function follow(runner: Runner, watched: Watched): RunWatch {
  const run = new RunWatch(runner, watched.definitions);
  watched.current = run;
  const events: RunnerEvents = {
    suite: (suite) => run.enterSuite(suite),
    'suite end': (suite) => run.leaveSuite(suite),
    test: (test) => run.enterTest(test),
    pass: (test) => run.settle(test, 'passed'),
    fail: (failed) => run.fail(failed),
    pending: (test) => run.settle(test, 'skipped'),
    retry: (test) => run.retry(test),
    end: () => {
      run.finish();
      watched.current = undefined;
    },
  };
  for (const [name, listener] of Object.entries(events)) {
    const listen = listener as (subject: unknown) => void;
    runner.on(name as 'suite', (subject) => guarded(() => listen(subject)));
  }
  return run;
}

/** Keeps trouble of ours from the user's run. */
export function guarded(act: () => void): void {
  try {
    act();
  } catch (thrown) {
    warn(`not everything was measured: ${String(thrown)}`);
  }
}
