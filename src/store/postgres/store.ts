/** The PostgreSQL store: what runs in which transaction. SQL is in the files beside it, and in ../sql. */
import type { PoolClient } from 'pg';
import { isWhole, type Batch } from '../../journal/batch.js';
import { SpanmeterError } from '../../model/errors.js';
import { escapeText } from '../../model/escape.js';
import type { ReadingRecord, SessionRecord, WriterRecord } from '../../model/records.js';
import type { KindTotals, ReadingQuery, SessionQuery, SessionSummary, StoredReading, StoredSession } from '../contract.js';
import type { PymonContext, PymonMetric, PymonSession, Put } from '../pymon-rows.js';
import type { Pruned, PruneQuery } from '../prune.js';
import type { ServedStore } from '../served.js';
import { countSessions, listSessions } from '../sql/list-sessions.js';
import { countReadings, readProjects, readReadings } from '../sql/read-readings.js';
import { readSession, sessionNumber } from '../sql/read-session.js';
import { readTotals } from '../sql/totals.js';
import { missingZones } from '../sql/zones.js';
import { toRows } from './rows.js';
import type { Connections } from './connections.js';
import { keepCounts, tryKeepCounts } from './counts.js';
import { Dictionary } from './dictionary.js';
import { prune } from './prune.js';
import { PymonMetrics } from './pymon-metrics.js';
import { putPymonContext, putPymonSession } from './pymon-rows.js';
import { learning, putSession, unknownSession, type Learn } from './sessions.js';
import { addWriters, putWriters } from './writers.js';
import { DIALECT, PostgresSql } from './sql.js';
import { Together } from './together.js';
import { writeRows, WritersMissing } from './write-readings.js';
import { PostgresTokens } from './tokens.js';
import { computeZones } from './zones.js';

const ANALYZE =
  'ANALYZE (SKIP_LOCKED) metrics, zones, sessions, writers, items, components, contexts, foreign_readings, foreign_items, foreign_sessions';

export class PostgresStore implements ServedStore {
  readonly location: string;
  readonly sql: PostgresSql;
  readonly tokens: PostgresTokens;
  readonly #connections: Connections;
  readonly #dictionary: Dictionary;
  readonly #readonly: boolean;
  readonly #metrics: Together<readonly PymonMetric[]>;
  /** Sessions whose rows came since the tables were analyzed, and how many are to change a plan. */
  #unanalyzed = 0;
  #enough = 16;

  constructor(connections: Connections, readonly: boolean) {
    this.location = connections.location;
    this.sql = new PostgresSql(connections);
    this.tokens = new PostgresTokens(connections);
    this.#connections = connections;
    this.#dictionary = new Dictionary(connections);
    this.#readonly = readonly;
    const metrics = new PymonMetrics(connections);
    this.#metrics = new Together((several) => metrics.write(several.flat()));
  }

  async prepareToServe(): Promise<void> {
    await this.ensureZones();
    await this.#analyze();
  }

  async ensureZones(): Promise<void> {
    const missing = await missingZones(this.sql);
    for (const session of missing) await this.#connections.write((client) => computeZones(client, session));
    this.#unanalyzed += missing.length;
    if (this.#unanalyzed >= this.#enough) await this.#analyze();
  }

  async putPymonContext(context: PymonContext): Promise<Put> {
    this.#refuseReadonly();
    return putPymonContext(this.#connections, context);
  }

  async putPymonSession(session: PymonSession): Promise<Put> {
    this.#refuseReadonly();
    return putPymonSession(this.#connections, session);
  }

  async putPymonMetrics(metrics: readonly PymonMetric[]): Promise<void> {
    this.#refuseReadonly();
    if (metrics.length > 0) await this.#metrics.add(metrics);
  }

  async putSession(session: SessionRecord): Promise<void> {
    this.#refuseReadonly();
    await putSession(this.#connections, session);
    if (session.finishedAt !== undefined) await this.#keepCounts(session.id);
  }

  async putWriter(writer: WriterRecord): Promise<void> {
    this.#refuseReadonly();
    await this.#addWriters([writer]);
    await this.#connections.write((client) => putWriters(client, [writer]));
  }

  async putReadings(records: Iterable<ReadingRecord>): Promise<number> {
    this.#refuseReadonly();
    const rows = await toRows(records, this.#dictionary);
    if (rows.chunks.length === 0) return 0;
    return this.#withWriters((client) => writeRows(client, rows));
  }

  async putBatch({ session, writers, records }: Batch): Promise<number> {
    this.#refuseReadonly();
    const rows = await toRows(records, this.#dictionary);
    let learnt: Learn | undefined;
    if (isWhole(session)) {
      // Rows are written to a session that has a number. What else is told is stored with them, or not at all.
      if ((await this.#connections.read(() => readSession(session.id))) === undefined) {
        const { finishedAt: _finished, exitCode: _code, ...begun } = session;
        await putSession(this.#connections, begun);
      }
      learnt = await learning(this.#connections, session);
    } else if ((await this.#connections.read(() => readSession(session.id))) === undefined) {
      throw unknownSession('A batch names', session.id);
    }
    if (writers.length > 0) await this.#addWriters(writers);
    const changed = await this.#withWriters(async (client) => {
      if (writers.length > 0) await putWriters(client, writers);
      const written = await writeRows(client, rows);
      // Last: who holds the session's row lets all its other writers wait.
      await learnt?.(client);
      return written;
    });
    if (isWhole(session) && session.finishedAt !== undefined) await this.#keepCounts(session.id);
    return changed;
  }

  async sessions(query: SessionQuery = {}): Promise<SessionSummary[]> {
    let missed: number[] = [];
    const found = await this.#connections.read(() => listSessions(query, (missed = [])));
    // Whoever missed counts has counted; the next shall find them.
    if (!this.#readonly) for (const session of missed) await this.#connections.write((client) => tryKeepCounts(client, session));
    return found;
  }

  async countSessions(query: SessionQuery = {}): Promise<number> {
    return this.#connections.read(() => countSessions(query));
  }

  async session(id: string): Promise<StoredSession | undefined> {
    return this.#connections.read(() => readSession(id));
  }

  async readings(query: ReadingQuery): Promise<StoredReading[]> {
    return this.#connections.read(() => readReadings(DIALECT, query));
  }

  async countReadings(query: ReadingQuery): Promise<number> {
    return this.#connections.read(() => countReadings(DIALECT, query));
  }

  async projects(session: string): Promise<string[]> {
    return this.#connections.read(() => readProjects(session));
  }

  async totals(session: string): Promise<KindTotals[]> {
    return this.#connections.read(() => readTotals(session));
  }

  async prune(query: PruneQuery): Promise<Pruned> {
    this.#refuseReadonly();
    return prune(this.#connections, query);
  }

  async close(): Promise<void> {
    await this.#metrics.settled();
    await this.#connections.close();
  }

  /** PostgreSQL does it by itself, but not at once: until then its plans are for what was there before. */
  async #analyze(): Promise<void> {
    this.#enough = Math.max(this.#enough, 2 * this.#unanalyzed);
    this.#unanalyzed = 0;
    await this.#connections.rows(ANALYZE);
  }

  async #keepCounts(id: string): Promise<void> {
    const number = await this.#connections.read(() => sessionNumber(id));
    if (number !== undefined) await this.#connections.write((client) => keepCounts(client, number));
  }

  async #addWriters(writers: readonly WriterRecord[]): Promise<void> {
    const found = await this.#connections.rows<[string, number]>(
      'SELECT id, session FROM sessions WHERE id = ANY(?::text[])',
      writers.map(({ session }) => escapeText(session)),
    );
    const numbers = new Map(found);
    const named = writers.map(({ session, writer }) => {
      const number = numbers.get(escapeText(session));
      if (number === undefined) throw unknownSession('A writer names', session);
      return { session: number, name: escapeText(writer) };
    });
    await this.#connections.write((client) => addWriters(client, named));
  }

  /** Writers get their numbers in a transaction of its own: it holds the session's row, which nobody shall wait for long. */
  async #withWriters<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await this.#connections.write(work);
      } catch (thrown) {
        if (!(thrown instanceof WritersMissing)) throw thrown;
        await this.#connections.write((client) => addWriters(client, thrown.writers));
      }
    }
  }

  #refuseReadonly(): void {
    if (this.#readonly) throw new SpanmeterError('SPANMETER_USAGE', `${this.location} was opened for reading only.`);
  }
}
