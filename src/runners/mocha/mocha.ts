/** What is used of Mocha: the parts that versions 10 to 12 have in common. Mocha brings no types of its own. */

export interface Runnable {
  readonly title: string;
  readonly type: 'test' | 'hook';
  readonly fn?: unknown;
  readonly file?: string;
  readonly parent?: Suite;
  /** Milliseconds: set once, when Mocha takes the runnable for ended, whichever way that came about. */
  duration?: number;
}

export interface Test extends Runnable {
  readonly type: 'test';
  currentRetry(): number;
  /** The try before this one. */
  retriedTest(): Test | undefined;
}

export interface Hook extends Runnable {
  readonly type: 'hook';
}

export interface Suite {
  readonly title: string;
  readonly root: boolean;
  readonly file?: string;
  readonly parent?: Suite;
  readonly tests: readonly Test[];
  readonly suites: readonly Suite[];
  readonly _beforeAll: readonly Hook[];
  readonly _beforeEach: readonly Hook[];
  readonly _afterEach: readonly Hook[];
  readonly _afterAll: readonly Hook[];
  isPending(): boolean;
  on(event: 'pre-require', listener: (context: Readonly<Record<string, unknown>>, file: string) => void): void;
  on(event: 'post-require', listener: () => void): void;
  once(event: 'run', listener: () => void): void;
}

export interface MochaOptions {
  readonly isWorker?: boolean;
  readonly passOnFailingTestSuite?: boolean;
  readonly posixExitCodes?: boolean;
}

/** What `run` of a runner calls when all is over. */
export type Done = (failures: number) => void;
export interface HowToRun {
  readonly options?: MochaOptions;
}

export interface RunnerEvents {
  suite: (suite: Suite) => void;
  'suite end': (suite: Suite) => void;
  test: (test: Test) => void;
  pass: (test: Test) => void;
  fail: (failed: Runnable) => void;
  pending: (test: Test) => void;
  retry: (test: Test) => void;
  end: () => void;
}

export interface Runner {
  readonly suite: Suite;
  /** Tests that will be run or skipped, as far as they are defined. */
  readonly total: number;
  readonly _opts?: { readonly delay?: boolean; readonly dryRun?: boolean };
  /** The test whose hooks or body run. */
  readonly test?: Test;
  readonly currentRunnable?: Runnable;
  isParallelMode(): boolean;
  on<Name extends keyof RunnerEvents>(event: Name, listener: RunnerEvents[Name]): void;
  run(done?: Done, how?: HowToRun): Runner;
  runAsync(how?: HowToRun): Promise<number>;
  runSuite(suite: Suite, done: () => void): void;
}

interface Class<Instance> {
  readonly prototype: Instance;
}

export interface Mocha extends Class<{ readonly suite: Suite; readonly version: string; ui: (...args: unknown[]) => unknown }> {
  readonly Runner: Class<Runner>;
  readonly Runnable: Class<Runnable>;
  readonly Suite: Class<{ beforeAll: (this: Suite, ...args: unknown[]) => unknown }>;
  readonly Context: Class<{ runnable: (runnable?: Runnable) => unknown }>;
}
