/** The matcher `toStayWithin`, for everything that has Jest's `expect.extend`. */
import { failureText } from '../../model/budget-error.js';
import type { Judgement } from '../../model/judge.js';
import { metricOf, refused, type Budget, type Limit } from '../../model/limits.js';
import type { ProbeSet } from '../../model/metrics.js';
import { formatQuantity } from '../../model/units.js';
import { measureAlone } from '../../recorder/measure-alone.js';
import { isReading, judgeReading, limitsHere } from '../../recorder/within.js';

export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/** What runners tell a matcher of the test that it runs in, each its own way. */
interface TestState {
  /** Vitest: undefined also in concurrent tests, once it has lost track of which of them this is. */
  readonly task?: { readonly concurrent?: boolean } | undefined;
  /** Jest 30. */
  readonly currentTestIdentity?: () => { readonly concurrent?: boolean } | undefined;
  /** Jest 29: the name, in concurrent tests only. */
  readonly currentConcurrentTestName?: () => string | undefined;
}

const PLACE = 'toStayWithin()';

/**
 * @param received a function, which is called and measured, or a reading of `span()`
 * @throws SpanmeterError SPANMETER_BUDGET, also under `.not`, for a wrong budget and for what can't be judged
 */
export function toStayWithin(this: unknown, received: unknown, budget: Budget): MatcherResult | Promise<MatcherResult> {
  const limits = limitsHere(budget, PLACE);
  if (isReading(received)) return resultOf(judgeReading(received, limits));
  if (typeof received !== 'function') {
    throw refused(`${PLACE}: expected a function to measure, or a reading as span() gives it, but expect() got ${typeof received}.`);
  }
  const reading = measureAlone(() => (received as () => unknown)(), probesFor(limits));
  if (isReading(reading)) return resultOf(judgeReading(reading, limits));
  const isConcurrent = mayRunBesideOthers(this ?? {});
  return reading.then((late) => resultOf(judgeReading(isConcurrent ? { ...late, shared: true } : late, limits)));
}

/** One limit that is exceeded for sure decides; without one, all must be known to be kept. */
function resultOf(judgements: readonly Judgement[]): MatcherResult {
  const has = (verdict: Judgement['verdict']): boolean => judgements.some((each) => each.verdict === verdict);
  if (!has('exceeded') && has('undecided')) throw refused(failureText(judgements));
  return has('exceeded')
    ? { pass: false, message: () => failureText(judgements) }
    : {
        pass: true,
        message: () => ['It was expected to exceed its budget, and stayed within it:', '', ...keptLines(judgements)].join('\n'),
      };
}

function keptLines(judgements: readonly Judgement[]): string[] {
  return judgements.map((judgement) => {
    const { unit } = metricOf(judgement);
    const { key, most, measured = NaN } = judgement;
    return `  ${key}: ${formatQuantity(measured, unit)} of ${formatQuantity(most, unit)}`;
  });
}

/** The smallest set that has all of them. */
function probesFor(limits: readonly Limit[]): ProbeSet {
  const needed = limits.map((limit) => metricOf(limit).probe);
  return (['gc', 'full'] as const).find((set) => needed.includes(set)) ?? 'core';
}

/** A concurrent test's asynchronous work mixes with that of others, whether or not somebody measures those. */
function mayRunBesideOthers(state: TestState): boolean {
  if ('task' in state) return state.task === undefined || state.task.concurrent === true;
  const { currentTestIdentity, currentConcurrentTestName } = state;
  return currentTestIdentity === undefined ? currentConcurrentTestName?.() !== undefined : currentTestIdentity()?.concurrent === true;
}
