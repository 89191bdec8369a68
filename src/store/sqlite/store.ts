/** The SQLite store: transactions and errors here, SQL in the files beside it. */
import { SpanmeterError } from '../../model/errors.js';
import type { ReadingRecord, SessionRecord, WriterRecord } from '../../model/records.js';
import type { KindTotals, ReadingQuery, SessionQuery, SessionSummary, StoredReading, StoredSession } from '../contract.js';
import type { Pruned, PruneQuery } from '../prune.js';
import type { ServedStore } from '../served.js';
import { countTests, readTotals, setCounts } from './counts.js';
import type { SqliteDatabase } from './driver.js';
import { translated } from './errors.js';
import { countSessions, listSessions } from './list-sessions.js';
import { prune } from './prune.js';
import { importInto, type Imported } from './pymon.js';
import { countReadings, readProjects, readReadings } from './read-readings.js';
import { putSession, putWriter, readSession, sessionNumber } from './sessions.js';
import { SqliteSql } from './sql.js';
import { Statements } from './statements.js';
import { SqliteTokens } from './tokens.js';
import { ReadingsWriter } from './write-readings.js';

export class SqliteStore implements ServedStore {
  readonly location: string;
  readonly sql: SqliteSql;
  readonly tokens: SqliteTokens;
  readonly #statements: Statements;
  readonly #readings: ReadingsWriter;
  readonly #sealed: boolean;
  /** Sessions whose counts this store has made stale. */
  readonly #stale = new Set<number>();
  #dataVersion: unknown;

  /** @param sealed the database is a copy, in memory, of a file of another format: writing to it would be lost */
  constructor(database: SqliteDatabase, location: string, sealed = false) {
    this.location = location;
    this.#sealed = sealed;
    this.#statements = new Statements(database);
    this.sql = new SqliteSql(this.#statements, location);
    this.tokens = new SqliteTokens(
      this.#statements,
      (work) => this.#read(work),
      (work) => this.#write(work),
    );
    this.#readings = new ReadingsWriter(this.#statements);
  }

  async putSession(session: SessionRecord): Promise<void> {
    this.#write(() => {
      putSession(this.#statements, session);
      if (session.finishedAt !== undefined) this.#refreshCounts();
    });
  }

  async putWriter(writer: WriterRecord): Promise<void> {
    this.#write(() => {
      const session = sessionNumber(this.#statements, writer.session);
      if (session === undefined) {
        throw new SpanmeterError(
          'SPANMETER_NOT_FOUND',
          `A writer names the session ${writer.session}, which the history does not know. Put the session first.`,
        );
      }
      putWriter(this.#statements, session, writer);
    });
  }

  async putReadings(records: Iterable<ReadingRecord>): Promise<number> {
    const written = this.#write(() => this.#readings.write(records));
    for (const session of written.stale) this.#stale.add(session);
    return written.changed;
  }

  async sessions(query: SessionQuery = {}): Promise<SessionSummary[]> {
    return this.#read(() => listSessions(this.#statements, query));
  }

  async countSessions(query: SessionQuery = {}): Promise<number> {
    return this.#read(() => countSessions(this.#statements, query));
  }

  async session(id: string): Promise<StoredSession | undefined> {
    return this.#read(() => readSession(this.#statements, id));
  }

  async readings(query: ReadingQuery): Promise<StoredReading[]> {
    return this.#read(() => readReadings(this.#statements, query));
  }

  async countReadings(query: ReadingQuery): Promise<number> {
    return this.#read(() => countReadings(this.#statements, query));
  }

  async projects(session: string): Promise<string[]> {
    return this.#read(() => readProjects(this.#statements, session));
  }

  async totals(session: string): Promise<KindTotals[]> {
    return this.#read(() => readTotals(this.#statements, session));
  }

  /** Adds the sessions, contexts and metrics of a pytest-monitor database; a second time changes nothing. */
  async importPymon(file: string): Promise<Imported> {
    return translated(file, () => importInto(this.#statements.database, file, (work) => this.#write(work)));
  }

  async prune(query: PruneQuery): Promise<Pruned> {
    try {
      return prune(this.#statements, query, (work) => this.#write(work));
    } finally {
      this.#readings.forget();
      this.#stale.clear();
    }
  }

  async close(): Promise<void> {
    const { database } = this.#statements;
    if (!database.open) return;
    try {
      // Nobody waits long for what is only kept for speed.
      database.pragma('busy_timeout = 200');
      if (this.#stale.size > 0) this.#write(() => this.#refreshCounts());
    } catch {
      // Who misses the counts counts.
    }
    database.close();
  }

  #refreshCounts(): void {
    for (const session of this.#stale) setCounts(this.#statements, session, countTests(this.#statements, session));
    this.#stale.clear();
  }

  /** Several statements see one state of the file. */
  #read<T>(work: () => T): T {
    return translated(this.location, () => this.#statements.database.transaction(work).deferred());
  }

  #write<T>(work: () => T): T {
    if (this.#sealed) {
      throw new SpanmeterError(
        'SPANMETER_USAGE',
        `${this.location} is a database of pytest-monitor: spanmeter reads it and never writes to it. Name another file with --db.`,
      );
    }
    return translated(this.location, () => {
      try {
        return this.#statements.database
          .transaction(() => {
            // Changes when another connection has written: numbers that are remembered may be gone.
            const version = this.#statements.database.pragma('data_version', { simple: true });
            if (version !== this.#dataVersion) this.#readings.forget();
            this.#dataVersion = version;
            return work();
          })
          .immediate();
      } catch (thrown) {
        this.#readings.forget();
        throw thrown;
      }
    });
  }
}
