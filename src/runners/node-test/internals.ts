/**
 * What Node keeps of a test, as far as we read it: the same in Node 20 to 26, where not marked. Nothing of it is public, but all
 * of it decides what the runner's own reports say.
 */
import { AsyncResource } from 'node:async_hooks';
import type { Status } from '../../model/records.js';
import { collector } from '../../collector/index.js';
import { warn } from '../../recorder/index.js';

export type Method = (this: InternalTest, ...args: unknown[]) => unknown;

/** A test, a suite, a hook, a file that is run in a process of its own, or the root that contains all of them. */
export interface InternalTest {
  readonly name: string;
  /** Null for the root, and for hooks. */
  readonly parent: InternalTest | null;
  /** In definition order. */
  readonly subtests: readonly InternalTest[];
  /** Of a test that is skipped, and of a suite that has been evaluated: one that does nothing. */
  readonly fn: (...args: never) => unknown;
  readonly reportedType?: string;
  readonly skipped: boolean;
  /** Undefined where it follows from a parent that is none (24). */
  readonly isTodo?: boolean;
  readonly passed: boolean;
  readonly error: unknown;
  /** Reported. */
  readonly finished: boolean;
  /** From Node 24. */
  readonly expectFailure?: unknown;
  /** From Node 24: it passed in an earlier run, which is only repeated in the report. */
  readonly passedAttempt?: number;
  /** From Node 22: the file that was run, also when another one defined the test. */
  readonly entryFile?: string | null;
  readonly loc?: { readonly file: string };
  readonly hooks: Readonly<Record<string, readonly InternalHook[]>>;
}

export interface InternalHook extends InternalTest {
  readonly hookType: 'before' | 'after' | 'beforeEach' | 'afterEach';
  /** Node 20 does not know it for hooks that a test's context makes. */
  readonly parentTest?: InternalTest | null;
}

export function isSuite(test: InternalTest): boolean {
  return test.reportedType === 'suite';
}

export function isHook(test: InternalTest): test is InternalHook {
  return (test as Partial<InternalHook>).hookType !== undefined;
}

/** Whether a body that has returned or thrown is through. One that takes a callback beside its context is not. */
export function hasEnded(test: InternalTest, threw: boolean, result: unknown): boolean {
  if (threw) return true;
  const { then } = (result ?? {}) as { readonly then?: unknown };
  return typeof then !== 'function' && test.fn.length !== 2 && test.subtests.length === 0;
}

/** As the runner counts it: what is skipped or to do is that first, whatever became of its body. */
export function finalStatus(test: InternalTest): Status {
  if (test.skipped || test.isTodo === true) return 'skipped';
  return test.passed ? 'passed' : 'failed';
}

/** Of a body that has just ended. */
export function bodyStatus(test: InternalTest, failed: boolean): Status {
  if (test.skipped || test.isTodo === true) return 'skipped';
  return (failed || test.error !== null) === Boolean(test.expectFailure) ? 'passed' : 'failed';
}

/** The prototype that tests, suites, hooks and files share. @returns undefined for other people's resources of that type */
export function prototypeOf(resource: object): object | undefined {
  let found = resource;
  for (let next: unknown = Object.getPrototypeOf(found); next !== AsyncResource.prototype; next = Object.getPrototypeOf(found)) {
    if (typeof next !== 'object' || next === null) return undefined;
    found = next;
  }
  return 'postRun' in found && 'getReportDetails' in found ? found : undefined;
}

type Between = (
  before: (this: InternalTest) => unknown,
  run: Method,
  after: (this: InternalTest, token: never, threw: boolean, result: unknown) => void,
) => unknown;

/** `run`, between two functions of ours that have the test as their `this`; without a frame of ours in the stack. */
export function between(test: InternalTest, ...[before, run, after]: Parameters<Between>): Method {
  const callBetween = collector().binding.callBetween as Between;
  return callBetween.bind(test, before, run, after);
}

/**
 * Acts whenever the runner looks a method up, which it does to call it. The method itself stays as it is, so that no frame of ours
 * comes into the stacks of what it calls.
 * @param act may give another function to be called
 */
export function onRead(prototype: object, name: string, act: (test: InternalTest) => Method | undefined): void {
  const own = Object.getOwnPropertyDescriptor(prototype, name)?.value as Method | undefined;
  const parent = Object.getPrototypeOf(prototype) as Readonly<Record<string, Method>>;
  Object.defineProperty(prototype, name, {
    configurable: true,
    get(this: InternalTest) {
      // What is inherited may be replaced meanwhile, as tools that trace do.
      return guarded(act, this) ?? own ?? parent[name];
    },
    set(this: object, value: unknown) {
      Object.defineProperty(this, name, { value, writable: true, configurable: true });
    },
  });
}

function guarded<T>(act: (test: InternalTest) => T, test: InternalTest): T | undefined {
  try {
    return act(test);
  } catch (thrown) {
    warn(`not everything was measured: ${String(thrown)}`);
    return undefined;
  }
}
