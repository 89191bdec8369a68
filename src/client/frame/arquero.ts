/** Tables for Arquero, which is loaded only where somebody asks for one. */
import { SpanmeterError } from '../../model/errors.js';
import type { Cell, Field } from './table.js';

// Whoever has no arquero must be able to compile against us all the same.
/* eslint-disable @typescript-eslint/ban-ts-comment */
/** @ts-ignore: an optional peer. */
export type ArqueroTable = import('arquero').ColumnTable;

/** Instants become Dates, JSON what it stands for. @throws SpanmeterError SPANMETER_USAGE when arquero is not installed */
export async function toArqueroTable(columns: readonly (readonly [Field, readonly Cell[]])[]): Promise<ArqueroTable> {
  const { table } = await arquero();
  return table(Object.fromEntries(columns.map(([{ name, type }, cells]) => [name, cells.map(VALUES[type] ?? same)])));
}

const same = (cell: Cell): unknown => cell;
const VALUES: Partial<Record<Field['type'], (cell: Cell) => unknown>> = {
  instant: (cell) => (cell === null ? null : new Date((cell as number) / 1000)),
  json: (cell) => (cell === null ? null : (JSON.parse(cell as string) as unknown)),
};

async function arquero(): Promise<typeof import('arquero')> {
  try {
    return await import('arquero');
  } catch (cause) {
    throw new SpanmeterError('SPANMETER_USAGE', 'arquero is not installed. Run: npm install arquero', { cause });
  }
}
