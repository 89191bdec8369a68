/** The owner side: a session for each run of the tests, where none was handed over to this process. */
import { setImmediate } from 'node:timers';
import { HAND_OVER_VARIABLE } from '../../recorder/index.js';
import { Run } from '../run.js';

export class Owner {
  #run: Run | undefined;

  /** Ready when it returns: the first test, or the first process for a file, is about to begin. */
  begin(): void {
    if (this.#run === undefined && process.env[HAND_OVER_VARIABLE] === undefined)
      this.#run = Run.beginNow({}, { name: 'node:test', version: process.versions.node, stays: true });
  }

  /** The run's own reports are still to be written, and its exit code to be decided. */
  endLater(): void {
    setImmediate(() => {
      if (isWatching()) void this.end();
      else process.once('beforeExit', () => void this.end());
    });
  }

  /** Never rejects. Again, it does nothing. */
  async end(): Promise<void> {
    const run = this.#run;
    // A file that changes meanwhile begins another one.
    this.#run = undefined;
    const exitCode = Number(process.exitCode ?? 0);
    // A runner that watches goes on, and keeps the code of the first run that failed.
    await run?.end({ failed: exitCode !== 0, ...(!isWatching() && { exitCode }) });
  }

  /** For a runner that ends the process itself. */
  get beforeForcedExit(): (() => Promise<void>) | undefined {
    return this.#run !== undefined && process.execArgv.includes('--test-force-exit') ? () => this.end() : undefined;
  }
}

function isWatching(): boolean {
  return process.execArgv.includes('--watch');
}
