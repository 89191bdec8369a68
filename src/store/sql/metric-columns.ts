/** The columns that rows of many sessions have outside: names, types, and how a row gives each its value. */
import { METRIC_NAMES, type MetricName } from '../../model/metrics.js';
import type { Lookups } from './lookups.js';
import { FOREIGN, PEAK_IS_LOWER_BOUND, SHARED, STATUS_MASK, STORED_STATUSES } from './marks.js';
import { FACT_COLUMNS, type FactRow } from './metric-rows.js';
import type { FoundSession } from './session-filter.js';

/** `instant`: microseconds since 1970. `json`: text that is JSON. */
export type ColumnType = 'text' | 'json' | 'integer' | 'boolean' | 'instant';
/** As its column's type says; null where it is absent. */
export type Cell = string | number | boolean | null;

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly of: (row: FactRow, session: FoundSession, lookups: Lookups) => Cell;
}

const OUTCOMES: readonly string[] = STORED_STATUSES;

const FACTS: readonly Column[] = [
  { name: 'session', type: 'text', of: (_, session) => session.id },
  { name: 'writer', type: 'text', of: (row, _, lookups) => lookups.writer(row[0], row[2]).name },
  { name: 'sequence', type: 'integer', of: (row) => row[3] },
  { name: 'parent', type: 'integer', of: (row) => row[5] },
  { name: 'item', type: 'integer', of: (row) => row[1] },
  { name: 'kind', type: 'text', of: (row, _, lookups) => lookups.item(row[1]).kind },
  { name: 'project', type: 'text', of: (row, _, lookups) => lookups.item(row[1]).project },
  { name: 'file', type: 'text', of: (row, _, lookups) => lookups.item(row[1]).file },
  { name: 'describe', type: 'json', of: (row, _, lookups) => JSON.stringify(lookups.item(row[1]).describe) },
  { name: 'name', type: 'text', of: (row, _, lookups) => lookups.item(row[1]).name },
  { name: 'variant', type: 'text', of: (row, _, lookups) => lookups.item(row[1]).variant },
  { name: 'ordinal', type: 'integer', of: (row, _, lookups) => lookups.item(row[1]).ordinal },
  { name: 'component', type: 'text', of: (row, _, lookups) => lookups.component(row[6]) },
  { name: 'tags', type: 'json', of: (row, _, lookups) => JSON.stringify(lookups.tags(row[11])) },
  { name: 'started_at', type: 'instant', of: (row, session) => session.startedAt + row[4] },
  // Foreign rows have none of the following.
  { name: 'status', type: 'text', of: (row) => (isForeign(row) ? null : OUTCOMES[row[7] & STATUS_MASK]!) },
  { name: 'retry', type: 'integer', of: (row) => (isForeign(row) ? null : row[9]) },
  { name: 'repeat', type: 'integer', of: (row) => (isForeign(row) ? null : row[10]) },
  { name: 'overlaps', type: 'integer', of: (row) => (isForeign(row) ? null : row[8]) },
  { name: 'shared', type: 'boolean', of: (row) => (isForeign(row) ? null : (row[7] & SHARED) !== 0) },
  { name: 'peak_is_lower_bound', type: 'boolean', of: (row) => (isForeign(row) ? null : (row[7] & PEAK_IS_LOWER_BOUND) !== 0) },
  { name: 'context', type: 'text', of: (row, _, lookups) => lookups.writer(row[0], row[2]).context },
  { name: 'foreign', type: 'boolean', of: isForeign },
];

const NAMES: ReadonlySet<string> = new Set([...FACTS.map(({ name }) => name), ...METRIC_NAMES]);

/** All names, in their usual order. */
export const COLUMN_NAMES: readonly string[] = [...NAMES];

export interface Columns {
  readonly columns: readonly Column[];
  /** What the rows must bring for them. */
  readonly metrics: readonly MetricName[];
}

/** @param names of COLUMN_NAMES, in the order in which they are wanted */
export function columnsOf(names: readonly string[]): Columns {
  const metrics = METRIC_NAMES.filter((name) => names.includes(name));
  const columns = names.map((name): Column => {
    const at = metrics.indexOf(name as MetricName);
    if (at < 0) return FACTS.find((column) => column.name === name)!;
    return { name, type: 'integer', of: (row) => row[FACT_COLUMNS + at]! };
  });
  return { columns, metrics };
}

function isForeign(row: FactRow): boolean {
  return (row[7] & FOREIGN) !== 0;
}
