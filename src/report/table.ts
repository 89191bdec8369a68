/** Tables that fit the terminal. */
import { fit, visible, widthOf } from '../model/visible.js';
import { painter, type Paint, type Terminal } from './terminal.js';

export interface Column {
  readonly heading: string;
  /** Instead of the heading, where its cells are not led in their longest way. */
  readonly shortenedHeading?: string;
  readonly align?: 'left' | 'right';
  /** Its texts may be shortened when the table is too wide. */
  readonly shrinks?: boolean;
  /** Left out when the table is too wide even so; the highest number goes first. */
  readonly expendable?: number;
  /** Left out only when shrinking alone cannot make the table fit; the highest number goes first. */
  readonly lastlyExpendable?: number;
}

export interface Cell {
  readonly text: string;
  /** Ways to write what stands before the text, longest first. A column picks one for all its cells, so that none looks like another kind of thing. */
  readonly leads?: readonly [string, ...string[]];
  readonly paint?: keyof Omit<Paint, 'isColorSupported'>;
}

export interface TableOptions {
  readonly indent?: number;
  /** Default: true. */
  readonly headings?: boolean;
  /** Whether a line below says which columns were left out. Default: true. */
  readonly notes?: boolean;
}

const GAP = 2;
/** A shrinking column keeps this width; before it loses more, columns are left out. */
const LEAST_SHRUNK = 24;
/** Where there is nothing else to leave out, down to this. */
const LEAST_LEGIBLE = 8;

/** @param rows a cell a column each; plain text stands for a cell @returns lines, none longer than the terminal is wide */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly (Cell | string)[])[],
  terminal: Terminal,
  options: TableOptions = {},
): string[] {
  const { indent = 0, headings = true, notes = true } = options;
  const cells = rows.map((row) => row.map((cell) => (typeof cell === 'string' ? { text: cell } : cell)));
  const natural = columns.map((column, index) =>
    Math.max(headings ? widthOf(column.heading) : 0, ...cells.map((row) => widthWithin(row[index], terminal.columns))),
  );
  const room = terminal.columns - indent;
  const shown = chooseColumns(columns, natural, room);
  const widths = shrink(columns, natural, shown, room);
  const paint = painter(terminal);

  const leads = columns.map((_, index) =>
    chooseLead(
      cells.map((row) => row[index]),
      widths[index]!,
    ),
  );

  const lines = cells.map((row) =>
    shown.map((index) => {
      const cell = row[index] ?? { text: '' };
      return align(
        shorten(cell, leads[index]!, widths[index]!),
        cell.paint === undefined ? String : paint[cell.paint],
        widths[index]!,
        columns[index]!.align,
      );
    }),
  );
  if (headings)
    lines.unshift(
      shown.map((index) =>
        align(fit(headingOf(columns[index]!, leads[index]!), widths[index]!), paint.dim, widths[index]!, columns[index]!.align),
      ),
    );
  const texts = lines.map((line) => line.join(' '.repeat(GAP)));
  if (headings && notes && shown.length < columns.length) texts.push(paint.dim(fit(leftOut(columns, shown), room)));
  return texts.map((text) => (' '.repeat(indent) + text).trimEnd());
}

function headingOf({ heading, shortenedHeading = heading }: Column, way: number): string {
  return way === 0 ? heading : shortenedHeading;
}

function leftOut(columns: readonly Column[], shown: readonly number[]): string {
  const names = columns.flatMap(({ heading }, index) => (shown.includes(index) ? [] : heading));
  return `left out, for the terminal is narrow: ${names.join(', ')}`;
}

/** A megabyte of text is not measured: it is too wide anyway. */
function widthWithin(cell: Cell | undefined, most: number): number {
  if (cell === undefined) return 0;
  const whole = wholeText(cell);
  return whole.length > most * 2 ? most : Math.min(widthOf(visible(whole)), most);
}

/** A cell as it is where there is room. */
export function wholeText({ leads, text }: Cell): string {
  return `${leads?.[0] ?? ''}${text}`;
}

function chooseColumns(columns: readonly Column[], natural: readonly number[], room: number): readonly number[] {
  let shown = columns.map((_, index) => index);
  for (const [order, leastShrunk] of [
    ['expendable', LEAST_SHRUNK],
    ['lastlyExpendable', LEAST_LEGIBLE],
  ] as const) {
    const least = (index: number): number => (columns[index]!.shrinks ? Math.min(natural[index]!, leastShrunk) : natural[index]!);
    const leavable = shown
      .filter((index) => columns[index]![order] !== undefined)
      .sort((a, b) => columns[b]![order]! - columns[a]![order]!);
    while (leavable.length > 0 && shown.reduce((sum, index) => sum + least(index) + GAP, -GAP) > room) {
      const worst = leavable.shift();
      shown = shown.filter((index) => index !== worst);
    }
  }
  return shown;
}

/** Takes width from the widest shrinking column first, so that two of them end up equal rather than one of them empty. */
function shrink(columns: readonly Column[], natural: readonly number[], shown: readonly number[], room: number): readonly number[] {
  const widths = [...natural];
  let excess = shown.reduce((sum, index) => sum + widths[index]! + GAP, -GAP) - room;
  while (excess > 0) {
    const widest = shown.filter((index) => columns[index]!.shrinks && widths[index]! > 1).sort((a, b) => widths[b]! - widths[a]!)[0];
    if (widest === undefined) break;
    widths[widest]! -= 1;
    excess -= 1;
  }
  return widths;
}

/** Paints the text but not the space beside it. */
function align(text: string, paint: (text: string) => string, width: number, side: Column['align']): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)));
  return side === 'right' ? space + paint(text) : paint(text) + space;
}

/** @returns the place in `leads` of the longest, if every cell fits with it; else of the first that leaves every text half of the width or what it needs */
function chooseLead(cells: readonly (Cell | undefined)[], width: number): number {
  const led = cells.flatMap((cell) => (cell?.leads === undefined ? [] : [{ leads: cell.leads, text: cell.text }]));
  const isWithin = (text: string, most: number): boolean => text.length <= most * 2 && widthOf(visible(text)) <= most;
  const fits = (way: number, leastText: number): boolean =>
    led.every(({ leads, text }) => isWithin(leadOf(leads, way), width - leastText) || isWithin(leadOf(leads, way) + text, width));
  const last = Math.max(0, ...led.map(({ leads }) => leads.length - 1));
  let way = 0;
  if (!fits(way, Infinity))
    do way += 1;
    while (way < last && !fits(way, width / 2));
  return Math.min(way, last);
}

function leadOf(leads: NonNullable<Cell['leads']>, way: number): string {
  return leads[Math.min(way, leads.length - 1)]!;
}

function shorten({ leads, text }: Cell, way: number, width: number): string {
  const lead = leads === undefined ? '' : visible(leadOf(leads, way));
  const room = width - widthOf(lead);
  return room >= width / 2 ? lead + fit(text, room) : fit(lead + text, width);
}
