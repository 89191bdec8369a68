/** What we use of Jest and jest-circus, which come from the user's project: their own types may not be there. */

/** The function of a test or hook. One that takes an argument gets the callback that ends it. */
export type Body = (this: unknown, ...args: unknown[]) => unknown;

export interface Block {
  readonly type: 'describeBlock';
  readonly name: string;
  readonly mode?: Mode;
  readonly parent?: Block;
  readonly children: readonly (Block | Test)[];
  readonly hooks: readonly Hook[];
}

export interface Test {
  readonly type: 'test';
  readonly name: string;
  readonly mode?: Mode;
  readonly parent: Block;
  readonly failing?: boolean;
  fn: Body;
  /** How often it was started, also to be skipped. */
  readonly invocations: number;
  readonly errors: readonly unknown[];
  readonly status?: 'skip' | 'todo' | 'done' | null;
}

export interface Hook {
  readonly type: 'beforeAll' | 'beforeEach' | 'afterEach' | 'afterAll';
  readonly parent: Block;
  fn: Body;
}

export type Mode = 'skip' | 'only' | 'todo' | undefined;

export interface State {
  readonly rootDescribeBlock: Block;
  /** While files are evaluated. */
  readonly currentDescribeBlock: Block;
  readonly currentlyRunningTest: Test | null;
  readonly hasStarted: boolean;
  readonly hasFocusedTests: boolean;
  /** What happened outside of tests. */
  readonly unhandledErrors: readonly unknown[];
  readonly testNamePattern?: RegExp | null;
}

/** `test` and what hangs on it: `only`, `skip`, `concurrent`, `failing`, each with an `each`. */
export type TestWord = Body & { each?: Body };

export type Event =
  | { readonly name: 'setup'; readonly runtimeGlobals?: { readonly test?: TestWord } }
  | { readonly name: 'add_test'; readonly fn: Body }
  | { readonly name: 'run_start' | 'run_finish' | 'teardown' }
  | { readonly name: 'run_describe_start' | 'run_describe_finish'; readonly describeBlock: Block }
  | { readonly name: 'hook_success' | 'hook_failure'; readonly hook: Hook }
  | TestEvent;

export interface TestEvent {
  readonly name: 'test_skip' | 'test_todo' | 'test_fn_success' | 'test_fn_failure' | 'test_done' | 'test_retry';
  readonly test: Test;
}

export interface Environment {
  /** Gets an event and the state. */
  handleTestEvent?: Body;
  teardown: Body;
}

export interface GlobalConfig {
  readonly rootDir: string;
  readonly reporters?: readonly (readonly [string, object])[];
  readonly collectCoverage?: boolean;
  readonly globalTeardown?: string | null;
  readonly testFailureExitCode?: number;
  /** Failed tests after which a run ends; 0: it does not. */
  readonly bail?: number;
  readonly listTests?: boolean;
  readonly watch?: boolean;
  readonly watchAll?: boolean;
}

export interface ProjectConfig {
  readonly rootDir: string;
  readonly testRunner: string;
  readonly displayName?: { readonly name: string } | string;
  /** Added by our reporter: the jest-circus that this Jest uses. */
  readonly spanmeterCircus?: string;
}

/** Counts, titles, messages: not of interest here. */
export type FileResult = object;

/** What Jest gives a test runner for each file. */
export type FileArguments = [
  globalConfig: GlobalConfig,
  config: ProjectConfig,
  environment: Environment,
  runtime: unknown,
  testPath: string,
  ...more: unknown[],
];

export type TestRunner = (...args: FileArguments) => Promise<FileResult>;
