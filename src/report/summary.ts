/** The short summary at the end of a run: what it cost, what stood out, where the data is. At most about 25 lines. */
import { relative } from 'node:path';
import type { BudgetResult } from '../analysis/budget.js';
import { digest, type Digest, type SummaryInput } from '../analysis/summary.js';
import type { KindTotals, StoredReading } from '../client/rows.js';
import type { MetricName } from '../model/metrics.js';
import { formatBytes, formatTime } from '../model/units.js';
import { renderBudget } from './budget.js';
import { renderFacts, type Fact } from './facts.js';
import { renderItems } from './item-table.js';
import { SHARED_MARK, attemptMark, itemColumn, itemName, metricColumn, metricText } from './items.js';
import { renderTable, type Cell } from './table.js';
import { quoted } from './quoted.js';
import { painter, type Paint, type Terminal } from './terminal.js';
import { countOf, plural, shortId, statusCounts, tildePath } from './words.js';
import { fit } from '../model/visible.js';
import { wholeFacts } from './whole.js';

const INDENT = 2;
/** The width of `interrupted`, the longest label. */
const LABEL = 11;
const SHOWN_WARNINGS = 2;
const SHOWN_INTERRUPTED = 3;
const HIGHLIGHT_LABELS: Readonly<Record<string, string>> = { cpu_time: 'most cpu', peak_growth: 'most memory', wall_time: 'longest' };
/** Below this width the labels of the rankings get lines of their own. */
const NARROW = 76;
const COLUMNS = ['wall_time', 'cpu_time', 'peak_growth'] as const;

/** @returns text that ends in a newline */
export function renderSummary(input: SummaryInput, terminal: Terminal): string {
  const facts = digest(input);
  const paint = painter(terminal);
  const write = (facts: readonly Fact[]): string[] => renderFacts(facts, terminal, { indent: INDENT, label: LABEL });
  const table =
    facts.benches.length > 0 ? benchTable(facts.benches, terminal, input.withProject) : itemTable(facts, terminal, input.withProject);
  const lines = [
    header(input, terminal, paint),
    ...write([
      ...mainFacts(facts.main, input),
      ...(input.whole === undefined ? [] : wholeFacts(input.whole, 'command', facts.took)),
      ...sums(facts.main),
      ...exitFacts(input),
    ]),
    ...(table.length === 0 ? [] : ['', ...table, '']),
    ...budgetLines(input.budget, terminal),
    ...write([
      ...interruptedFacts(input),
      { label: SHARED_MARK, text: sharedText(facts.main) },
      ...warningFacts(input.warnings),
      {
        label: 'data',
        text: input.location === undefined ? '' : tildePath(input.location),
      },
      { label: 'sent', text: sentText(input.remote) },
      { label: 'more', text: moreText(input) },
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

function header({ session }: SummaryInput, terminal: Terminal, paint: Paint): string {
  const id = shortId(session.id);
  const command = fit(session.command, Math.max(8, terminal.columns - id.length - 'spanmeter'.length - 4));
  return `${paint.bold(paint.cyan('spanmeter'))}  ${paint.dim(id)}  ${paint.bold(command)}`;
}

function mainFacts(main: KindTotals | undefined, input: SummaryInput): Fact[] {
  if (main === undefined) return [];
  const retried = input.retried > 0 ? `; ${input.retried} retried` : '';
  return [{ label: plural(main.kind), text: `${[main.count, statusCounts(main)].filter(Boolean).join(': ')}${retried}` }];
}

function sums(main: KindTotals | undefined): Fact[] {
  if (main === undefined) return [];
  const parts = [
    Number.isNaN(main.wallTime) ? '' : `wall ${formatTime(main.wallTime)}`,
    Number.isNaN(main.cpuTime) ? '' : `cpu ${formatTime(main.cpuTime)}`,
    Number.isNaN(main.peakRss) ? '' : `highest rss ${formatBytes(main.peakRss)}`,
  ];
  return [{ label: `in ${plural(main.kind)}`, text: parts.filter((part) => part !== '').join(', ') }];
}

/** A run can fail without a failed test: in a hook, or before its first test. */
function exitFacts({ session: { exitCode = 0 } }: SummaryInput): Fact[] {
  return exitCode === 0 ? [] : [{ label: 'exit code', text: String(exitCode), paint: 'red' }];
}

function itemTable({ few, highlights }: Digest, terminal: Terminal, withProject = false): string[] {
  const narrow = terminal.columns < NARROW;
  const item = itemColumn('', [...few, ...highlights.flatMap(({ readings }) => readings)], withProject);
  const rowOf = (label: string, reading: StoredReading, by?: MetricName): Cell[] =>
    itemRow(label, attemptCell(item.cell(reading), reading), reading, narrow, by);
  const rows = few.map((reading) => rowOf('', reading));
  for (const { by, readings } of highlights) {
    const label = HIGHLIGHT_LABELS[by]!;
    if (narrow) rows.push([{ text: label, paint: 'dim' }]);
    rows.push(...readings.map((reading, index) => rowOf(index === 0 ? label : '', reading, by)));
  }
  const columns = [item.column, ...COLUMNS.map((name) => metricColumn(name))];
  if (rows.length === 0) return [];
  return renderTable(narrow ? columns : [{ heading: '' }, ...columns], rows, terminal, { indent: INDENT });
}

/** There is no status here that could tell the attempts of a test apart. */
function attemptCell(cell: Cell, reading: StoredReading): Cell {
  return { ...cell, text: `${cell.text}${attemptMark(reading)}` };
}

function benchTable(benches: readonly StoredReading[], terminal: Terminal, withProject = false): string[] {
  const inner = { ...terminal, columns: terminal.columns - INDENT };
  return renderItems(benches, inner, { by: 'iteration_mean', notes: false, saysLeftOut: true, withProject }).map(
    (line) => ' '.repeat(INDENT) + line,
  );
}

function itemRow(label: string, item: Cell, reading: StoredReading, narrow: boolean, by?: MetricName): Cell[] {
  const numbers = COLUMNS.map((name): Cell => ({ text: metricText(reading, name), ...(name === by ? { paint: 'bold' as const } : {}) }));
  return narrow ? [item, ...numbers] : [{ text: label.padEnd(LABEL), paint: 'dim' }, item, ...numbers];
}

function budgetLines(budget: BudgetResult | undefined, terminal: Terminal): string[] {
  if (budget === undefined) return [];
  const hasTable = budget.exceeded.length + budget.undecided.length > 0;
  return [...renderBudget(budget, terminal), ...(hasTable ? [''] : [])];
}

/** As one would type it here. */
function moreText({ location, isElsewhere = false, session }: SummaryInput): string {
  if (location === undefined) return '';
  const command = `npx spanmeter show ${shortId(session.id)}`;
  return isElsewhere ? `${command} --db ${quoted(nearPath(location))}` : command;
}

function nearPath(location: string): string {
  if (location.includes('://')) return location;
  const near = relative(process.cwd(), location);
  return near.startsWith('..') ? location : near;
}

function sentText(remote: SummaryInput['remote']): string {
  return remote === undefined ? '' : `${remote.location} (${countOf(remote.rows, 'row')}, ${remote.fresh} new)`;
}

function interruptedFacts({ interrupted, interruptedCount, withProject }: SummaryInput): Fact[] {
  const names = interrupted.slice(0, SHOWN_INTERRUPTED).map((reading) => `${itemName(reading, withProject)}${attemptMark(reading)}`);
  if (interruptedCount > names.length) names.push(`and ${interruptedCount - names.length} more`);
  return names.map((text, index) => ({ label: index === 0 ? 'interrupted' : '', text, paint: 'yellow' }));
}

function warningFacts(warnings: readonly string[]): Fact[] {
  const shown = warnings.slice(0, SHOWN_WARNINGS).map((text): Fact => ({ label: 'warning', text, paint: 'yellow' }));
  const more = warnings.length - SHOWN_WARNINGS;
  return more > 0 ? [...shown, { label: '', text: `and ${countOf(more, 'more warning')}`, paint: 'yellow' }] : shown;
}

/** What the mark in the table stands for, by how many have it. */
function sharedText(main: KindTotals | undefined): string {
  if (main === undefined || !(main.shared > 0)) return '';
  return `${countOf(main.shared, main.kind)} ran beside others in one process or its threads: their cpu and memory are shared with those, not theirs alone`;
}
