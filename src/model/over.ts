/** Says in plain text what went over its budget and by how much: for errors, which are read anywhere. */
import type { Judgement } from './judge.js';
import { metricOf } from './limits.js';
import { formatQuantity } from './units.js';

/** How far a number is above its limit, in the metric's unit and in percent. */
export function overBy({ most, measured = NaN, metric }: Judgement): {
  readonly amount: number;
  readonly percent: number;
  readonly text: string;
} {
  const amount = measured - most;
  const percent = (amount / most) * 100;
  const share = Number.isFinite(percent) ? ` (${percentText(percent)})` : '';
  return { amount, percent, text: `${formatQuantity(amount, metricOf({ metric }).unit)}${share}` };
}

/** Limit, measured and the excess of each metric, a line each under headings. */
export function overTable(exceeded: readonly Judgement[]): string[] {
  const rows = exceeded.map((each): string[] => {
    const { unit } = metricOf(each);
    return [each.key, formatQuantity(each.most, unit), formatQuantity(each.measured ?? NaN, unit), overBy(each).text];
  });
  const table = [['metric', 'limit', 'measured', 'over by'], ...rows];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  return table.map(
    (row) => `  ${row.map((text, column) => (column === 0 ? text.padEnd(widths[0]!) : text.padStart(widths[column]!))).join('  ')}`,
  );
}

export function undecidedLines(judgements: readonly Judgement[]): string[] {
  return judgements.filter(({ verdict }) => verdict === 'undecided').map(({ key, reason }) => `  ${key} can't be judged: ${reason}`);
}

function percentText(percent: number): string {
  if (percent < 0.1) return '< 0.1 %';
  return `${percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;
}
