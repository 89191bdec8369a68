/** Follows one run of Mocha through its suites, tests and hooks: they come one after the other. */
import type { Status } from '../../model/records.js';
import type { OpenSpan, Recorder } from '../../recorder/index.js';
import { Attempt, FIRST_TRY, type TryNumber } from '../attempt.js';
import { Containers } from './containers.js';
import type { Definitions } from './definitions.js';
import { Items } from './items.js';
import type { Hook, Runnable, Runner, Suite, Test } from './mocha.js';

/** What a recorder writes down of a run. */
export interface Writing {
  readonly recorder: Recorder;
  /** The folder that files are named from. */
  readonly root: string;
}

export class RunWatch {
  readonly #runner: Runner;
  #items: Items | undefined;
  #recorder: Recorder | undefined;
  #containers: Containers | undefined;
  #wantsTests = false;
  #wantsHooks = false;
  readonly #attempts = new Map<Test, Attempt>();
  /** The hooks' last spans. */
  readonly #hooks = new Map<Hook, OpenSpan>();
  /** What hooks before the body of the next test said about it. */
  #early: unknown[] = [];

  constructor(runner: Runner, definitions: Definitions) {
    this.#runner = runner;
    const nameAll = (): void => {
      this.#items = new Items(runner.suite, definitions);
    };
    // With --delay the suites are all there when the root suite is told to run. We hear of it before Mocha does.
    if (runner._opts?.delay === true) runner.suite.once('run', nameAll);
    else nameAll();
  }

  /** Before the first suite. */
  start({ recorder, root }: Writing): void {
    this.#recorder = recorder;
    this.#containers = new Containers(recorder, root);
    this.#wantsTests = recorder.wants('test');
    this.#wantsHooks = recorder.wants('hook');
  }

  /** The last thing before its body. */
  begin(runnable: Runnable): void {
    if (this.#recorder === undefined) return;
    // It is seen when it is set, which it is not where an earlier run of the same object has left one.
    if (Object.hasOwn(runnable, 'duration')) delete runnable.duration;
    this.#recorder.nesting.leave();
    if (isTest(runnable)) this.#beginTest(runnable);
    else if (this.#wantsHooks) this.#beginHook(runnable as Hook, this.#recorder);
  }

  #beginTest(test: Test): void {
    const attempt = this.#attempt(test);
    if (attempt === undefined) return;
    attempt.begin(this.#containers!.innermost);
    for (const given of this.#early.splice(0)) attempt.mark(given);
  }

  #beginHook(hook: Hook, recorder: Recorder): void {
    const item = this.#items?.of(hook);
    if (item === undefined || item === null) return;
    // One for each test has the number of the test's try.
    const { test } = this.#runner;
    const tried = test !== undefined && this.#isEach(hook) ? tryOf(test) : FIRST_TRY;
    this.#hooks.set(hook, recorder.open(item, { ...tried, parent: this.#containers!.innermost }));
  }

  /** The first thing after it. Whether it failed is told right afterwards. */
  end(runnable: Runnable): void {
    if (isTest(runnable)) this.#attempts.get(runnable)?.end('passed');
    else {
      const hook = this.#hooks.get(runnable as Hook);
      if (hook !== undefined) this.#recorder?.close(hook, 'passed');
    }
  }

  enterSuite(suite: Suite): void {
    if (this.#containers === undefined || this.#items === undefined) return;
    if (suite.root) {
      const { files } = this.#items;
      // Where there is but one, the hooks outside of suites are its own.
      if (files.length === 1) this.#containers.enterFile(files[0]!);
      return;
    }
    if (suite.parent?.root === true) this.#containers.enterFile(suite.file ?? '');
    this.#containers.enterSuite(this.#items.of(suite), suite.isPending());
  }

  leaveSuite(suite: Suite): void {
    if (!suite.root) this.#containers?.leaveSuite();
  }

  /** Before its hooks, or instead of them. */
  enterTest(test: Test): void {
    this.#early = [];
    if (test.parent?.root === true) this.#containers?.enterFile(test.file ?? '');
  }

  settle(test: Test, status: Status): void {
    this.#containers?.count(status);
    (this.#attempts.get(test) ?? this.#attempt(test))?.settle(status);
  }

  /** What comes after it, comes to it too: a done that is called twice, an error that nobody caught. */
  fail(runnable: Runnable): void {
    if (isTest(runnable)) {
      this.settle(runnable, 'failed');
      return;
    }
    this.#containers?.count('failed');
    const hook = this.#hooks.get(runnable as Hook);
    if (hook === undefined) return;
    if (hook.isOpen) this.#recorder?.close(hook, 'failed');
    else this.#recorder?.amend(hook, 'failed');
  }

  /** A try that will be followed by another one: nothing has failed yet. */
  retry(test: Test): void {
    this.#attempts.get(test)?.settle('failed');
  }

  /** @returns false when no test and no hook is running */
  mark(given: unknown): boolean {
    const { currentRunnable, test } = this.#runner;
    if (currentRunnable === undefined) return false;
    const marked = isTest(currentRunnable) ? currentRunnable : this.#isEach(currentRunnable as Hook) ? test : undefined;
    const attempt = marked && this.#attempts.get(marked);
    if (attempt !== undefined) attempt.mark(given);
    else if (marked !== undefined) this.#early.push(given);
    return true;
  }

  /** All is over, or nothing more will be heard. */
  finish(): void {
    this.#containers?.leaveAll();
    this.#recorder = undefined;
  }

  /** A new one. @returns undefined for a test that is not to be recorded */
  #attempt(test: Test): Attempt | undefined {
    const recorder = this.#recorder;
    const item = this.#wantsTests ? this.#items?.of(test) : undefined;
    if (recorder === undefined || item === undefined || item === null || !recorder.picks(item)) return undefined;
    const attempt = new Attempt(recorder, item, tryOf(test));
    this.#attempts.set(test, attempt);
    return attempt;
  }

  #isEach(hook: Hook): boolean {
    return this.#items?.of(hook)?.name.endsWith('Each') === true;
  }
}

function isTest(runnable: Runnable): runnable is Test {
  return runnable.type === 'test';
}

function tryOf(test: Test): TryNumber {
  const retry = test.currentRetry();
  return retry <= 0 ? FIRST_TRY : { retry, repeat: 0 };
}
