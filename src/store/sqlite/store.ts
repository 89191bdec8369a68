/** The SQLite store: transactions and errors here, SQL in the files beside it. */
import { isWhole, type Batch } from '../../journal/batch.js';
import { SpanmeterError } from '../../model/errors.js';
import type { ReadingRecord, SessionRecord, WriterRecord } from '../../model/records.js';
import type { KindTotals, ReadingQuery, SessionQuery, SessionSummary, StoredReading, StoredSession } from '../contract.js';
import type { Pruned, PruneQuery } from '../prune.js';
import type { CountedMetric, PymonContext, PymonMetric, PymonSession, Put } from '../pymon-rows.js';
import type { ServedStore } from '../served.js';
import type { Asking } from '../sql/ask.js';
import { countSessions, listSessions } from '../sql/list-sessions.js';
import { countReadings, readProjects, readReadings } from '../sql/read-readings.js';
import { missingMetrics } from '../sql/pymon-missing.js';
import { readSession } from '../sql/read-session.js';
import { countTests, readTotals } from '../sql/totals.js';
import { setCounts } from './counts.js';
import type { SqliteDatabase } from './driver.js';
import { translated } from './errors.js';
import { prune } from './prune.js';
import { PymonWriter } from './pymon-writer.js';
import { importInto, type Imported } from './pymon.js';
import { putSession, putWriter, sessionNumber } from './sessions.js';
import { answer, DIALECT, SqliteSql } from './sql.js';
import { Statements } from './statements.js';
import { SqliteTokens } from './tokens.js';
import { Together } from './together.js';
import { ReadingsWriter } from './write-readings.js';
import { areZonesMissing, computeMissingZones } from './zones.js';

/** For the questions of a server: items by their name, and by their variant. */
const SERVER_INDEXES = `
CREATE INDEX IF NOT EXISTS items_by_name ON items (name);
CREATE INDEX IF NOT EXISTS items_by_variant ON items (variant);
CREATE INDEX IF NOT EXISTS foreign_items_by_variant ON foreign_items (item_variant);
`;

export class SqliteStore implements ServedStore {
  readonly location: string;
  readonly sql: SqliteSql;
  readonly tokens: SqliteTokens;
  readonly #statements: Statements;
  readonly #readings: ReadingsWriter;
  readonly #pymon: PymonWriter;
  readonly #metrics = new Together<readonly PymonMetric[]>((several) => this.#write(() => this.#pymon.putMetrics(several.flat())));
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
      (work) => translated(location, work),
      (work) => this.#write(work),
    );
    this.#readings = new ReadingsWriter(this.#statements);
    this.#pymon = new PymonWriter(this.#statements);
  }

  async prepareToServe(): Promise<void> {
    this.#transaction(() => this.#statements.database.exec(SERVER_INDEXES));
    await this.ensureZones();
  }

  async ensureZones(): Promise<void> {
    // Asked outside of a transaction first, so that readers need not wait for a writer.
    if (!translated(this.location, () => areZonesMissing(this.#statements))) return;
    this.#transaction(() => computeMissingZones(this.#statements));
  }

  async putPymonContext(context: PymonContext): Promise<Put> {
    return this.#write(() => this.#pymon.putContext(context));
  }

  async putPymonSession(session: PymonSession): Promise<Put> {
    return this.#write(() => this.#pymon.putSession(session));
  }

  async putPymonMetrics(metrics: readonly PymonMetric[]): Promise<void> {
    return this.#metrics.add(metrics);
  }

  async putMissingPymonMetrics(metrics: readonly CountedMetric[]): Promise<number> {
    return this.#write(() => {
      const missing = answer(this.#statements, missingMetrics(DIALECT, this.#pymon.numbered(metrics)));
      this.#pymon.putMetrics(missing);
      return missing.length;
    });
  }

  async putSession(session: SessionRecord): Promise<void> {
    this.#write(() => {
      putSession(this.#statements, session);
      if (session.finishedAt !== undefined) this.#refreshCounts();
    });
  }

  async putWriter(writer: WriterRecord): Promise<void> {
    this.#write(() => putWriter(this.#statements, this.#numberOf(writer.session, 'A writer'), writer));
  }

  async putReadings(records: Iterable<ReadingRecord>): Promise<number> {
    const written = this.#write(() => this.#readings.write(records));
    for (const session of written.stale) this.#stale.add(session);
    return written.changed;
  }

  /** Rows as pytest-monitor's tools write them, through a view; null is what is not known. */
  async insertPymon(view: string, columns: readonly string[], rows: readonly (readonly unknown[])[]): Promise<void> {
    const insert = `INSERT INTO ${view} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
    this.#write(() => {
      for (const row of rows) this.#statements.run(insert, ...row);
    });
  }

  async putBatch({ session, writers, records }: Batch): Promise<number> {
    return this.#write(() => {
      if (isWhole(session)) putSession(this.#statements, session);
      const number = this.#numberOf(session.id, 'A batch');
      for (const writer of writers) putWriter(this.#statements, number, writer);
      const { changed, stale } = this.#readings.write(records);
      for (const each of stale) this.#stale.add(each);
      if (isWhole(session) && session.finishedAt !== undefined) this.#refreshCounts();
      return changed;
    });
  }

  async sessions(query: SessionQuery = {}): Promise<SessionSummary[]> {
    return this.#read(listSessions(query));
  }

  async countSessions(query: SessionQuery = {}): Promise<number> {
    return this.#read(countSessions(query));
  }

  async session(id: string): Promise<StoredSession | undefined> {
    return this.#read(readSession(id));
  }

  async readings(query: ReadingQuery): Promise<StoredReading[]> {
    return this.#read(readReadings(DIALECT, query));
  }

  async countReadings(query: ReadingQuery): Promise<number> {
    return this.#read(countReadings(DIALECT, query));
  }

  async projects(session: string): Promise<string[]> {
    return this.#read(readProjects(session));
  }

  async totals(session: string): Promise<KindTotals[]> {
    return this.#read(readTotals(session));
  }

  /** Adds the sessions, contexts and metrics of a pytest-monitor database; a second time changes nothing. */
  async importPymon(file: string): Promise<Imported> {
    return translated(file, () => importInto(this.#statements.database, file, (work) => this.#write(work)));
  }

  async prune(query: PruneQuery): Promise<Pruned> {
    try {
      return prune(this.#statements, query, (work) => this.#write(work));
    } finally {
      this.#forget();
      this.#stale.clear();
    }
  }

  async close(): Promise<void> {
    const { database } = this.#statements;
    if (!database.open) return;
    this.#metrics.flush();
    try {
      // Nobody waits long for what is only kept for speed.
      database.pragma('busy_timeout = 200');
      if (this.#stale.size > 0) this.#write(() => this.#refreshCounts());
    } catch {
      // Who misses the counts counts.
    }
    database.close();
  }

  /** @throws SpanmeterError SPANMETER_NOT_FOUND. Inside a transaction. */
  #numberOf(id: string, what: string): number {
    const number = sessionNumber(this.#statements, id);
    if (number !== undefined) return number;
    throw new SpanmeterError(
      'SPANMETER_NOT_FOUND',
      `${what} names the session ${id}, which the history does not know. Put the session first.`,
    );
  }

  #refreshCounts(): void {
    for (const session of this.#stale) setCounts(this.#statements, session, answer(this.#statements, countTests(session)));
    this.#stale.clear();
  }

  /** Several statements see one state of the file. */
  #read<T>(asking: Asking<T>): T {
    return translated(this.location, () => this.#statements.database.transaction(() => answer(this.#statements, asking)).deferred());
  }

  #write<T>(work: () => T): T {
    if (this.#sealed) {
      throw new SpanmeterError(
        'SPANMETER_USAGE',
        `${this.location} is a database of pytest-monitor: spanmeter reads it and never writes to it. Name another file with --db.`,
      );
    }
    return this.#transaction(work);
  }

  #transaction<T>(work: () => T): T {
    return translated(this.location, () => {
      try {
        return this.#statements.database
          .transaction(() => {
            // Changes when another connection has written: numbers that are remembered may be gone.
            const version = this.#statements.database.pragma('data_version', { simple: true });
            if (version !== this.#dataVersion) this.#forget();
            this.#dataVersion = version;
            return work();
          })
          .immediate();
      } catch (thrown) {
        this.#forget();
        throw thrown;
      }
    });
  }

  #forget(): void {
    this.#readings.forget();
    this.#pymon.forget();
  }
}
