/** Tables as CSV: RFC 4180, UTF-8, a header line, nothing for what is absent. */
import { instant } from '../../model/instant.js';
import type { Cell, TableStream } from './table.js';

const SPECIAL = /[",\r\n]/;
const BREAK = '\r\n';

export async function* csvLines({ fields, pieces }: TableStream): AsyncGenerator<string> {
  yield fields.map(({ name }) => quoted(name)).join(',') + BREAK;
  const isInstant = fields.map(({ type }) => type === 'instant');
  for await (const { length, cells } of pieces) {
    let text = '';
    for (let row = 0; row < length; row++) {
      for (let column = 0; column < cells.length; column++) {
        const cell = cells[column]![row] as Cell;
        text += (column === 0 ? '' : ',') + (isInstant[column] && cell !== null ? instant(cell as number) : written(cell));
      }
      text += BREAK;
    }
    yield text;
  }
}

function written(cell: Cell): string {
  if (cell === null) return '';
  return typeof cell === 'string' ? quoted(cell) : String(cell);
}

function quoted(text: string): string {
  // An empty text is not the same as an absent one.
  return text === '' || SPECIAL.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
