/** Rows of many sessions as a table: the columns that were asked for, piece by piece, and where each piece ends. */
import type { Cells, Column } from './metric-columns.js';
import { columnsOf } from './metric-columns.js';
import { Lookups } from './lookups.js';
import { bestRows, type Best } from './metric-best.js';
import { metricRows, positionOf, type Chunk, type MetricFilter, type Position } from './metric-rows.js';
import type { Sql } from './port.js';

export interface MetricPiece {
  readonly length: number;
  readonly cells: readonly Cells[];
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
  const columns = columnsOf(names);
  const wanted = [...new Set(columns.flatMap(({ needs }) => needs))];
  return { columns, pieces: pieces() };

  async function* chunks(): AsyncGenerator<Chunk> {
    if (best !== undefined) yield await bestRows(sql, filter, best, wanted);
    else yield* metricRows(sql, filter, { columns: wanted, size, ...(after && { after }) });
  }

  async function* pieces(): AsyncGenerator<MetricPiece> {
    const lookups = new Lookups(sql, new Set(columns.flatMap(({ by }) => by ?? [])));
    const readers = columns.map(({ reader }) => reader());
    for await (const chunk of chunks()) {
      const shared = await lookups.load(chunk);
      yield {
        length: chunk.length,
        cells: readers.map((read) => read(chunk, shared)),
        positions: (row) => positionOf(chunk.columns, row),
      };
    }
  }
}
