/** What every form of a comparison says in the same words. */
import type { Comparison, Compared, Difference, SideFacts, Verdict } from '../../analysis/compare/types.js';
import { MOST_RUNS } from '../../analysis/enough-runs.js';
import { formatQuantity, formatRatio } from '../../model/units.js';
import { metricNamed, SHARED_MARK } from '../items.js';
import { countOf } from '../words.js';

/** The answer, in a line. */
export function headline({ a, b, counts, changes, added, gone }: Comparison): string {
  const itemsWith = (verdict: Verdict): number => new Set(changes.filter((each) => each.verdict === verdict).map(({ item }) => item)).size;
  const said = (verdict: Verdict, noun: string): string => (counts[verdict] === 0 ? '' : countOf(counts[verdict], noun));
  const parts = [
    counts.regressed === 0 ? '' : `${countOf(counts.regressed, 'regression')} in ${countOf(itemsWith('regressed'), 'item')}`,
    said('improved', 'improvement'),
    said('suspect', 'suspect'),
    counts.undecided === 0 ? '' : `${counts.undecided} undecided`,
    counts.incomparable === 0 ? '' : `${counts.incomparable} incomparable`,
    counts.unchanged === 0 ? '' : `${counts.unchanged} unchanged`,
    added.length === 0 ? '' : `${added.length} new`,
    gone.length === 0 ? '' : `${gone.length} gone`,
  ].filter((part) => part !== '');
  if (parts.length === 0) return 'Nothing to compare: no item has a number on a side.';
  // Of one run nothing is called, so that there is none says nothing.
  const canTell = a.runs > 1 && b.runs > 1;
  return canTell && counts.regressed === 0 && counts.suspect === 0 && counts.incomparable === 0
    ? `No regression: ${parts.join(', ')}`
    : parts.join(', ');
}

/** How sure it is, and what may stand in the way. */
export function remarks({ a, b, q, changes, counts, otherMachines = [] }: Comparison): string[] {
  const single = [a, b].filter(({ runs }) => runs === 1).length;
  const called = counts.regressed + counts.improved;
  const barred = changes.some(({ verdict, reason }) => verdict === 'incomparable' && reason?.startsWith('the machines') === true);
  const machines = otherMachines.map(differenceText).join('; ');
  return [
    single === 0
      ? ''
      : `With one run on ${single === 2 ? 'each' : 'a'} side nothing can be called a regression: its noise is not known. Five runs a side and more can.`,
    decidingText(changes),
    called === 0 ? '' : `Of the changes called here at most ${percent(q)} are expected to be false.`,
    barred ? `The machines or their limits differ (${machines}): --across-machines compares all the same.` : '',
    !barred && otherMachines.length > 0 ? `The machines or their limits differ: ${machines}.` : '',
    changes.some(({ shared }) => shared === true) ? `${SHARED_MARK} includes what else ran in the process at the same time` : '',
  ].filter((text) => text !== '');
}

/** A narrow terminal has no room for it beside each. */
function decidingText(changes: Comparison['changes']): string {
  const needed = changes.flatMap(({ runsNeeded }) => runsNeeded ?? []);
  if (needed.length === 0) return '';
  const most = Math.max(...needed);
  return `What is undecided would probably be decided by ${Number.isFinite(most) ? most : `more than ${MOST_RUNS}`} runs a side.`;
}

/** `last:10, 10 runs`. */
export function sideText({ name, runs, sessions }: SideFacts): string {
  return `${name}, ${countOf(runs, 'run')}${sessions.length === runs ? '' : ` of ${countOf(sessions.length, 'session')}`}`;
}

export function differenceText({ what, a, b }: Difference): string {
  const side = (values: readonly string[]): string => (values.length === 0 ? 'none' : values.map((value) => value || 'none').join(', '));
  return `${what} ${side(a)} -> ${side(b)}`;
}

/** The texts of a row's cells. */
export function comparedTexts(compared: Compared): {
  readonly metric: string;
  readonly a: string;
  readonly b: string;
  readonly change: string;
  readonly ratio: string;
  readonly interval: string;
  readonly p: string;
  readonly note: string;
} {
  const { metric, a, b, difference, ratio, low, high, adjustedP, reason = '', runsNeeded, shared } = compared;
  const { unit, heading } = metricNamed(metric);
  const value = (median: number | undefined): string =>
    median === undefined ? '-' : formatQuantity(unit === 'count' ? round(median) : median, unit);
  const needed =
    runsNeeded === undefined
      ? ''
      : Number.isFinite(runsNeeded)
        ? `${runsNeeded} runs a side would decide`
        : `more than ${MOST_RUNS} runs a side would decide`;
  return {
    metric: `${shared === true ? SHARED_MARK : ''}${heading}`,
    a: value(a.median),
    b: value(b.median),
    change: difference === undefined ? '' : `${difference > 0 ? '+' : ''}${value(difference)}`,
    ratio: ratio === undefined ? '' : formatRatio(ratio),
    interval: low === undefined || high === undefined ? '' : `${formatRatio(low)} to ${formatRatio(high)}`,
    p: adjustedP === undefined ? '' : pText(adjustedP),
    note: reason || needed,
  };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function pText(p: number): string {
  return p < 0.0001 ? '< 0.0001' : p.toPrecision(2);
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}

/** `cpu x1.02 (211 items)`. */
export function formatMean({ metric, ratio, items }: Comparison['means'][number]): string {
  return `${metricNamed(metric).heading} ${formatRatio(ratio)} (${countOf(items, 'item')})`;
}
