/** Our own tests. The counts come from Vitest's JSON report, so that a run that broke down can't pass for a good one. */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE, inRoot } from './paths.mjs';
import { Failure, run } from './run.mjs';

/** @returns {Promise<{ passed: number, failed: number, skipped: number }>} */
export async function vitest(filters) {
  mkdirSync(CACHE, { recursive: true });
  const report = join(CACHE, 'vitest.json');
  rmSync(report, { force: true });
  const command = [
    'node',
    inRoot('node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ];
  const { code } = await run('vitest', [...command, ...filters], { live: true, allowFailure: true, env: withoutOurs() });
  if (!existsSync(report)) throw new Failure(`vitest ended with exit code ${code} and wrote no report.`);
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  // A file that could not be loaded has no tests that could fail.
  const broken = testResults.filter((file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'));
  for (const file of broken) process.stdout.write(`${file.name}: ${file.message}\n`);
  const failed = numFailedTests + broken.length;
  return { passed: numPassedTests, failed: code !== 0 && failed === 0 ? 1 : failed, skipped: numPendingTests + numTodoTests };
}

/** Settings of spanmeter in the caller's environment would change what the tests see. */
function withoutOurs() {
  return Object.fromEntries(
    Object.keys(process.env)
      .filter((name) => /^SPANMETER/.test(name))
      .map((name) => [name, undefined]),
  );
}
