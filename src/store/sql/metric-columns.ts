/** The columns that rows of many sessions have outside: names, types, and how a row gives each its value. */
import { METRIC_NAMES, type MetricName } from '../../model/metrics.js';
import type { Coded } from './codes.js';
import type { Shared, SharedName } from './lookups.js';
import { FOREIGN, PEAK_IS_LOWER_BOUND, SHARED, STATUS_MASK, STORED_STATUSES } from './marks.js';
import type { Chunk, Read } from './metric-rows.js';

/** `instant`: microseconds since 1970. `json`: text that is JSON. */
export type ColumnType = 'text' | 'json' | 'integer' | 'boolean' | 'instant';
/** As its column's type says; null where it is absent. */
export type Cell = string | number | boolean | null;

/** Cells of a column, by row: as they are, or as the places of values that repeat. */
export type Cells = readonly Cell[] | Coded<Cell>;

type ReadCells = (chunk: Chunk, shared: Partial<Shared>) => Cells;

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** What the rows must bring for it, besides their place. */
  readonly needs: readonly Read[];
  /** What of it is looked up. */
  readonly by?: SharedName;
  /** What reads one table's pieces, one after the other. */
  readonly reader: () => ReadCells;
}

const OUTCOMES: readonly string[] = STORED_STATUSES;

const FACTS: readonly Column[] = [
  shared('session', 'text', 'session', ({ id }) => id),
  shared('writer', 'text', 'writer', ({ name }) => name),
  number('sequence', []),
  number('parent', ['parent']),
  number('item', []),
  shared('kind', 'text', 'item', ({ kind }) => kind),
  shared('project', 'text', 'item', ({ project }) => project),
  shared('file', 'text', 'item', ({ file }) => file),
  shared('describe', 'json', 'item', ({ describe }) => JSON.stringify(describe)),
  shared('name', 'text', 'item', ({ name }) => name),
  shared('variant', 'text', 'item', ({ variant }) => variant),
  shared('ordinal', 'integer', 'item', ({ ordinal }) => ordinal),
  shared('component', 'text', 'component', (component) => component),
  shared('tags', 'json', 'tags', (tags) => JSON.stringify(tags)),
  {
    name: 'started_at',
    type: 'instant',
    needs: ['started'],
    by: 'session',
    reader:
      () =>
      ({ columns }, { session }) =>
        columns.started!.map((started, row) => session!.values[session!.codes[row]!]!.startedAt + started!),
  },
  // Foreign rows have none of the following.
  ofMarks('status', 'text', (marks) => OUTCOMES[marks & STATUS_MASK]!),
  ofOurs('retry'),
  ofOurs('repeat'),
  ofOurs('overlaps'),
  ofMarks('shared', 'boolean', (marks) => (marks & SHARED) !== 0),
  ofMarks('peak_is_lower_bound', 'boolean', (marks) => (marks & PEAK_IS_LOWER_BOUND) !== 0),
  shared('context', 'text', 'writer', ({ context }) => context),
  {
    name: 'foreign',
    type: 'boolean',
    needs: ['marks'],
    reader:
      () =>
      ({ columns }) =>
        columns.marks!.map((marks) => isForeign(marks!)),
  },
];

const NAMES: ReadonlySet<string> = new Set([...FACTS.map(({ name }) => name), ...METRIC_NAMES]);

/** All names, in their usual order. */
export const COLUMN_NAMES: readonly string[] = [...NAMES];

/** @param names of COLUMN_NAMES, in the order in which they are wanted */
export function columnsOf(names: readonly string[]): readonly Column[] {
  return names.map((name) => FACTS.find((column) => column.name === name) ?? number(name as MetricName, [name as MetricName]));
}

function number(name: Read | 'sequence' | 'item', needs: readonly Read[]): Column {
  return {
    name,
    type: 'integer',
    needs,
    reader:
      () =>
      ({ columns }) =>
        columns[name]!,
  };
}

/** What `of` makes is made once for each value, not once for each row. */
function shared<Name extends SharedName>(
  name: string,
  type: ColumnType,
  by: Name,
  of: (value: Shared[Name]['values'][number]) => Cell,
): Column {
  const needs: readonly Read[] = by === 'component' || by === 'tags' ? [by] : [];
  const reader = (): ReadCells => {
    let from: Coded<unknown>['values'] | undefined;
    let made: Cell[] = [];
    return (_, { [by]: coded }) => {
      const { codes, values } = coded!;
      if (values !== from) [from, made] = [values, []];
      for (let code = made.length; code < values.length; code++) made.push(of(values[code]!));
      return { codes, values: made };
    };
  };
  return { name, type, needs, by, reader };
}

function ofMarks(name: string, type: ColumnType, of: (marks: number) => Cell): Column {
  const cellOf = (marks: number | null): Cell => (isForeign(marks!) ? null : of(marks!));
  return {
    name,
    type,
    needs: ['marks'],
    reader:
      () =>
      ({ columns }) =>
        columns.marks!.map(cellOf),
  };
}

function ofOurs(name: 'retry' | 'repeat' | 'overlaps'): Column {
  const reader =
    (): ReadCells =>
    ({ columns }) =>
      columns[name]!.map((value, row) => (isForeign(columns.marks![row]!) ? null : value));
  return { name, type: 'integer', needs: ['marks', name], reader };
}

function isForeign(marks: number): boolean {
  return (marks & FOREIGN) !== 0;
}
