/**
 * The worker side. Vitest makes a runner before setup files run, and keeps some of its methods as they were then: so the
 * prototype only tells when a file begins, and that runner itself is wrapped.
 */
import type { BenchmarkRunner, RunnerTestCase, RunnerTestFile, RunnerTestSuite, TestRunner } from 'vitest';
import { HAND_OVER_VARIABLE, decodeHandOver, recorder, warn } from '../../recorder/index.js';
import type { BenchmarkWatch } from './benchmarks.js';
import { RunnerWatch } from './runner-watch.js';

/** What belongs to the context that tests run in: one a file in pools with vm contexts. */
export interface Vitals {
  /** The hand-over of the session that this run belongs to. */
  readonly session: string;
  /** Of Vitest's runner. */
  readonly prototype: Pick<TestRunner, 'importFile'>;
  /** Of the runner of `vitest bench`; absent in Vitest 5, which has none. */
  readonly benchmarks?: Pick<BenchmarkRunner, 'importFile'>;
  /** The function of a test, with its fixtures and timeout, without its hooks. */
  readonly getFn: (test: RunnerTestCase) => Body | undefined;
  readonly setFn: (test: RunnerTestCase, body: Body) => void;
  readonly getHooks: (suite: RunnerTestSuite) => SuiteHooks | undefined;
}
export type Body = () => unknown;
/** As registered: with its fixtures and timeout. */
export type Hook = (...args: unknown[]) => unknown;
export type SuiteHooks = Readonly<Record<'beforeAll' | 'afterAll' | 'beforeEach' | 'afterEach', Hook[]>>;

/** The methods that are wrapped, with the arguments that Vitest gives them (its own class takes fewer, or has none). */
export interface Methods {
  onBeforeTryTask: (test: RunnerTestCase, how: Try) => unknown;
  onAfterRetryTask: (test: RunnerTestCase, how: Try) => unknown;
  onBeforeRunSuite: (suite: RunnerTestSuite) => unknown;
  onAfterRunSuite: (suite: RunnerTestSuite) => unknown;
  onAfterRunFiles: (files: readonly RunnerTestFile[]) => unknown;
}

export interface Runner extends Methods {
  readonly config: { readonly name?: string | undefined };
}

/** Retries and repetitions before this try. */
export interface Try {
  readonly retry: number;
  readonly repeats: number;
}

const WATCHED = Symbol.for('spanmeter.vitest.watched');

export function watch(vitals: Vitals): void {
  process.env[HAND_OVER_VARIABLE] = vitals.session;
  const writer = recorder();
  if (writer === undefined) return;
  const root = decodeHandOver(process.env[HAND_OVER_VARIABLE])?.root ?? process.cwd();
  watchFiles(vitals.prototype, (runner) => new RunnerWatch(runner as Runner, vitals, writer, root));
  if (vitals.benchmarks === undefined) return;
  watchFiles(vitals.benchmarks, (runner) => {
    // A run has either tests or benchmarks.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { BenchmarkWatch } = require('./benchmarks.js') as typeof import('./benchmarks.js');
    return new BenchmarkWatch(runner as BenchRunner, writer, root);
  });
}

type BenchRunner = ConstructorParameters<typeof BenchmarkWatch>[0];

interface FileWatch {
  beginFile(path: string): void;
}

interface Importer {
  importFile(path: string, source: 'collect' | 'setup'): unknown;
}

/** Tells the watch of each runner when one of its files begins: just before its import. */
function watchFiles(prototype: Importer, makeWatch: (runner: object) => FileWatch): void {
  if (WATCHED in prototype) return;
  Object.defineProperty(prototype, WATCHED, { value: true });
  const watches = new WeakMap<object, FileWatch>();
  const { importFile } = prototype;
  prototype.importFile = function (path, source) {
    if (source === 'collect') beginFile(this, path);
    return importFile.call(this, path, source);
  };

  function beginFile(runner: object, path: string): void {
    try {
      const known = watches.get(runner) ?? makeWatch(runner);
      watches.set(runner, known);
      known.beginFile(path);
    } catch (thrown) {
      warn(`a file could not be measured: ${String(thrown)}`);
    }
  }
}
