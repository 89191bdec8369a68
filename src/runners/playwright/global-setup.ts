/** Opens the session before there are workers: Playwright waits for a global setup, but for no reporter. */
import { held, runBegun } from './held.js';

interface FullConfig {
  readonly version?: string;
}

export default async function globalSetup({ version }: FullConfig): Promise<() => Promise<void>> {
  await runBegun(version);
  return async () => {
    // Where somebody else has the reporter's place, the run ends here, with what is known by then.
    if (held.hasReporter !== true) await (await held.run)?.end({ failed: Boolean(process.exitCode) });
  };
}
