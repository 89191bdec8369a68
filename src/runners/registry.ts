/**
 * The runners that `spanmeter run` attaches to by itself: one row each. Every node process below `run` reads this table at its
 * start, so it imports nothing.
 */

export interface RunnerRow {
  readonly name: string;
  /** Fits the script (links resolved, with `/`) that is the runner's main process. */
  readonly main: RegExp;
  /** The file beside this one that exports `attach(script)`. Loaded only when `main` fits. */
  readonly module: string;
}

export const RUNNERS: readonly RunnerRow[] = [
  { name: 'vitest', main: /\/vitest\/(?:vitest\.mjs|dist\/cli\.js)$/, module: './vitest/attach.js' },
  {
    name: 'mocha',
    // With options of node, and for the files of --parallel, Mocha starts processes of its own.
    main: /\/(?:bin\/_?mocha(?:\.js)?|mocha\/lib\/cli\/cli\.js|mocha\/lib\/nodejs\/worker\.c?js)$/,
    module: './mocha/attach.js',
  },
  { name: 'jest', main: /\/jest(?:-cli)?\/bin\/jest\.js$/, module: './jest/attach.js' },
  {
    name: 'playwright',
    main: /\/@?playwright\/(?:test\/)?(?:cli|lib\/common\/process|lib\/worker\/workerProcessEntry)\.js$/,
    module: './playwright/attach.js',
  },
];

/** Has no script: it is a part of node. `attach.ts` tells it by a flag, or by what the runner does first. */
export const NODE_TEST = { name: 'node:test', module: './node-test/attach.js' } as const;

/** The last parts of the paths above, without their links: what tells in no time that a process is not of interest. */
export const MAYBE_A_RUNNER =
  /(?:vitest(?:\.mjs|\.js|\.cmd)?|mocha(?:\.js|\.cmd)?|jest(?:\.js|\.cmd)?|cli\.js|worker\.c?js|playwright|process\.js|workerProcessEntry\.js)$/;
