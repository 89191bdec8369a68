/** Rows of many sessions as a table: the columns that were asked for, piece by piece, and where each piece ends. */
import type { Cell, Column } from './metric-columns.js';
import { columnsOf } from './metric-columns.js';
import { Lookups } from './lookups.js';
import { bestRows, type Best } from './metric-best.js';
import { metricRows, positionOf, type Chunk, type MetricFilter, type Position } from './metric-rows.js';
import type { Sql } from './port.js';

export interface MetricPiece {
  readonly length: number;
  /** By column, then row. */
  readonly cells: readonly (readonly Cell[])[];
  /** Behind the row with this place in the piece. */
  readonly positions: (row: number) => Position;
}

export interface MetricTable {
  readonly columns: readonly Column[];
  readonly pieces: AsyncGenerator<MetricPiece>;
}

export interface TableOptions {
  /** Rows a piece, at most. */
  readonly size: number;
  readonly after?: Position | undefined;
  /** Only these rows, in their order, as one piece. */
  readonly best?: Best | undefined;
}

/** @param names of COLUMN_NAMES */
export function metricTable(sql: Sql, filter: MetricFilter, names: readonly string[], { size, after, best }: TableOptions): MetricTable {
  const { columns, metrics } = columnsOf(names);
  return { columns, pieces: pieces() };

  async function* chunks(): AsyncGenerator<Chunk> {
    if (best !== undefined) yield await bestRows(sql, filter, best, metrics);
    else yield* metricRows(sql, filter, { metrics, size, ...(after && { after }) });
  }

  async function* pieces(): AsyncGenerator<MetricPiece> {
    const lookups = new Lookups(sql);
    for await (const { sessions, rows } of chunks()) {
      await lookups.load(rows);
      yield {
        length: rows.length,
        cells: columns.map(({ of }) => rows.map((row) => of(row, sessions.get(row[0])!, lookups))),
        positions: (row) => positionOf(rows[row]!),
      };
    }
  }
}
