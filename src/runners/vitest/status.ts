/** What Vitest says of a task, in our words. */
import type { RunnerTask, RunnerTestCase } from 'vitest';
import type { Status } from '../../model/records.js';

/** As Vitest will report it. Undefined: it has not been decided. */
export function finalStatus(task: RunnerTask): Status | undefined {
  switch (task.result?.state ?? task.mode) {
    case 'pass':
      return 'passed';
    case 'fail':
      return 'failed';
    case 'skip':
    case 'todo':
      return 'skipped';
    default:
      return undefined;
  }
}

/** Of a body that has just ended, before the hooks after it. */
export function bodyStatus(test: RunnerTestCase, threw: boolean, reason: unknown, failedBefore: boolean): Status {
  if (isPending(test) || (reason as Error | undefined)?.name === 'TestRunAbortError') return 'skipped';
  // A soft assertion marks the test as failed and lets the body go on.
  return outcome(test, threw || (test.result?.state === 'fail' && !failedBefore));
}

/** Of one try with its hooks. Undefined: nothing new, since what an earlier repetition failed with stays in the result. */
export function tryStatus(test: RunnerTestCase, failedBefore: boolean): Status | undefined {
  const state = test.result?.state;
  if (isPending(test) || state === 'skip') return 'skipped';
  if (state === 'fail') return failedBefore ? undefined : outcome(test, true);
  return state === 'pass' ? outcome(test, false) : undefined;
}

/** `test.fails` turns it round; Vitest does so after the last try. */
function outcome(test: RunnerTestCase, failed: boolean): Status {
  return failed === (test.fails === true) ? 'passed' : 'failed';
}

/** Set by ctx.skip(), also when the body catches what that throws. */
function isPending(test: RunnerTestCase): boolean {
  return (test.result as { pending?: boolean } | undefined)?.pending === true;
}
