/** Tables as JSON objects, one a row: what is absent is left out, instants are ISO 8601 with microseconds. */
import { instant } from '../../model/instant.js';
import { plain, type Cell, type Field, type Piece, type TableStream } from './table.js';

export type RowObject = Record<string, unknown>;

export function toObjects(fields: readonly Field[], { length, cells: columns }: Piece): RowObject[] {
  const cells = columns.map(plain);
  return Array.from({ length }, (_, row) => {
    const object: RowObject = {};
    for (const [column, { name, type }] of fields.entries()) {
      const cell = cells[column]![row] as Cell;
      if (cell === null) continue;
      object[name] = type === 'instant' ? instant(cell as number) : type === 'json' ? (JSON.parse(cell as string) as unknown) : cell;
    }
    return object;
  });
}

/** A line a row: https://github.com/ndjson/ndjson-spec */
export async function* ndjsonLines({ fields, pieces }: TableStream): AsyncGenerator<string> {
  for await (const piece of pieces)
    yield toObjects(fields, piece)
      .map((row) => `${JSON.stringify(row)}\n`)
      .join('');
}
