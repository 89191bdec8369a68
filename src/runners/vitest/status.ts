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

/** Of a body that has just ended, before the hooks after it. @param errorsBefore that the test had before this try */
export function bodyStatus(test: RunnerTestCase, threw: boolean, reason: unknown, errorsBefore: number): Status {
  if (isPending(test) || isSkip(reason)) return 'skipped';
  // A soft assertion adds an error and lets the body go on.
  return outcome(test, threw || countErrors(test) > errorsBefore);
}

/** Of one try with its hooks. The state of the test won't do: it keeps what an earlier repetition failed with. */
export function tryStatus(test: RunnerTestCase, errorsBefore: number): Status {
  if (isPending(test) || test.result?.state === 'skip') return 'skipped';
  return outcome(test, countErrors(test) > errorsBefore);
}

/** Of all its tries and repetitions so far. */
export function countErrors(test: RunnerTestCase): number {
  return test.result?.errors?.length ?? 0;
}

/** What ctx.skip() throws, and what ends the tests that wait when a run is cancelled. */
export function isSkip(reason: unknown): boolean {
  const { code, name } = (reason ?? {}) as { readonly code?: unknown; readonly name?: unknown };
  return code === 'VITEST_PENDING' || name === 'TestRunAbortError';
}

/** `test.fails` turns it round; Vitest does so after the try. */
function outcome(test: RunnerTestCase, failed: boolean): Status {
  return failed === (test.fails === true) ? 'passed' : 'failed';
}

/** Set by ctx.skip(), also when the body catches what that throws. */
function isPending(test: RunnerTestCase): boolean {
  return (test.result as { pending?: boolean } | undefined)?.pending === true;
}
