/** A worker's one way to tell the user about trouble of ours: a line on standard error, once a process for each text. */
import { writeSync } from 'node:fs';

const said = new Set<string>();

export function warn(message: string): void {
  if (said.has(message)) return;
  said.add(message);
  try {
    // Not console.error: runners attribute that to the test that happens to run.
    writeSync(2, `spanmeter: ${message}\n`);
  } catch {
    // Standard error is closed or full: there is nobody to tell.
  }
}
