/**
 * `reporters: ['default', 'spanmeter/jest/reporter']`: the owner side in Jest's main process. Opens a session for each run, puts
 * our test runner before jest-circus, closes the session and prints the summary.
 */
import { join } from 'node:path';
import { anchored } from '../../collector/anchor.js';
import type { Options } from '../../session/options/index.js';
import { isSwitchedOff } from '../../model/switch.js';
import type { Run } from '../run.js';
import { say } from '../say.js';
import { circusVersion, findCircus, isCircus } from './find-circus.js';
import type { GlobalConfig, ProjectConfig } from './jest.js';
import { unsupported } from './version.js';

const RUNNER = join(__dirname, 'runner.js');
/** Of any copy. */
const OURS = /[\\/]dist[\\/]runners[\\/]jest[\\/]runner\.js$/;

/** In this process, for all copies of the package: one reporter is enough. */
function owner(): { isBusy: boolean } {
  return anchored('jest', () => ({ isBusy: false }));
}

interface Context {
  config: ProjectConfig;
}

interface Results {
  readonly numTotalTestSuites: number;
  readonly numFailedTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly snapshot: { readonly failure: boolean };
  readonly runExecError?: unknown;
}

class SpanmeterReporter {
  readonly #config: GlobalConfig;
  readonly #options: Partial<Options>;
  readonly #attached = new Set<Context>();
  /** Other test runners that the user was told of. */
  readonly #others = new Set<string>();
  /** Printed when Jest's own report is complete: that comes from a reporter after ours. */
  #summary = '';
  #circus = '';
  #run: Run | undefined;

  /** @param options see the options' reference. What `spanmeter run` was told on its command line goes before them. */
  constructor(config: GlobalConfig, options: Partial<Options> = {}) {
    this.#config = config;
    this.#options = options;
  }

  async onRunStart({ numTotalTestSuites }: Results): Promise<void> {
    if (isSwitchedOff(process.env) || numTotalTestSuites === 0 || owner().isBusy) return;
    const version = this.#findJest();
    if (version === undefined) return;
    owner().isBusy = true;
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { Run } = require('../run.js') as typeof import('../run.js');
    this.#run = await Run.begin(this.#options, { name: 'jest', version });
  }

  /** Jest is about to hand a file on, with the configuration that we find here. */
  onTestFileStart({ context }: { readonly context: Context }): void {
    if (this.#run?.isRecording !== true || this.#attached.has(context)) return;
    this.#attached.add(context);
    const { testRunner } = context.config;
    if (isCircus(testRunner)) this.#attachTo(context, RUNNER);
    else if (OURS.test(testRunner)) this.#attachTo(context, testRunner);
    else if (!this.#others.has(testRunner)) {
      this.#others.add(testRunner);
      say(`tests are not measured where the testRunner is not jest-circus but ${testRunner}`);
    }
  }

  async onRunComplete(_: unknown, results: Results): Promise<void> {
    const run = this.#run;
    this.#run = undefined;
    if (run === undefined) return;
    owner().isBusy = false;
    const failed =
      results.numFailedTests > 0 || results.numRuntimeErrorTestSuites > 0 || results.snapshot.failure || Boolean(results.runExecError);
    const exitCode = this.#exitCode(failed);
    await run.end({ failed, ...(exitCode !== undefined && { exitCode }), print: (text) => (this.#summary += text) });
    if (this.#endsAtOnce(results)) this.#print();
  }

  /** Jest asks for it when all reporters have said what they have to say. */
  getLastError(): undefined {
    this.#print();
    return undefined;
  }

  #print(): void {
    if (this.#summary !== '') process.stderr.write(this.#summary);
    this.#summary = '';
  }

  /** Where Jest bails out it asks nobody any more, and lets nobody write. */
  #endsAtOnce({ numFailedTests, runExecError }: Results): boolean {
    const { bail = 0 } = this.#config;
    return (bail > 0 && numFailedTests >= bail) || Boolean(runExecError);
  }

  #findJest(): string | undefined {
    try {
      this.#circus = findCircus([this.#config.rootDir, process.cwd()]) ?? '';
      if (this.#circus === '') throw new Error('there is no jest-circus');
      const version = circusVersion(this.#circus);
      const refusal = unsupported(version);
      if (refusal === undefined) return version;
      say(refusal);
    } catch (thrown) {
      say(`no test is measured: ${String(thrown)}`);
    }
    return undefined;
  }

  /** Configurations are frozen. */
  #attachTo(context: Context, testRunner: string): void {
    context.config = Object.freeze({ ...context.config, testRunner, spanmeterCircus: this.#circus });
  }

  /** Not known while something that comes later can still turn a success into a failure; and watching ends by other means. */
  #exitCode(failed: boolean): number | undefined {
    const { watch, watchAll, collectCoverage, globalTeardown, testFailureExitCode = 1 } = this.#config;
    if (watch === true || watchAll === true) return undefined;
    if (failed) return testFailureExitCode;
    return collectCoverage === true || typeof globalTeardown === 'string' ? undefined : 0;
  }
}

export = SpanmeterReporter;
