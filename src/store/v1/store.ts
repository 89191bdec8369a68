/**
 * The history of a server that speaks /api/v1 only, for reading: what a question is about is copied into memory, once, through the
 * same tables that pytest-monitor's files come through, and asked there. So every answer is that of a file with the same rows.
 */
import { SpanmeterError } from '../../model/errors.js';
import type { KindTotals, ReadingQuery, SessionQuery, SessionSummary, Store, StoredReading, StoredSession } from '../contract.js';
import type { Server } from '../remote/http.js';
import type { MetricFilter } from '../sql/metric-conditions.js';
import type { Sql } from '../sql/port.js';
import { areAllSessions, findSessions } from '../sql/session-filter.js';
import type { SqliteStore } from '../sqlite/store.js';
import { API, get, pages, strange, type Row } from './pages.js';
import { CONTEXTS, METRICS, SESSIONS, valuesOf, type Table } from './rows.js';

/** Sessions whose metrics are asked for at one time. */
const AT_ONCE = 4;

export class V1Store implements Store {
  readonly location: string;
  readonly #server: Server;
  readonly #copy: SqliteStore;
  /** Sessions whose metrics are there. */
  readonly #copied = new Set<unknown>();
  #areAllCopied = false;
  /** One copies at a time. */
  #last: Promise<unknown>;
  #surroundings: Promise<void> | undefined;

  /** @param server its URL is without /api/v1. @param copy empty */
  constructor(server: Server, copy: SqliteStore) {
    this.location = server.url + API;
    this.#server = server;
    this.#copy = copy;
    this.#last = Promise.resolve();
  }

  /** For questions about what was copied. */
  get sql(): Sql {
    return this.#copy.sql;
  }

  /** Contexts and sessions. What failed is tried again by the next question. */
  async copySessions(): Promise<void> {
    this.#surroundings ??= this.#copySurroundings().catch((thrown: unknown) => {
      this.#surroundings = undefined;
      throw thrown;
    });
    return this.#surroundings;
  }

  /** The metrics that a question is about. In which context a session ran is known from them, too. */
  async copyMetrics(filter: MetricFilter): Promise<void> {
    await this.copySessions();
    const { machine: _, context, ...ofSessions } = filter;
    const copying = this.#last.then(async () => {
      if (this.#areAllCopied) return;
      if (context !== undefined || areAllSessions(ofSessions)) await this.#copyAllMetrics();
      else await this.#copyMetricsOf(filter.sessions ?? (await findSessions(this.sql, ofSessions)).map(({ id }) => id));
    });
    this.#last = copying.catch(() => undefined);
    return copying;
  }

  /** Without copying them. */
  async countMetrics(): Promise<number> {
    const count = (await get(this.#server, '/metrics/count'))?.['count'];
    if (typeof count !== 'number') throw strange(this.#server, '/metrics/count', 'there is no count');
    return count;
  }

  async sessions(query: SessionQuery = {}): Promise<SessionSummary[]> {
    await this.copySessions();
    const found = await this.#copy.sessions(query);
    if (query.counts === false || found.length === 0) return found;
    await this.copyMetrics({ sessions: found.map(({ id }) => id) });
    return this.#copy.sessions(query);
  }

  async countSessions(query: SessionQuery = {}): Promise<number> {
    await this.copySessions();
    return this.#copy.countSessions(query);
  }

  async session(id: string): Promise<StoredSession | undefined> {
    await this.copyMetrics({ sessions: [id] });
    return this.#copy.session(id);
  }

  async readings(query: ReadingQuery): Promise<StoredReading[]> {
    await this.copyMetrics({ sessions: [query.session] });
    return this.#copy.readings(query);
  }

  async countReadings(query: ReadingQuery): Promise<number> {
    await this.copyMetrics({ sessions: [query.session] });
    return this.#copy.countReadings(query);
  }

  async projects(session: string): Promise<string[]> {
    await this.copyMetrics({ sessions: [session] });
    return this.#copy.projects(session);
  }

  async totals(session: string): Promise<KindTotals[]> {
    await this.copyMetrics({ sessions: [session] });
    return this.#copy.totals(session);
  }

  async putSession(): Promise<never> {
    throw this.#refusal();
  }

  async putWriter(): Promise<never> {
    throw this.#refusal();
  }

  async putReadings(): Promise<never> {
    throw this.#refusal();
  }

  async close(): Promise<void> {
    await this.#copy.close();
  }

  async #copySurroundings(): Promise<void> {
    for (const [table, path, name, key] of [
      [CONTEXTS, '/contexts/', 'contexts', 'h'],
      [SESSIONS, '/sessions/', 'sessions', 'session_h'],
    ] as const) {
      // While they are read page by page, some may move from one to the next.
      const known = new Set<unknown>(['', null, undefined]);
      const rows: Row[] = [];
      for await (const page of pages(this.#server, path, name)) {
        for (const row of page) if (!known.has(row[key])) rows.push(row);
        for (const row of page) known.add(row[key]);
      }
      await this.#insert(table, rows);
    }
  }

  async #copyAllMetrics(): Promise<void> {
    for await (const page of pages(this.#server, '/metrics/', 'metrics')) {
      await this.#insert(METRICS, page.filter((row) => !this.#copied.has(row['session_h']))); // prettier-ignore
    }
    this.#areAllCopied = true;
  }

  async #copyMetricsOf(ids: readonly string[]): Promise<void> {
    const missing = ids.filter((id) => id !== '' && !this.#copied.has(id));
    for (let at = 0; at < missing.length; at += AT_ONCE) {
      const some = missing.slice(at, at + AT_ONCE);
      const found = await Promise.all(some.map((id) => this.#metricsOf(id)));
      for (const rows of found) await this.#insert(METRICS, rows);
      for (const id of some) this.#copied.add(id);
    }
  }

  async #metricsOf(id: string): Promise<Row[]> {
    const rows: Row[] = [];
    for await (const page of pages(this.#server, `/sessions/${encodeURIComponent(id)}/metrics`, 'metrics')) rows.push(...page);
    return rows;
  }

  #insert(table: Table, rows: readonly Row[]): Promise<void> {
    const columns = table.columns.map(([column]) => column);
    return this.#copy.insertPymon(table.name, columns, rows.map((row) => valuesOf(table, row))); // prettier-ignore
  }

  #refusal(): SpanmeterError {
    return new SpanmeterError(
      'SPANMETER_USAGE',
      `${this.location} is a server of pytest-monitor's: spanmeter reads it and never writes to it.`,
    );
  }
}
