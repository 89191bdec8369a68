/**
 * The worker side: a fixture that every test has. It is set up before the test's hooks and other fixtures, and lets the body
 * be found among all that Playwright then runs for the test.
 */
import { collector } from '../../collector/index.js';
import type { Status } from '../../model/records.js';
import { recorder, warn } from '../../recorder/index.js';
import { Attempt, whenEnded } from '../attempt.js';
import { itemOf, statusOf } from './identity.js';
import type { Fixture, RunWithTimeout, Runnable, TestInfo } from './types.js';

const NAME = 'spanmeter';
/** `self`: no step of its own in anybody's report. */
const OPTIONS = { auto: true, box: 'self', title: NAME } as const;

/** Playwright reads the names of the needed fixtures from the source: the first parameter must be a pattern. */
const measured: Fixture = async ({}, use, info) => {
  const attempt = guarded(() => watch(info));
  await use(undefined);
  // After the body, its hooks, and the fixtures that were set up later.
  guarded(() => attempt?.settle(statusOf(info.status, info.expectedStatus)));
};

export const fixtures = { [NAME]: [measured, OPTIONS] };

interface TestType {
  readonly fixtures: unknown[];
}

/** Gives the fixture to Playwright's own `test`, before any file extends it. @returns whether that could be done */
export function instrument(test: object): boolean {
  const type = Object.getOwnPropertySymbols(test)
    .map((symbol) => (test as Record<symbol, Partial<TestType> | undefined>)[symbol])
    .find((value): value is TestType => Array.isArray(value?.fixtures));
  if (type === undefined) return false;
  const isThere = type.fixtures.some((each) => NAME in ((each as { readonly fixtures?: object }).fixtures ?? {}));
  if (!isThere) type.fixtures.push({ fixtures, location: { file: __filename, line: 1, column: 1 } });
  return true;
}

function watch(info: TestInfo): Attempt | undefined {
  const writer = recorder();
  if (writer?.wants('test') !== true) return undefined;
  const { project, file, titlePath, annotations, retry, repeatEachIndex: repeat } = info;
  const item = itemOf({ project: project.name, file, titles: titlePath.slice(1), annotations });
  if (item === undefined || !writer.picks(item)) return undefined;
  const attempt = new Attempt(writer, item, { retry, repeat });
  const runWithTimeout = info._runWithTimeout;
  if (runWithTimeout === undefined) {
    warn('no test is measured: this version of Playwright is not supported');
    return undefined;
  }
  info._runWithTimeout = aroundBody(info, runWithTimeout, attempt);
  return attempt;
}

/**
 * Puts itself between the test and its body, without a frame in the stacks of errors that users see. The time limit ends the
 * wait for a body, which may go on: that is the end then.
 */
function aroundBody(info: TestInfo, runWithTimeout: RunWithTimeout, attempt: Attempt): RunWithTimeout {
  const end = (threw: boolean): void => {
    guarded(() => attempt.end(bodyStatus(info, threw)));
  };
  return collector().binding.callBetween.bind(
    info,
    (runnable) => {
      if (!isBody(runnable as Runnable)) return undefined;
      attempt.begin(null);
      return true;
    },
    runWithTimeout as (...given: unknown[]) => unknown,
    (_: unknown, threw: boolean, result: unknown) => whenEnded(threw, result, end),
  ) as RunWithTimeout;
}

function isBody({ type, fixture, slot }: Runnable): boolean {
  return type === 'test' && fixture === undefined && slot === undefined;
}

/** Before the hooks after it. A soft assertion marks the test as failed and lets the body go on. */
function bodyStatus({ status, expectedStatus }: TestInfo, threw: boolean): Status {
  if (threw && expectedStatus === 'skipped') return 'skipped';
  return statusOf(threw ? 'failed' : status, expectedStatus);
}

function guarded<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (thrown) {
    warn(`a test could not be measured: ${String(thrown)}`);
    return undefined;
  }
}
