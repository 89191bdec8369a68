/** What was over its budget and by how much, what could not be judged and why: a part of the summary, or all of it under --quiet. */
import type { BudgetResult, JudgedItem } from '../analysis/budget.js';
import { metricOf } from '../model/limits.js';
import { overBy } from '../model/over.js';
import { formatQuantity } from '../model/units.js';
import { renderFacts, type Fact } from './facts.js';
import { itemCell } from './items.js';
import { renderTable, type Cell, type Column } from './table.js';
import type { Terminal } from './terminal.js';
import { countOf } from './words.js';

const INDENT = 2;
/** As in the summary around it. */
const LABEL = 11;
const SHOWN_EXCEEDED = 20;
const SHOWN_OTHERS = 5;

const COLUMNS: readonly Column[] = [
  { heading: 'over budget', shrinks: true },
  { heading: 'metric' },
  { heading: 'limit', align: 'right' },
  { heading: 'measured', align: 'right' },
  { heading: 'over by', align: 'right' },
  { heading: 'set by', shrinks: true, expendable: 1 },
];
const UNDECIDED_COLUMNS: readonly Column[] = [
  { heading: "can't be judged", shrinks: true },
  { heading: 'metric' },
  { heading: 'limit', align: 'right' },
  { heading: 'why', shrinks: true },
];

/** @returns lines; after those of a table the reader wants an empty one */
export function renderBudget(budget: BudgetResult, terminal: Terminal): string[] {
  const write = (facts: readonly Fact[]): string[] => renderFacts(facts, terminal, { indent: INDENT, label: LABEL });
  const { exceeded, undecided, refused, unmatched, failed } = budget;
  return [
    ...write([
      { label: 'budget', text: verdict(budget), paint: failed ? 'red' : 'green' },
      ...list('refused', refused, 'red'),
      ...list(
        'unmatched',
        unmatched.map((title) => `${title} matched no item`),
        'yellow',
      ),
    ]),
    ...table(COLUMNS, exceeded, SHOWN_EXCEEDED, exceededRow, terminal),
    ...table(UNDECIDED_COLUMNS, undecided, SHOWN_OTHERS, undecidedRow, terminal),
  ];
}

function verdict({ file, items, within, exceeded, undecided, refused }: BudgetResult): string {
  const from = file === undefined ? '' : ` (${file})`;
  if (items === 0) return `${refused.length === 0 ? 'no item that ran has one' : 'not checked'}${from}`;
  const parts = [
    exceeded.length > 0 ? `${countOf(exceeded.length, 'limit')} exceeded` : '',
    undecided.length > 0 ? `${undecided.length} can't be judged` : '',
    `${within} kept`,
  ];
  return `${countOf(items, 'item')} with a budget: ${parts.filter((part) => part !== '').join(', ')}${from}`;
}

function table(
  columns: readonly Column[],
  judged: readonly JudgedItem[],
  most: number,
  row: (item: JudgedItem) => readonly (Cell | string)[],
  terminal: Terminal,
): string[] {
  if (judged.length === 0) return [];
  const rows = judged.slice(0, most).map(row);
  if (judged.length > most) rows.push([`and ${judged.length - most} more`]);
  return ['', ...renderTable(columns, rows, terminal, { indent: INDENT })];
}

function exceededRow({ reading, judgement, source }: JudgedItem): readonly (Cell | string)[] {
  const { unit } = metricOf(judgement);
  const { key, most, measured = NaN } = judgement;
  const over: Cell = { text: overBy(judgement).text, paint: 'red' };
  return [itemCell(reading), key, formatQuantity(most, unit), formatQuantity(measured, unit), over, source];
}

function undecidedRow({ reading, judgement }: JudgedItem): readonly (Cell | string)[] {
  const { key, most, reason = '' } = judgement;
  return [itemCell(reading), key, formatQuantity(most, metricOf(judgement).unit), { text: reason, paint: 'yellow' }];
}

function list(label: string, texts: readonly string[], paint: 'red' | 'yellow'): Fact[] {
  const shown = texts.slice(0, SHOWN_OTHERS);
  if (texts.length > shown.length) shown.push(`and ${texts.length - shown.length} more`);
  return shown.map((text, index) => ({ label: index === 0 ? label : '', text, paint }));
}
