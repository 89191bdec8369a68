/** Records as lines for COPY, with all that is known before the transaction. */
import { METRIC_NAMES } from '../../model/metrics.js';
import type { ReadingRecord, Tags } from '../../model/records.js';
import { marksOf } from '../sql/marks.js';
import type { Dictionary } from './dictionary.js';

/** Rows copied at once. */
const CHUNK = 10_000;

export interface Row {
  readonly sequence: number;
  readonly startedAt: number;
  readonly interrupted: boolean;
  /** The columns after session, writer, sequence and start. */
  readonly rest: string;
  /** Another record of the batch has its key. */
  superseded: boolean;
}

export interface WriterRows {
  readonly session: string;
  readonly name: string;
  /** By sequence. */
  readonly rows: Map<number, Row>;
}

export interface Chunk {
  readonly columns: readonly string[];
  readonly rows: readonly { readonly row: Row; readonly writer: WriterRows }[];
}

export interface Rows {
  /** By session and name. */
  readonly writers: ReadonlyMap<string, ReadonlyMap<string, WriterRows>>;
  readonly chunks: readonly Chunk[];
}

const FACTS = ['item', 'component', 'tags', 'marks', 'parent', 'overlaps', 'retry', 'repeat'];
/** What fits into 64 bits; nothing measured comes near. */
const LARGEST = 2 ** 63;

export async function toRows(records: Iterable<ReadingRecord>, dictionary: Dictionary): Promise<Rows> {
  const writers = new Map<string, Map<string, WriterRows>>();
  const chunks: Chunk[] = [];
  let some: ReadingRecord[] = [];
  for (const record of records) {
    if (some.push(record) < CHUNK) continue;
    chunks.push(await toChunk(some, dictionary, writers));
    some = [];
  }
  if (some.length > 0) chunks.push(await toChunk(some, dictionary, writers));
  return { writers, chunks };
}

async function toChunk(
  records: readonly ReadingRecord[],
  dictionary: Dictionary,
  writers: Map<string, Map<string, WriterRows>>,
): Promise<Chunk> {
  const tags = records.map((record) => (isEmpty(record.tags) ? '' : JSON.stringify(record.tags)));
  const components = await dictionary.components.learn(new Set(records.map(({ component }) => component).filter(Boolean)));
  const tagNumbers = await dictionary.tags.learn(new Set(tags.filter(Boolean)));
  const items = await dictionary.items(records.map(({ identity }) => identity));
  const present = METRIC_NAMES.map((_, metric) => metric).filter((metric) => records.some(({ values }) => isPresent(values[metric]!)));
  const rows: { row: Row; writer: WriterRows }[] = [];
  for (const [index, record] of records.entries()) {
    const writer = writerOf(writers, record);
    const before = writer.rows.get(record.sequence);
    const interrupted = record.status === 'interrupted';
    if (before !== undefined) {
      if (!before.interrupted || interrupted) continue;
      before.superseded = true;
    }
    const { values, parent, overlaps, retry, repeat, component } = record;
    let rest = `${items[index]!}\t${components.get(component) ?? NULL}\t${tagNumbers.get(tags[index]!) ?? NULL}\t${marksOf(record)}\t${
      parent === 0 ? NULL : parent
    }\t${overlaps}\t${retry}\t${repeat}`;
    for (const metric of present) rest += isPresent(values[metric]!) ? `\t${Math.round(values[metric]!)}` : `\t${NULL}`;
    const row = { sequence: record.sequence, startedAt: record.startedAt, interrupted, rest, superseded: false };
    writer.rows.set(record.sequence, row);
    rows.push({ row, writer });
  }
  return { columns: ['session', 'writer', 'sequence', 'started', ...FACTS, ...present.map((metric) => METRIC_NAMES[metric]!)], rows };
}

const NULL = '\\N';

function writerOf(writers: Map<string, Map<string, WriterRows>>, { session, writer: name }: ReadingRecord): WriterRows {
  let ofSession = writers.get(session);
  if (ofSession === undefined) writers.set(session, (ofSession = new Map<string, WriterRows>()));
  let writer = ofSession.get(name);
  if (writer === undefined) ofSession.set(name, (writer = { session, name, rows: new Map<number, Row>() }));
  return writer;
}

/** Neither NaN nor infinite, nor beyond the end of a shorter array. */
function isPresent(number: number): boolean {
  return number < LARGEST && number >= -LARGEST;
}

function isEmpty(tags: Tags): boolean {
  for (const _ in tags) return false;
  return true;
}
