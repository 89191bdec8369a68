/** A comparison in the terminal: the answer first, then what changed, the totals, and under what the two sides ran. */
import type { Change, Compared, Comparison, OneSided, Verdict } from '../../analysis/compare/types.js';
import { renderFacts } from '../facts.js';
import { itemColumn, itemName } from '../items.js';
import { renderTable, type Cell, type Column } from '../table.js';
import { painter, type Terminal } from '../terminal.js';
import { wrap } from '../../model/visible.js';
import { localTime } from '../../model/instant.js';
import { comparedTexts, differenceText, formatMean, headline, remarks, sideText } from './words.js';

const PAINTS: Readonly<Partial<Record<Verdict, Cell['paint']>>> = {
  regressed: 'red',
  suspect: 'yellow',
  undecided: 'yellow',
  improved: 'green',
};
/** New and gone items that are named. */
const NAMED = 10;

const NUMBERS: readonly Column[] = [
  { heading: 'A', align: 'right', expendable: 1 },
  { heading: 'B', align: 'right' },
  { heading: 'change', align: 'right', expendable: 4 },
  { heading: 'ratio', align: 'right', expendable: 2 },
  { heading: 'interval', align: 'right', expendable: 6 },
  { heading: 'p', align: 'right', expendable: 5 },
  { heading: 'note', expendable: 3 },
];

export interface TextOptions {
  /** Also what is unchanged. */
  readonly all: boolean;
  readonly quiet: boolean;
}

/** @returns text that ends in a newline */
export function renderComparison(comparison: Comparison, terminal: Terminal, { all, quiet }: TextOptions): string {
  const paint = painter(terminal);
  const { a, b, counts, changes, totals, means, differences, added, gone } = comparison;
  const shown = changes.filter(({ verdict }) => all || verdict !== 'unchanged');
  const color = counts.regressed > 0 ? paint.red : counts.suspect + counts.undecided + counts.incomparable > 0 ? paint.yellow : paint.green;
  const blocks = [
    renderFacts(
      [
        { label: 'A', text: `${sideText(a)}  ${localTime(a.from)}` },
        { label: 'B', text: `${sideText(b)}  ${localTime(b.from)}` },
      ],
      terminal,
    ),
    [...wrap(headline(comparison), terminal.columns).map((line) => paint.bold(color(line)))],
    shown.length === 0 ? [] : itemRows(shown, terminal, quiet),
    totals.length === 0 ? [] : totalRows(totals, terminal),
    renderFacts(
      [
        ...(means.length === 0 ? [] : [{ label: 'mean ratio', text: means.map(formatMean).join(', ') }]),
        ...namedItems('new', added),
        ...namedItems('gone', gone),
        ...differences.map((difference, index) => ({ label: index === 0 ? 'differs' : '', text: differenceText(difference) })),
      ],
      terminal,
    ),
    quiet
      ? []
      : remarks(comparison)
          .flatMap((text) => wrap(text, terminal.columns))
          .map((line) => paint.dim(line)),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

function itemRows(changes: readonly Change[], terminal: Terminal, quiet: boolean): string[] {
  const item = itemColumn(
    'item',
    changes.map(({ item: identity }) => ({ identity })),
    hasProjects(changes),
  );
  const columns: Column[] = [{ heading: 'verdict' }, item.column, { heading: 'metric' }, ...NUMBERS];
  const rows = changes.map((change): (Cell | string)[] => {
    const paint = PAINTS[change.verdict];
    return [{ text: change.verdict, ...(paint && { paint }) }, item.cell({ identity: change.item }), ...cells(change)];
  });
  return renderTable(...filled(columns, rows), terminal, { notes: !quiet });
}

function totalRows(totals: readonly Compared[], terminal: Terminal): string[] {
  const columns: Column[] = [{ heading: 'verdict' }, { heading: 'all tests' }, ...NUMBERS];
  const rows = totals.map((total): (Cell | string)[] => {
    const paint = PAINTS[total.verdict];
    return [{ text: total.verdict, ...(paint && { paint }) }, ...cells(total)];
  });
  return renderTable(...filled(columns, rows), terminal, { notes: false });
}

/** Without columns in which nobody has anything. */
function filled(columns: readonly Column[], rows: readonly (Cell | string)[][]): [Column[], (Cell | string)[][]] {
  const has = columns.map((_, column) => rows.some((row) => row[column] !== ''));
  return [columns.filter((_, column) => has[column]), rows.map((row) => row.filter((_, column) => has[column]))];
}

function cells(compared: Compared): string[] {
  const { metric, a, b, change, ratio, interval, p, note } = comparedTexts(compared);
  return [metric, a, b, change, ratio, interval, p, note];
}

function namedItems(label: string, items: readonly OneSided[]): { label: string; text: string }[] {
  const names = items.slice(0, NAMED).map(({ item }) => itemName({ identity: item }));
  const rest = items.length > NAMED ? [`and ${items.length - NAMED} more`] : [];
  return [...names, ...rest].map((text, index) => ({ label: index === 0 ? label : '', text }));
}

function hasProjects(changes: readonly Change[]): boolean {
  return new Set(changes.map(({ item }) => item.project)).size > 1;
}
