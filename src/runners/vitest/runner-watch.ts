/** Follows one runner of Vitest through its files, one after the other: each from its import to the end of its last hook. */
import type { RunnerTask, RunnerTestCase, RunnerTestFile, RunnerTestSuite } from 'vitest';
import type { ItemInput, OpenSpan, Recorder } from '../../recorder/index.js';
import { Attempts } from './attempts.js';
import { fileItem, itemsOf } from './identities.js';
import { precede } from './precede.js';
import { finalStatus } from './status.js';
import type { Runner, Vitals } from './worker.js';

export class RunnerWatch {
  readonly #vitals: Vitals;
  readonly #recorder: Recorder;
  readonly #root: string;
  readonly #project: string;
  readonly #attempts: Attempts;
  #file: OpenSpan | undefined;
  readonly #suites = new Map<RunnerTask, OpenSpan>();
  readonly #items = new Map<RunnerTask, ItemInput>();

  constructor(runner: Runner, vitals: Vitals, recorder: Recorder, root: string) {
    this.#vitals = vitals;
    this.#recorder = recorder;
    this.#root = root;
    this.#project = runner.config.name ?? '';
    this.#attempts = new Attempts(recorder, (test) => this.#parentOf(test));
    this.#wrap(runner);
  }

  /** Called after the setup files, just before the file is imported. */
  beginFile(path: string): void {
    this.#attempts.clear();
    this.#suites.clear();
    this.#items.clear();
    this.#file = undefined;
    if (!this.#recorder.wants('file')) return;
    this.#file = this.#recorder.open(fileItem(path, this.#project, this.#root), { parent: null });
  }

  #wrap(runner: Runner): void {
    precede(runner, 'onBeforeRunSuite', (suite) => (isFile(suite) ? this.#nameAll(suite) : this.#beginSuite(suite)));
    precede(runner, 'onBeforeTryTask', (test, how) => {
      const item = this.#items.get(test);
      if (item !== undefined) this.#attempts.beginTry(test, item, how);
    });
    precede(runner, 'onAfterRetryTask', (test) => this.#attempts.endTry(test));
    precede(runner, 'onAfterRunSuite', (suite) => {
      const span = this.#suites.get(suite);
      if (span !== undefined) this.#recorder.close(span, finalStatus(suite) ?? 'interrupted');
    });
    precede(runner, 'onAfterRunFiles', (files) => files.forEach((file) => this.#endFile(file)));
  }

  /** What is known to be skipped is noted at once: a worker that dies later has told it. */
  #nameAll(file: RunnerTestFile): void {
    const kinds = { test: this.#recorder.wants('test'), suite: this.#recorder.wants('suite') };
    for (const [task, item] of itemsOf(file)) {
      if (!kinds[task.type] || (task.type === 'test' && !this.#recorder.picks(item))) continue;
      if (finalStatus(task) === 'skipped') {
        this.#recorder.note(item, 'skipped');
        continue;
      }
      this.#items.set(task, item);
      if (task.type === 'test') this.#watchBody(task);
    }
  }

  #watchBody(test: RunnerTestCase): void {
    const { getFn, setFn } = this.#vitals;
    const body = getFn(test);
    if (body !== undefined) setFn(test, this.#attempts.around(test, body));
  }

  #beginSuite(suite: RunnerTestSuite): void {
    const item = this.#items.get(suite);
    if (item === undefined || suite.result?.state === 'fail') return;
    this.#suites.set(suite, this.#recorder.open(item, { parent: this.#parentOf(suite) }));
  }

  #endFile(file: RunnerTestFile): void {
    if (this.#file !== undefined) this.#recorder.close(this.#file, finalStatus(file) ?? 'interrupted');
    for (const [task, item] of this.#items) {
      if (task.type === 'test') this.#attempts.settle(task, item);
      else this.#settleSuite(task, item);
    }
  }

  #settleSuite(suite: RunnerTask, item: ItemInput): void {
    const span = this.#suites.get(suite);
    const status = finalStatus(suite);
    if (span !== undefined) this.#recorder.close(span, status ?? 'interrupted');
    else if (status !== undefined) this.#recorder.note(item, status);
  }

  /** Given explicitly, so that tests that run at the same time count as overlapping. */
  #parentOf(task: RunnerTask): OpenSpan | null {
    for (let suite = task.suite; suite !== undefined; suite = suite.suite) {
      const span = this.#suites.get(suite);
      if (span !== undefined) return span;
    }
    return this.#file ?? null;
  }
}

function isFile(suite: RunnerTestSuite): suite is RunnerTestFile {
  return 'filepath' in suite;
}
