/** The owner side: records what no worker could, and ends the run. Playwright loads it beside the user's reporters. */
import type { Status } from '../../model/records.js';
import { warn } from '../../recorder/index.js';
import { attemptKey, recordedAttempts } from '../../session/recorded-attempts.js';
import { leavePlace } from './reporter-place.js';
import { held, runBegun } from './held.js';
import { itemOf, statusOf } from './identity.js';
import type { RootSuite, TestCase, TestResult, TestStatus } from './types.js';
import type { Run } from '../run.js';

const EXIT_CODES: Readonly<Record<string, number>> = { passed: 0, failed: 1, timedout: 1, interrupted: 130 };

export default class SpanmeterReporter {
  #suite: RootSuite | undefined;
  #status = 'failed';

  constructor() {
    held.hasReporter = true;
    leavePlace();
  }

  /** Playwright adds a reporter for the terminal where none of the user's is one: ours makes no difference to that. */
  printsToStdio(): boolean {
    return false;
  }

  onBegin({ version }: { readonly version?: string }, suite: RootSuite): void {
    this.#suite = suite;
    // A mere listing of tests begins too, and has no workers.
    if (!process.argv.includes('--list')) void runBegun(version);
  }

  onEnd({ status }: { readonly status: string }): void {
    this.#status = status;
  }

  /** After all reporters have said what they have to say. */
  async onExit(): Promise<void> {
    const run = await held.run;
    held.run = undefined;
    if (run === undefined) return;
    try {
      this.#noteUnrecorded(run);
    } catch (thrown) {
      warn(`tests that did not run are not recorded: ${String(thrown)}`);
    }
    const exitCode = EXIT_CODES[this.#status] ?? 1;
    await run.end({ failed: exitCode !== 0, exitCode });
  }

  /** Tests that were skipped beforehand, or failed before the fixture of ours could be set up. */
  #noteUnrecorded({ session: { recorder, environment, root } }: Run): void {
    if (!recorder.isRecording || !recorder.wants('test')) return;
    const known = recordedAttempts(environment);
    for (const test of this.#suite?.allTests() ?? []) {
      for (const result of test.results) {
        const item = itemOf(factsOf(test, result));
        const number = { retry: result.retry, repeat: test.repeatEachIndex };
        const status = noteStatus(result.status, test.expectedStatus);
        if (item === undefined || !recorder.picks(item) || status === undefined || known.has(attemptKey(root, item, number))) continue;
        recorder.note(item, status, number);
      }
    }
  }
}

/** One that passed was measured, or its worker could not: then there is nothing to say of it. */
function noteStatus(status: TestStatus, expected: TestStatus): Status | undefined {
  const known = statusOf(status, expected);
  return known === 'passed' ? undefined : known;
}

function factsOf(test: TestCase, { annotations = test.annotations }: TestResult): Parameters<typeof itemOf>[0] {
  const [, project = '', , ...titles] = test.titlePath();
  return { project, file: test.location.file, titles, annotations };
}
