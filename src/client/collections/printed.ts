/** Collections as text: the first rows, in human units. */
import { fit, widthOf } from '../../model/visible.js';

export interface PrintedColumn<T> {
  readonly heading: string;
  readonly align?: 'left' | 'right';
  readonly text: (entity: T) => string;
}

const SHOWN = 10;
const WIDEST = 60;
const GAP = '  ';
const SHORT_ID = 8;

/** @param noun in the plural @param columns those that are empty in all rows are left out */
export function printed<T>(noun: string, rows: Iterable<T> & { readonly length: number }, columns: readonly PrintedColumn<T>[]): string {
  if (rows.length === 0) return `no ${noun}`;
  const shown: T[] = [];
  for (const row of rows) if (shown.push(row) === SHOWN) break;
  const cells = columns
    .map(({ heading, align, text }) => ({ heading, align, texts: shown.map((row) => fit(text(row), WIDEST)) }))
    .filter(({ texts }) => texts.some((text) => text !== ''))
    .map(({ heading, align, texts }) => padded([heading, ...texts], align));
  const lines = Array.from({ length: shown.length + 1 }, (_, row) =>
    cells
      .map((column) => column[row]!)
      .join(GAP)
      .trimEnd(),
  );
  if (rows.length > SHOWN) lines.push(`... ${rows.length - SHOWN} more ${noun}`);
  return lines.join('\n');
}

export function shortId(id: string): string {
  return id.slice(0, SHORT_ID);
}

function padded(texts: readonly string[], align: PrintedColumn<unknown>['align']): string[] {
  const width = Math.max(...texts.map(widthOf));
  return texts.map((text) => {
    const space = ' '.repeat(width - widthOf(text));
    return align === 'right' ? space + text : text + space;
  });
}
