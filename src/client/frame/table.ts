/** A piece of a table: what a stream of rows is made of, whatever it is written as. */
import type { Cell, ColumnType } from '../../store/sql/metric-columns.js';

export type { Cell, ColumnType };

export interface Field {
  readonly name: string;
  readonly type: ColumnType;
}

/** Cells by column, then row. */
export interface Piece {
  readonly length: number;
  readonly cells: readonly (readonly Cell[])[];
}

/** The pieces come one after the other: a table of any length takes the memory of one. */
export interface TableStream {
  readonly fields: readonly Field[];
  readonly pieces: AsyncIterable<Piece>;
}

/** Text columns whose texts are JSON. */
export const JSON_COLUMNS: ReadonlySet<string> = new Set(['describe', 'tags']);
