/**
 * Follows the tests of this process from what the runner does with them. It looks its own methods up: `runInAsyncScope` just
 * before a body, `pass` or `fail` just after it, `getReportDetails` when nothing can change the outcome any more.
 */
import { AsyncResource } from 'node:async_hooks';
import type { Recorder } from '../../recorder/index.js';
import type { Attempt } from '../attempt.js';
import { Attempts } from './attempts.js';
import { Files } from './files.js';
import { Hooks } from './hooks.js';
import { Identities } from './identities.js';
import { between, bodyStatus, finalStatus, hasEnded, isHook, isSuite, onRead, type InternalTest, type Method } from './internals.js';
import { Marks } from './marks.js';

export interface Setting {
  /** Of the session. */
  readonly root: string;
  /** The file that this process was started with. */
  readonly main: string;
  /** The runner's root, where several files are run in this process. */
  readonly testRoot?: InternalTest | undefined;
}

/** What the owner of a session in this process wants to know. */
export interface Listener {
  /** The runner has done all that it will. */
  ended(): void;
  /** The runner will end the process as soon as this has settled. Absent: it leaves that to the event loop. */
  readonly beforeForcedExit?: (() => Promise<void>) | undefined;
}

export class Watch {
  readonly files: Files;
  readonly marks: Marks;
  readonly #identities: Identities;
  readonly #attempts: Attempts;
  readonly #hooks: Hooks | undefined;
  readonly #hasFiles: boolean;
  #isUnderway = false;
  #beforeForcedExit: Listener['beforeForcedExit'];
  readonly #begin: (this: InternalTest) => Attempt | undefined;

  constructor(recorder: Recorder, { root, main, testRoot }: Setting) {
    this.files = new Files(recorder, root);
    this.#hasFiles = testRoot !== undefined;
    this.#identities = new Identities(main, this.#hasFiles);
    const attempts = new Attempts(recorder, this.#identities, this.files);
    this.#attempts = attempts;
    this.#hooks = recorder.wants('hook') ? new Hooks(recorder, this.#identities, attempts) : undefined;
    this.marks = new Marks(attempts, this.#identities, testRoot);
    // One function for all tests, each of which is its `this`.
    this.#begin = function () {
      return attempts.begin(this);
    };
  }

  /** Whether a test of this process is still to come or running. */
  get isUnderway(): boolean {
    return this.#isUnderway;
  }

  follow(prototype: object, { ended, beforeForcedExit }: Listener): void {
    this.#isUnderway = true;
    this.#beforeForcedExit = beforeForcedExit;
    onRead(prototype, 'runInAsyncScope', (test) => this.#enter(test));
    onRead(prototype, 'runHook', (test) => this.#beginHooks(test));
    if (this.#hooks !== undefined) onRead(prototype, 'createHook', (test) => this.#hooks?.expect(test));
    onRead(prototype, 'pass', (test) => this.#decided(test, false));
    onRead(prototype, 'fail', (test) => this.#decided(test, true));
    onRead(prototype, 'getReportDetails', (test) => this.#settle(test));
    onRead(prototype, 'postRun', (test) => {
      if (test.parent !== null || isHook(test)) return undefined;
      this.#endAll(test);
      ended();
      return undefined;
    });
  }

  /** Just before a body. @returns what is called in the place of `runInAsyncScope` */
  #enter(test: InternalTest): Method | undefined {
    if (isHook(test)) {
      this.marks.endDefinitions();
      return this.#hooks?.around(test, inherited());
    }
    if (test.parent === null) return this.#aroundRoot();
    if (isSuite(test)) {
      this.#identities.keepMarkers(test);
      return undefined;
    }
    this.marks.endDefinitions();
    this.files.enter(this.#identities.fileOf(test));
    const runs = !test.skipped && test.isTodo !== true && test.passedAttempt === undefined;
    return runs && this.#attempts.of(test) !== undefined ? between(test, this.#begin, inherited(), endBody) : undefined;
  }

  /** The root's body comes after all tests, and does nothing. */
  #aroundRoot(): Method | undefined {
    const settle = this.#beforeForcedExit;
    if (settle === undefined) return undefined;
    const endAll = (root: InternalTest): void => this.#endAll(root);
    return async function (...args) {
      await inherited().apply(this, args);
      endAll(this);
      await settle();
    };
  }

  /** A body that goes on has ended: a promise, a callback, tests inside. */
  #decided(test: InternalTest, failed: boolean): undefined {
    if (isHook(test)) this.#hooks?.settle(test, failed);
    else if (!isSuite(test)) this.#attempts.known(test)?.end(bodyStatus(test, failed));
  }

  /** A suite begins with its first hook: the runner asks for them also where there are none. */
  #beginHooks(test: InternalTest): undefined {
    this.#hooks?.noteOwner(test);
    if (!isSuite(test) || test.skipped || test.finished) return undefined;
    this.files.enter(this.#identities.fileOf(test));
    this.#attempts.begin(test);
  }

  #settle(test: InternalTest): undefined {
    const status = finalStatus(test);
    if (status === 'failed' && test.parent?.parent === null) this.files.fail();
    this.#attempts.of(test)?.settle(status);
  }

  /** What has not ended by then never will: the runner cancels it. */
  #endAll(root: InternalTest): void {
    const visit = (test: InternalTest): void => {
      if (test.finished) return;
      test.subtests.forEach(visit);
      const attempt = this.#attempts.known(test);
      if (attempt?.span?.isOpen === true) attempt.end('failed');
    };
    visit(root);
    // Of several files, those before the last one have had their say.
    const isLeft = root.subtests.some((test) => !test.finished && finalStatus(test) === 'failed');
    const hasFailed = !this.#hasFiles && Number(process.exitCode ?? 0) !== 0;
    if (isLeft || hasFailed || root.error !== null) this.files.fail();
    this.#isUnderway = false;
    this.files.end();
  }
}

/** Waiting for a promise beside the runner would take its frames from the stack of what that rejects with. */
function endBody(this: InternalTest, attempt: Attempt, threw: boolean, result: unknown): void {
  if (hasEnded(this, threw, result)) attempt.end(bodyStatus(this, threw));
}

/** What the runner means to call; tools that trace may have put their own there. */
function inherited(): Method {
  return AsyncResource.prototype.runInAsyncScope as unknown as Method;
}
