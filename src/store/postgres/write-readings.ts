/** A batch into rows, in one transaction: each key once, a finished record in place of an interrupted one. */
import type { PoolClient } from 'pg';
import { escapeText } from '../../model/escape.js';
import { INTERRUPTED, STATUS_MASK } from '../sql/marks.js';
import type { Rows, Chunk, Row, WriterRows } from './rows.js';
import { rows } from './connections.js';
import { copyInto } from './copy.js';
import { shareReadings } from './locks.js';
import { unknownSession } from './sessions.js';
import type { NewWriter } from './writers.js';

interface StoredWriter {
  readonly session: number;
  readonly sessionStart: number;
  readonly writer: number;
  /** No row of it has a higher sequence. */
  readonly stored: number;
}

/** Writers that have no number yet. They get one in a transaction of its own, and then the batch is written. */
export class WritersMissing extends Error {
  constructor(readonly writers: readonly NewWriter[]) {
    super('writers are missing');
  }
}

/** @returns how many rows were new or replaced */
export async function writeRows(client: PoolClient, batch: Rows): Promise<number> {
  const sessions = await lockSessions(client, [...batch.writers.keys()]);
  const writers = await lockWriters(client, batch, sessions);
  const known = await knownRows(client, writers);
  if (known.replaced.length > 0) await remove(client, known.replaced);
  let changed = 0;
  for (const chunk of batch.chunks) changed += await copy(client, chunk, writers, known.skipped);
  if (changed > 0) await settle(client, writers);
  return changed;
}

/** Their numbers. Others may write to them meanwhile, but nobody moves their starts or counts their rows. */
async function lockSessions(client: PoolClient, ids: readonly string[]): Promise<Map<string, number>> {
  const found = await rows<[string, number]>(client, 'SELECT id, session FROM sessions WHERE id = ANY(?::text[])', ids.map(escapeText));
  const numbers = new Map(found);
  for (const id of ids) if (!numbers.has(escapeText(id))) throw unknownSession('Readings name', id);
  await shareReadings(client, [...numbers.values()]);
  return numbers;
}

/** Until the end of the transaction nobody else writes rows of these writers. */
async function lockWriters(client: PoolClient, batch: Rows, sessions: ReadonlyMap<string, number>): Promise<Map<WriterRows, StoredWriter>> {
  const wanted = [...batch.writers].flatMap(([id, ofSession]) =>
    [...ofSession.values()].map((writer) => ({ writer, session: sessions.get(escapeText(id))!, name: escapeText(writer.name) })),
  );
  const numbers = [...sessions.values()];
  const starts = new Map(
    await rows<[number, number]>(client, 'SELECT session, started_at FROM sessions WHERE session = ANY(?::integer[])', numbers),
  );
  // Sorted: nobody waits in a circle.
  const locked = await rows<[number, string, number, number]>(
    client,
    `SELECT session, name, writer, stored FROM writers WHERE session = ANY(?::integer[]) AND name = ANY(?::text[])
     ORDER BY session, writer FOR NO KEY UPDATE`,
    numbers,
    [...new Set(wanted.map(({ name }) => name))],
  );
  const known = new Map(locked.map(([session, name, writer, stored]) => [`${session} ${name}`, { writer, stored }]));
  const missing = wanted.filter(({ session, name }) => !known.has(`${session} ${name}`));
  if (missing.length > 0) throw new WritersMissing(missing);
  return new Map(
    wanted.map(({ writer, session, name }) => [
      writer,
      { session, sessionStart: starts.get(session)!, ...known.get(`${session} ${name}`)! },
    ]),
  );
}

interface KnownRows {
  /** Their keys are taken. */
  readonly skipped: ReadonlySet<Row>;
  /** Keys of interrupted rows that finished ones replace. */
  readonly replaced: readonly (readonly [session: number, writer: number, sequence: number])[];
}

async function knownRows(client: PoolClient, writers: ReadonlyMap<WriterRows, StoredWriter>): Promise<KnownRows> {
  const skipped = new Set<Row>();
  const replaced: [number, number, number][] = [];
  for (const [{ rows: own }, { session, writer, stored }] of writers) {
    const again = [...own.keys()].filter((sequence) => sequence <= stored);
    if (again.length === 0) continue;
    const sql = 'SELECT sequence, marks FROM metrics WHERE session = ? AND writer = ? AND sequence = ANY(?::bigint[])';
    for (const [sequence, marks] of await rows<[number, number]>(client, sql, session, writer, again)) {
      const row = own.get(sequence)!;
      if ((marks & STATUS_MASK) === INTERRUPTED && !row.interrupted) replaced.push([session, writer, sequence]);
      else skipped.add(row);
    }
  }
  return { skipped, replaced };
}

async function remove(client: PoolClient, keys: KnownRows['replaced']): Promise<void> {
  const columns = [0, 1, 2].map((column) => keys.map((key) => key[column]!));
  await rows(
    client,
    `DELETE FROM metrics m USING unnest(?::integer[], ?::integer[], ?::bigint[]) AS k (session, writer, sequence)
     WHERE m.session = k.session AND m.writer = k.writer AND m.sequence = k.sequence`,
    ...columns,
  );
}

async function copy(
  client: PoolClient,
  chunk: Chunk,
  writers: ReadonlyMap<WriterRows, StoredWriter>,
  skipped: ReadonlySet<Row>,
): Promise<number> {
  let lines = '';
  let count = 0;
  for (const { row, writer: by } of chunk.rows) {
    if (row.superseded || skipped.has(row)) continue;
    const { session, sessionStart, writer } = writers.get(by)!;
    lines += `${session}\t${writer}\t${row.sequence}\t${Math.round(row.startedAt - sessionStart)}\t${row.rest}\n`;
    count++;
  }
  if (count > 0) await copyInto(client, 'metrics', chunk.columns, lines);
  return count;
}

/** How far the writers are, and that what was counted no longer holds. */
async function settle(client: PoolClient, writers: ReadonlyMap<WriterRows, StoredWriter>): Promise<void> {
  const all = [...writers].map(([{ rows: own }, { session, writer, stored }]) => {
    let highest = stored;
    for (const sequence of own.keys()) if (sequence > highest) highest = sequence;
    return { session, writer, highest };
  });
  await rows(
    client,
    `WITH sessions AS (SELECT unnest(?::integer[]) AS session),
       counts AS (DELETE FROM session_counts WHERE session IN (SELECT session FROM sessions)),
       shown AS (DELETE FROM zones WHERE session IN (SELECT session FROM sessions))
     UPDATE writers w SET stored = h.stored FROM unnest(?::integer[], ?::integer[], ?::bigint[]) AS h (session, writer, stored)
     WHERE w.session = h.session AND w.writer = h.writer AND w.stored < h.stored`,
    [...new Set(all.map(({ session }) => session))],
    all.map(({ session }) => session),
    all.map(({ writer }) => writer),
    all.map(({ highest }) => highest),
  );
}
