/** What is used of Playwright Test, in its workers and in its main process. */

export interface Annotation {
  readonly type: string;
  readonly description?: string | undefined;
}

export type TestStatus = 'passed' | 'failed' | 'timedOut' | 'skipped' | 'interrupted';

/** What runs within the time limit of a test: its body has neither a fixture nor a time slot of its own. */
export interface Runnable {
  readonly type: string;
  readonly fixture?: unknown;
  readonly slot?: unknown;
}
export type RunWithTimeout = (runnable: Runnable, work: () => unknown) => Promise<unknown>;

/** In a worker: one try of one test. */
export interface TestInfo {
  readonly title: string;
  /** The file, the suites, the title. */
  readonly titlePath: readonly string[];
  /** Absolute. */
  readonly file: string;
  readonly retry: number;
  readonly repeatEachIndex: number;
  readonly status?: TestStatus | undefined;
  readonly expectedStatus: TestStatus;
  readonly annotations: readonly Annotation[];
  readonly project: { readonly name: string };
  /** Not documented. All that is run for a test goes through it: hooks, fixtures, the body. */
  _runWithTimeout?: RunWithTimeout;
}

export type Fixture = (needs: object, use: (value: undefined) => Promise<void>, info: TestInfo) => Promise<void>;

/** In the main process: a test of one project. */
export interface TestCase {
  readonly title: string;
  readonly location: { readonly file: string };
  readonly repeatEachIndex: number;
  readonly expectedStatus: TestStatus;
  readonly annotations: readonly Annotation[];
  readonly results: readonly TestResult[];
  /** An empty title, the project, the file, the suites, the title. */
  titlePath(): string[];
}

export interface TestResult {
  readonly retry: number;
  readonly status: TestStatus;
  readonly annotations?: readonly Annotation[];
}

export interface RootSuite {
  allTests(): TestCase[];
}
