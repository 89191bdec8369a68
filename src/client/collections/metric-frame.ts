/** Rows of Arrow batches as a frame, with what is known of their sessions and contexts. */
import { DataType, type Data, type RecordBatch, type Schema } from 'apache-arrow';
import { SpanmeterError } from '../../model/errors.js';
import { cellReaders, textsOf, validityOf } from '../frame/cells.js';
import { Frame, type ColumnChoice, type FrameColumn } from '../frame/frame.js';
import { JSON_COLUMNS, type Cell, type Cells, type FieldType } from '../frame/table.js';
import { CONTEXT_FACTS } from './context-columns.js';
import type { Contexts } from './contexts.js';
import { extraColumns, SESSION_FACTS, type Fact, type SessionExtras } from './session-columns.js';
import type { Sessions } from './sessions.js';

export interface MetricFrameOptions extends ColumnChoice, SessionExtras {
  /** What is known of the sessions becomes columns: when they started, revision, branch and the like; `tags` and `packages` need it. */
  readonly sessions?: Sessions;
  /** What is known of the contexts becomes columns: machine, CPU, memory, runtime. */
  readonly contexts?: Contexts;
}

/** A batch, and which of its rows; absent: all. */
export interface Part {
  readonly batch: RecordBatch;
  readonly rows?: Uint32Array;
}

/** @throws SpanmeterError SPANMETER_USAGE */
export function metricFrame(schema: Schema, parts: readonly Part[], options: MetricFrameOptions): Frame {
  const columns = schema.fields.map(({ name, type }, index): FrameColumn => {
    const dataOf = (piece: number): Data => parts[piece]!.batch.data.children[index]!;
    return {
      name,
      type: fieldType(name, type as DataType),
      cells: (piece) => cellsOf(parts[piece]!, index),
      ...(parts.every(({ rows }) => rows === undefined) && { data: dataOf }),
    };
  });
  const { sessions, contexts } = options;
  if (sessions === undefined && (options.tags ?? options.packages) !== undefined) {
    throw usage('Tags and packages are of sessions: hand them over as "sessions".');
  }
  const joined = [
    ...(sessions === undefined ? [] : looked(columns, 'session', sessions, [...SESSION_FACTS, ...extraColumns(options)])),
    ...(contexts === undefined ? [] : looked(columns, 'context', contexts, CONTEXT_FACTS)),
  ];
  return new Frame([...columns, ...joined], parts.map(({ batch, rows }) => rows?.length ?? batch.numRows)).choose(options); // prettier-ignore
}

/** Each fact is asked once of each entity, not once for each row. */
function looked<T>(
  columns: readonly FrameColumn[],
  key: string,
  entities: { get(key: string): T | undefined },
  facts: readonly Fact<T>[],
): FrameColumn[] {
  const by = columns.find(({ name }) => name === key);
  if (by === undefined) throw usage(`What is known of each ${key} is found by the column '${key}', which these metrics lack: ask for it.`);
  return facts.map(({ name, type, of }) => {
    let from: readonly Cell[] | undefined;
    let made: readonly Cell[] = [];
    return {
      name,
      type,
      cells: (piece) => {
        const { codes, values } = by.cells(piece) as Extract<Cells, { codes: unknown }>;
        if (values !== from) {
          const found = values.map((each) => (each === null ? undefined : entities.get(each as string)));
          [from, made] = [values, found.map((entity) => (entity === undefined ? null : (of(entity) ?? null)))];
        }
        return { codes, values: made };
      },
    };
  });
}

function cellsOf({ batch, rows }: Part, index: number): Cells {
  const data = batch.data.children[index]!;
  if (!DataType.isDictionary(data.type)) {
    const read = cellReaders(batch)[index]!;
    return rows === undefined ? Array.from({ length: batch.numRows }, (_, row) => read(row)) : Array.from(rows, read);
  }
  const texts = textsOf(data.dictionary!);
  const places = (data.values as Int32Array).subarray(0, data.length);
  const codes = rows === undefined ? places : Int32Array.from(rows, (row) => places[row]!);
  if (data.nullCount === 0) return { codes, values: texts };
  const isValid = validityOf(data);
  return { codes: codes.map((code, at) => (isValid(rows?.[at] ?? at) ? code : texts.length)), values: [...texts, null] };
}

function fieldType(name: string, type: DataType): FieldType {
  if (DataType.isInt(type)) return 'integer';
  if (DataType.isTimestamp(type)) return 'instant';
  if (DataType.isBool(type)) return 'boolean';
  if (DataType.isFloat(type)) return 'number';
  return JSON_COLUMNS.has(name) ? 'json' : 'text';
}

function usage(message: string): SpanmeterError {
  return new SpanmeterError('SPANMETER_USAGE', message);
}
