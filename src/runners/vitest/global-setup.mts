/**
 * The way in for a root configuration whose projects don't extend it: Vitest asks only the plugins of projects, but it does run
 * the root's global setup, before the first workers. Where the plugin was asked, nothing is left to do here.
 */
import type { TestProject, Vitest } from 'vitest/node';
import { say } from '../say.js';
import { lateOptions } from './late.mjs';
import { addReporter } from './reporter.mjs';

/** What is not public of Vitest. */
interface Inside {
  readonly reporters: unknown[];
  /** There by now. Its other method, `collectTests`, is for a mere listing of tests. */
  readonly pool: { runTests(...args: unknown[]): Promise<unknown> };
}

export default function setup({ vitest }: TestProject): void {
  try {
    joinLate(vitest);
  } catch (thrown) {
    say(`no test is measured: ${String(thrown)}`);
  }
}

/** The reporters of this run are made, and were told of its start. */
function joinLate(vitest: Vitest): void {
  const { pool, reporters } = vitest as unknown as Inside;
  const { runTests } = pool;
  pool.runTests = async (...args) => {
    pool.runTests = runTests;
    const reporter = addReporter(vitest, lateOptions());
    if (reporter !== undefined) {
      reporters.push(reporter);
      await reporter.begin();
    }
    return runTests.apply(pool, args);
  };
}
