/**
 * A batch: what one message to a server carries. Its first line is JSON, with a checksum as every line of a journal has:
 *
 *   P  {"version": 1, "session": ..., "writers": [...], "rows": n, "parts": [bytes, ...]}
 *
 * Behind it stand journals (format.ts), one for each writer that records are of; `parts` are their lengths. A session of which
 * only the id is given must be known already. What is torn, of another session or makes no sense is refused as a whole.
 */
import type { ReadingRecord, SessionRecord, WriterRecord } from '../model/records.js';
import { CHECKSUM_LENGTH, scanLine, type Line } from './bytes.js';
import { checkRecord, checkSession, checkWriter, refuse } from './check.js';
import { JournalEncoder } from './encode.js';
import { LineBuffer } from './line-buffer.js';
import { JournalReader } from './reader.js';

export { BatchRefused } from './check.js';

export const BATCH_VERSION = 1;
const NEWLINE = 0x0a;
export const BATCH_TYPE = 'application/x-spanmeter-batch';

export interface Batch {
  /** All of the session, or its id when it was put before. */
  readonly session: SessionRecord | { readonly id: string };
  readonly writers: readonly WriterRecord[];
  readonly records: readonly ReadingRecord[];
}

interface Head {
  readonly version: number;
  readonly session: Batch['session'];
  readonly writers: readonly unknown[];
  readonly rows: number;
  readonly parts: readonly number[];
}

/** @returns whether the batch tells all of the session */
export function isWhole(session: Batch['session']): session is SessionRecord {
  return 'startedAt' in session;
}

export function encodeBatch({ session, writers, records }: Batch): Buffer {
  const journals = new Map<string, JournalEncoder>();
  let last: JournalEncoder | undefined;
  let name: string | undefined;
  for (const record of records) {
    if (last === undefined || name !== record.writer) {
      name = record.writer;
      last = journals.get(name);
      if (last === undefined) journals.set(name, (last = new JournalEncoder({ session: session.id, writer: name })));
    }
    last.add(record);
  }
  const parts = [...journals.values()].map((journal) => journal.bytes());
  const head: Head = { version: BATCH_VERSION, session, writers, rows: records.length, parts: parts.map(({ length }) => length) };
  const first = new LineBuffer();
  first.add(`P\t${JSON.stringify(head)}`);
  return Buffer.concat([first.bytes(), ...parts]);
}

/** @throws BatchRefused with the reason */
export function decodeBatch(bytes: Buffer): Batch {
  const line: Line = { to: 0, isIntact: false };
  scanLine(bytes, 0, line);
  const { session, writers, rows, parts } = readHead(bytes, line);
  const records: ReadingRecord[] = [];
  let from = line.to + 1;
  for (const [index, length] of parts.entries()) {
    const to = from + length;
    if (to > bytes.length) refuse(`it ends in the middle of part ${index + 1} of ${parts.length}`);
    readPart(bytes.subarray(from, to), session.id, index, records);
    from = to;
  }
  if (from !== bytes.length) refuse(`${bytes.length - from} bytes stand behind its last part`);
  if (records.length !== rows) refuse(`it says that it has ${rows} rows, and has ${records.length}`);
  return { session, writers, records };
}

function readHead(bytes: Buffer, line: Line): Omit<Head, 'writers'> & { readonly writers: readonly WriterRecord[] } {
  if (!line.isIntact || bytes.toString('latin1', 0, 2) !== 'P\t') refuse('its first line is torn, or it is no batch');
  const head = parse(bytes.toString('utf8', 2, line.to - CHECKSUM_LENGTH)) as Partial<Head> | null;
  if (typeof head !== 'object' || head === null) refuse('its first line is no JSON object');
  const { version, session, writers, rows, parts } = head;
  if (version !== BATCH_VERSION) refuse(`its version is ${JSON.stringify(version)}, and this server reads ${BATCH_VERSION}`);
  if (!Number.isSafeInteger(rows) || (rows as number) < 0) refuse('rows is no count');
  if (!Array.isArray(parts) || !parts.every((length) => Number.isSafeInteger(length) && length > 0)) refuse('parts are no lengths');
  if (!Array.isArray(writers)) refuse('writers is no list');
  const checked = checkSession(session);
  return {
    version: BATCH_VERSION,
    session: checked,
    writers: writers.map((writer: unknown) => checkWriter(writer, checked.id)),
    rows: rows as number,
    parts: parts as number[],
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readPart(bytes: Buffer, session: string, index: number, records: ReadingRecord[]): void {
  const place = `part ${index + 1}`;
  try {
    const reader = new JournalReader(bytes);
    if (reader.writer === undefined) refuse(`${place} has no readable first line`);
    if (reader.writer.session !== session) refuse(`${place} is of another session`);
    const [unknown] = reader.unknownMetrics;
    if (unknown !== undefined) refuse(`${place} has the metric ${JSON.stringify(unknown)}, which this version does not know`);
    for (const record of reader.records()) {
      checkRecord(record, place);
      records.push(record);
    }
    if (reader.torn > 0 || bytes[bytes.length - 1] !== NEWLINE) refuse(`${place} has torn lines, or lines that make no sense`);
  } catch (thrown) {
    if (thrown instanceof SyntaxError) refuse(`${place} has tags that are no JSON`);
    throw thrown;
  }
}
