/** A piece of a table: what a stream of rows is made of, whatever it is written as. */
import type { Cell, Cells, ColumnType } from '../../store/sql/metric-columns.js';

export type { Cell, Cells };

/** `number`: may be a fraction. */
export type FieldType = ColumnType | 'number';

export interface Field {
  readonly name: string;
  readonly type: FieldType;
}

/** By column, then row. */
export interface Piece {
  readonly length: number;
  readonly cells: readonly Cells[];
}

/** The pieces come one after the other: a table of any length takes the memory of one. */
export interface TableStream {
  readonly fields: readonly Field[];
  readonly pieces: AsyncIterable<Piece>;
}

/** Text columns whose texts are JSON. */
export const JSON_COLUMNS: ReadonlySet<string> = new Set(['describe', 'tags']);

/** One by one, for whoever has no use for values that repeat. */
export function plain(cells: Cells): readonly Cell[] {
  if (!('codes' in cells)) return cells;
  const { codes, values } = cells;
  return Array.from(codes, (code) => values[code]!);
}
