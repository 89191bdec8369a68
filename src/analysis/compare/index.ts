/**
 * What changed between two groups of runs. A change is called one when it passes three gates: the rank test, adjusted for the number of
 * items; a ratio; and an absolute floor. With one run on a side nothing is called: there is nothing to know the noise by.
 */
import { METRICS, type MetricName } from '../../model/metrics.js';
import { median } from '../statistics.js';
import { checkedSide, checkOptions, type CheckedSide } from './check.js';
import { weigh, type Weighed } from './quantity.js';
import { runOf, runsOf, type Measured, type Runs } from './runs.js';
import { differencesBetween, otherMachines } from './surroundings.js';
import { BENCH_METRICS, thresholdOf, USUAL_METRICS } from './thresholds.js';
import { judged } from './verdicts.js';
import {
  VERDICTS,
  type Change,
  type Compared,
  type CompareOptions,
  type Comparison,
  type OneSided,
  type Side,
  type SideFacts,
  type Threshold,
  type Verdict,
} from './types.js';

const USUAL_Q = 0.05;

/**
 * @param before A @param now B
 * @throws SpanmeterError SPANMETER_USAGE for sides without sessions, rows without what tells their items, metrics that there are not
 */
export function compare(before: Side, now: Side, options: CompareOptions = {}): Comparison {
  checkOptions(options);
  const [a, b] = [checkedSide(before), checkedSide(now)];
  const { q = USUAL_Q, kinds, acrossMachines = false } = options;
  const metricsOf = (kind: string): readonly MetricName[] => options.metrics ?? (kind === 'bench' ? BENCH_METRICS : USUAL_METRICS);
  const threshold = (metric: MetricName): Threshold => options.thresholds?.[metric] ?? thresholdOf(metric);
  const [left, right] = [runsOf(a, kinds, metricsOf), runsOf(b, kinds, metricsOf)];
  const machines = otherMachines(a.sessions, b.sessions);
  const isBarred = machines.length > 0 && !acrossMachines;
  const changes = METRICS.flatMap(({ name }) => changesOf(name, left, right, threshold(name), q, isBarred));
  const totals = totalsOf(left, right, threshold, q, isBarred);
  const used = new Set([...changes, ...totals].map(({ metric }) => metric));
  return {
    a: factsOf(a),
    b: factsOf(b),
    q,
    thresholds: Object.fromEntries([...used].map((metric) => [metric, threshold(metric)])),
    ...(machines.length > 0 && { otherMachines: machines }),
    changes: changes.sort((one, other) => rank(one) - rank(other) || size(other, threshold) - size(one, threshold)),
    added: oneSided(right, left),
    gone: oneSided(left, right),
    items: new Set(changes.map(({ item }) => item)).size,
    counts: Object.fromEntries(
      VERDICTS.map((verdict) => [verdict, changes.filter((change) => change.verdict === verdict).length]),
    ) as Record<Verdict, number>,
    totals,
    means: isBarred ? [] : meansOf(changes, threshold),
    differences: differencesBetween(a.sessions, b.sessions),
  };
}

/** One metric of all items: they are one family of tests. */
function changesOf(metric: MetricName, left: Runs, right: Runs, threshold: Threshold, q: number, isBarred: boolean): Change[] {
  const weighed: { readonly item: Measured['item']; readonly shared: boolean; readonly weighed: Weighed }[] = [];
  const changes: Change[] = [];
  for (const [key, was] of left.items) {
    const is = right.items.get(key);
    if (is === undefined) continue;
    const [a, b] = [was.values.get(metric) ?? [], is.values.get(metric) ?? []];
    if (a.length === 0 && b.length === 0) continue;
    const shared = was.shared.has(metric) || is.shared.has(metric);
    if (a.length > 0 && b.length > 0) weighed.push({ item: is.item, shared, weighed: weigh(metric, a, b, threshold) });
    else
      changes.push({
        item: is.item,
        metric,
        verdict: 'incomparable',
        reason: withoutNumber(a.length === 0 ? was : is, a.length === 0 ? 'A' : 'B'),
        a: { count: a.length },
        b: { count: b.length },
      });
  }
  const verdicts = judged(
    weighed.map((each) => each.weighed),
    q,
    isBarred,
  );
  return [...changes, ...weighed.map(({ item, shared }, index): Change => ({ item, ...verdicts[index]!, ...(shared && { shared }) }))];
}

function withoutNumber({ others }: Measured, side: string): string {
  const outcomes = [...others.keys()];
  return outcomes.length === 0 ? `no number in ${side}` : `${outcomes.join(' or ')} in ${side}`;
}

function totalsOf(left: Runs, right: Runs, threshold: (metric: MetricName) => Threshold, q: number, isBarred: boolean): Compared[] {
  const weighed = METRICS.flatMap(({ name }) => {
    const [a, b] = [left.totals.get(name), right.totals.get(name)];
    return a === undefined || b === undefined ? [] : [weigh(name, a, b, threshold(name))];
  });
  return judged(weighed, q, isBarred);
}

function oneSided(of: Runs, other: Runs): OneSided[] {
  return [...of.items]
    .filter(([key]) => !other.items.has(key))
    .map(([, { item, values }]) => ({ item, medians: Object.fromEntries([...values].map(([metric, each]) => [metric, median(each)])) }));
}

/** Over the items that reach the floor on a side: of the others the ratio is that of two small noises. */
function meansOf(changes: readonly Change[], threshold: (metric: MetricName) => Threshold): Comparison['means'] {
  return METRICS.flatMap(({ name: metric }) => {
    const { floor } = threshold(metric);
    const large = changes.filter((each) => each.metric === metric && Math.max(each.a.median ?? 0, each.b.median ?? 0) >= floor);
    const logs = large.flatMap(({ ratio }) => (ratio !== undefined && ratio > 0 ? [Math.log(ratio)] : []));
    return logs.length === 0
      ? []
      : [{ metric, ratio: Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length), items: logs.length }];
  });
}

function factsOf({ name, sessions }: CheckedSide): SideFacts {
  const sorted = [...sessions].sort((one, other) => one.startedAt - other.startedAt);
  return {
    name,
    runs: new Set(sorted.map(runOf)).size,
    sessions: sorted.map(({ id }) => id),
    from: sorted[0]!.startedAt,
    to: sorted[sorted.length - 1]!.startedAt,
  };
}

function rank({ verdict }: Change): number {
  return VERDICTS.indexOf(verdict);
}

/** How many times the floor. */
function size({ metric, difference = 0 }: Change, threshold: (metric: MetricName) => Threshold): number {
  return Math.abs(difference) / Math.max(1, threshold(metric).floor);
}
