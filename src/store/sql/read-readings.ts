/** Rows into readings, and their sums by kind. */
import { unescapeText } from '../../model/escape.js';
import { METRIC_INDEX, METRIC_NAMES } from '../../model/metrics.js';
import type { ReadingQuery, StoredReading } from '../contract.js';
import { ask, askValue, type Asking } from './ask.js';
import { itemConditions } from './item-filter.js';
import { identityOf } from './item-row.js';
import { ALL } from './list-sessions.js';
import { FOREIGN, PEAK_IS_LOWER_BOUND, SHARED, STATUS_MASK, STORED_STATUSES } from './marks.js';
import type { Dialect } from './port.js';
import { sessionNumber } from './read-session.js';
import { readSharedValues, type SharedValues } from './shared-values.js';

/** The columns before the metrics. What many rows share stays a number: making its text for every row costs more than the rest. */
type Facts = readonly [
  writer: number,
  sequence: number,
  parent: number | null,
  started: number,
  marks: number,
  retry: number,
  repeat: number,
  overlaps: number,
  component: number | null,
  tags: number | null,
  kind: string,
  project: string,
  file: string,
  describe: string,
  name: string,
  variant: string,
  ordinal: number,
];
const COMPONENT = 8;
const TAGS = 9;
const FACTS = 17;

const SELECT = `
  SELECT m.writer, m.sequence, m.parent, m.started, m.marks, m.retry, m.repeat, m.overlaps, m.component, m.tags,
    i.kind, i.project, i.file, i.describe, i.name, i.variant, i.ordinal, ${METRIC_NAMES.map((name) => `m.${name}`).join(', ')}
  FROM metrics m JOIN items i ON i.item = m.item`;

export function* readReadings(dialect: Dialect, query: ReadingQuery): Asking<StoredReading[]> {
  const session = yield* sessionNumber(query.session);
  if (session === undefined) return [];
  const { where, values, metric } = conditionsOf(dialect, session, query);
  const started = 'm.started, m.writer, m.sequence';
  const order = metric === undefined ? started : `${metric} DESC, ${started}`;
  const sql = `${SELECT} WHERE ${where} ORDER BY ${order} LIMIT ? OFFSET ?`;
  const rows = yield* ask(sql, ...values, Math.min(query.limit ?? ALL, ALL), query.offset ?? 0);
  const numbers = (column: number): Set<number> =>
    new Set(rows.map((row) => row[column] as number | null).filter((number) => number !== null));
  const shared = yield* readSharedValues(dialect, query.session, session, numbers(COMPONENT), numbers(TAGS));
  return rows.map((row) => toReading(shared, row));
}

export function* countReadings(dialect: Dialect, query: ReadingQuery): Asking<number> {
  const session = yield* sessionNumber(query.session);
  if (session === undefined) return 0;
  const { where, values } = conditionsOf(dialect, session, query);
  return (yield* askValue<number>(`SELECT count(*) FROM metrics m JOIN items i ON i.item = m.item WHERE ${where}`, ...values))!;
}

/** The names of the projects that the session's items are of, sorted. */
export function* readProjects(id: string): Asking<string[]> {
  const session = yield* sessionNumber(id);
  if (session === undefined) return [];
  const sql = `SELECT DISTINCT i.project FROM metrics m JOIN items i ON i.item = m.item WHERE m.session = ? AND i.project <> '' ORDER BY 1`;
  return (yield* ask<[string]>(sql, session)).map(([project]) => unescapeText(project));
}

interface Conditions {
  readonly where: string;
  readonly values: readonly unknown[];
  /** The column that rows are ordered by. */
  readonly metric?: string;
}

function conditionsOf(dialect: Dialect, session: number, query: ReadingQuery): Conditions {
  const { kinds, search } = query;
  const items = itemConditions(dialect, { ...(kinds && { kinds }), ...(search !== undefined && { search }) });
  const conditions = ['m.session = ?', ...items.conditions];
  const values: unknown[] = [session, ...items.values];
  if (query.statuses !== undefined) {
    const statuses = query.statuses.map((status) => (STORED_STATUSES as readonly string[]).indexOf(status));
    // With FOREIGN in it, a foreign row's marks are no status.
    conditions.push(statuses.length === 0 ? '1 = 0' : `m.marks & ${STATUS_MASK | FOREIGN} IN (${statuses.join(', ')})`);
  }
  if (query.orderBy === undefined) return { where: conditions.join(' AND '), values };
  // The name is looked up, never pasted in.
  const metric = `m.${METRIC_NAMES[METRIC_INDEX[query.orderBy]]!}`;
  conditions.push(`${metric} IS NOT NULL`);
  return { where: conditions.join(' AND '), values, metric };
}

function toReading(shared: SharedValues, row: readonly unknown[]): StoredReading {
  const [
    writer,
    sequence,
    parent,
    started,
    marks,
    retry,
    repeat,
    overlaps,
    component,
    tags,
    kind,
    project,
    file,
    describe,
    name,
    variant,
    ordinal,
  ] = row as unknown as Facts;
  const by = shared.writers.get(writer)!;
  const values = new Float64Array(METRIC_NAMES.length);
  for (let index = 0; index < values.length; index++) values[index] = (row[FACTS + index] as number | null) ?? NaN;
  return {
    session: shared.id,
    writer: by.name,
    sequence,
    parent: parent ?? 0,
    identity: identityOf(kind, project, file, describe, name, variant, ordinal),
    component: component === null ? '' : shared.components.get(component)!,
    tags: tags === null ? {} : shared.tags.get(tags)!,
    startedAt: shared.startedAt + started,
    status: STORED_STATUSES[marks & STATUS_MASK]!,
    retry,
    repeat,
    overlaps,
    shared: (marks & SHARED) !== 0,
    peakIsLowerBound: (marks & PEAK_IS_LOWER_BOUND) !== 0,
    context: by.context,
    foreign: (marks & FOREIGN) !== 0,
    values,
  };
}
