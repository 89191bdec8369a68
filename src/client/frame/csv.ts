/** Tables as CSV: RFC 4180, UTF-8, a header line, nothing for what is absent. */
import { instant } from '../../model/instant.js';
import { plain, type Cell, type Field, type Piece, type TableStream } from './table.js';

const SPECIAL = /[",\r\n]/;
const BREAK = '\r\n';

export async function* csvLines({ fields, pieces }: TableStream): AsyncGenerator<string> {
  yield csvHeader(fields);
  for await (const piece of pieces) yield csvRows(fields, piece);
}

export function csvHeader(fields: readonly Field[]): string {
  return fields.map(({ name }) => quoted(name)).join(',') + BREAK;
}

export function csvRows(fields: readonly Field[], { length, cells: columns }: Piece): string {
  const isInstant = fields.map(({ type }) => type === 'instant');
  const cells = columns.map(plain);
  let text = '';
  for (let row = 0; row < length; row++) {
    for (let column = 0; column < cells.length; column++) {
      const cell = cells[column]![row] as Cell;
      text += (column === 0 ? '' : ',') + (isInstant[column] && cell !== null ? instant(cell as number) : written(cell));
    }
    text += BREAK;
  }
  return text;
}

function written(cell: Cell): string {
  if (cell === null) return '';
  return typeof cell === 'string' ? quoted(cell) : String(cell);
}

function quoted(text: string): string {
  // An empty text is not the same as an absent one.
  return text === '' || SPECIAL.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
