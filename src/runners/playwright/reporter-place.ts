/** Playwright loads one more reporter from this variable, whatever configuration and command line say. */
import { join } from 'node:path';

const REPORTER_VARIABLE = 'PW_TEST_REPORTER';

/** Tests and the processes that they start don't see it. */
export function leavePlace(): void {
  if (isOurReporter(process.env[REPORTER_VARIABLE])) delete process.env.PW_TEST_REPORTER;
}

/** @returns false where somebody else (an editor) has the place */
export function placeReporter(): boolean {
  const present = process.env[REPORTER_VARIABLE];
  if (present !== undefined && present !== '') return isOurReporter(present);
  process.env[REPORTER_VARIABLE] = join(__dirname, 'reporter.js');
  return true;
}

/** Of any copy of spanmeter. */
function isOurReporter(path: string | undefined): boolean {
  return path !== undefined && /[\\/]runners[\\/]playwright[\\/]reporter\.js$/.test(path);
}
