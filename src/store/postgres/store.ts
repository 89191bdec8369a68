/** The PostgreSQL store: what runs in which transaction. SQL is in the files beside it, and in ../sql. */
import { SpanmeterError } from '../../model/errors.js';
import type { ReadingRecord, SessionRecord, WriterRecord } from '../../model/records.js';
import type { KindTotals, ReadingQuery, SessionQuery, SessionSummary, Store, StoredReading, StoredSession } from '../contract.js';

import { countSessions, listSessions } from '../sql/list-sessions.js';
import { countReadings, readProjects, readReadings } from '../sql/read-readings.js';
import { readSession, sessionNumber } from '../sql/read-session.js';
import { readTotals } from '../sql/totals.js';
import { toBatch } from './batch.js';
import type { Connections } from './connections.js';
import { keepCounts, tryKeepCounts } from './counts.js';
import { Dictionary } from './dictionary.js';
import { addWriters, putSession, putWriter } from './sessions.js';
import { DIALECT, PostgresSql } from './sql.js';
import { writeBatch, WritersMissing } from './write-readings.js';

export class PostgresStore implements Store {
  readonly location: string;
  readonly sql: PostgresSql;
  readonly #connections: Connections;
  readonly #dictionary: Dictionary;
  readonly #readonly: boolean;

  constructor(connections: Connections, readonly: boolean) {
    this.location = connections.location;
    this.sql = new PostgresSql(connections);
    this.#connections = connections;
    this.#dictionary = new Dictionary(connections);
    this.#readonly = readonly;
  }

  async putSession(session: SessionRecord): Promise<void> {
    this.#refuseReadonly();
    await putSession(this.#connections, session);
    if (session.finishedAt === undefined) return;
    const number = await this.#connections.read(() => sessionNumber(session.id));
    if (number !== undefined) await this.#connections.write((client) => keepCounts(client, number));
  }

  async putWriter(writer: WriterRecord): Promise<void> {
    this.#refuseReadonly();
    await this.#connections.write((client) => putWriter(client, writer));
  }

  async putReadings(records: Iterable<ReadingRecord>): Promise<number> {
    this.#refuseReadonly();
    const batch = await toBatch(records, this.#dictionary);
    if (batch.chunks.length === 0) return 0;
    for (;;) {
      try {
        return await this.#connections.write((client) => writeBatch(client, batch));
      } catch (thrown) {
        if (!(thrown instanceof WritersMissing)) throw thrown;
        await this.#connections.write((client) => addWriters(client, thrown.writers, 'Readings name'));
      }
    }
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

  async close(): Promise<void> {
    await this.#connections.close();
  }

  #refuseReadonly(): void {
    if (this.#readonly) throw new SpanmeterError('SPANMETER_USAGE', `${this.location} was opened for reading only.`);
  }
}
