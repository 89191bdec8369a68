/** A history on a server, over /api/v2. */
import { PAGE_ROWS } from '../../journal/batch-limits.js';
import { escapeText } from '../../model/escape.js';
import { METRIC_INDEX, METRIC_NAMES, type MetricName } from '../../model/metrics.js';
import type { ReadingRecord, SessionRecord, WriterRecord } from '../../model/records.js';
import type { KindTotals, ReadingQuery, SessionQuery, SessionSummary, Store, StoredReading, StoredSession } from '../contract.js';
import { ask, RemoteError, type Server } from './http.js';
import { batchesOf, now, persist, sendBatch } from './send.js';
import { SpanmeterError } from '../../model/errors.js';

const LONGEST_ANSWER = 60_000;

export class RemoteStore implements Store {
  constructor(readonly server: Server) {}

  get location(): string {
    return this.server.url;
  }

  async putSession(session: SessionRecord): Promise<void> {
    await sendBatch(this.server, { session, writers: [], records: [] });
  }

  async putWriter(writer: WriterRecord): Promise<void> {
    await sendBatch(this.server, { session: { id: writer.session }, writers: [writer], records: [] });
  }

  /** What is more than a batch is several transactions: one after the other, and each counts once however often it is sent. */
  async putReadings(records: Iterable<ReadingRecord>): Promise<number> {
    // All of them first: what fails while they are made is not half sent.
    const sessions = new Map<string, ReadingRecord[]>();
    for (const record of records) {
      const known = sessions.get(record.session);
      if (known === undefined) sessions.set(record.session, [record]);
      else known.push(record);
    }
    for (const id of sessions.keys()) {
      if ((await this.session(id)) === undefined)
        throw new SpanmeterError(
          'SPANMETER_NOT_FOUND',
          `Readings name the session ${id}, which ${this.location} does not know. Put the session first.`,
        );
    }
    let fresh = 0;
    for (const [id, all] of sessions) {
      for (const { records: part } of batchesOf({ id } as SessionRecord, [], all)) {
        fresh += (await sendBatch(this.server, { session: { id }, writers: [], records: part })).fresh;
      }
    }
    return fresh;
  }

  async sessions(query: SessionQuery = {}): Promise<SessionSummary[]> {
    const found = await this.#pages('/sessions', 'sessions', sessionParameters(query), query);
    const shown = found.map((row) => withNaN(row as SessionSummary, SUMMARY_NUMBERS));
    // While they were read page by page, newer ones may have moved the others.
    return [...new Map(shown.map((session) => [session.id, session])).values()];
  }

  async countSessions(query: SessionQuery = {}): Promise<number> {
    return this.#count('/sessions', sessionParameters(query));
  }

  async session(id: string): Promise<StoredSession | undefined> {
    try {
      return (await this.#get(pathOf(id))) as unknown as StoredSession;
    } catch (thrown) {
      if (thrown instanceof RemoteError && thrown.status === 404) return undefined;
      throw thrown;
    }
  }

  async readings(query: ReadingQuery): Promise<StoredReading[]> {
    if (findsNothing(query)) return [];
    let columns: readonly number[] = [];
    const found = await this.#pages(`${pathOf(query.session)}/readings`, 'readings', readingParameters(query), query, ({ metrics }) => {
      columns = list(metrics).map((name) => (METRIC_INDEX[name as MetricName] as number | undefined) ?? -1);
    });
    return found.map((row) => {
      const { values: sent, ...reading } = row as StoredReading;
      const values = new Float64Array(METRIC_NAMES.length).fill(NaN);
      columns.forEach((column, index) => {
        if (column >= 0) values[column] = (sent[index] as number | null) ?? NaN;
      });
      return { ...reading, session: query.session, values };
    });
  }

  async countReadings(query: ReadingQuery): Promise<number> {
    return findsNothing(query) ? 0 : this.#count(`${pathOf(query.session)}/readings`, readingParameters(query));
  }

  async projects(session: string): Promise<string[]> {
    return list((await this.#get(`${pathOf(session)}/projects`))['projects']) as string[];
  }

  async totals(session: string): Promise<KindTotals[]> {
    const found = list((await this.#get(`${pathOf(session)}/totals`))['totals']) as KindTotals[];
    return found.map((row) => withNaN(row, Object.keys(row) as (keyof KindTotals)[]));
  }

  async close(): Promise<void> {
    // Connections that nobody uses end by themselves.
  }

  async #get(path: string): Promise<Readonly<Record<string, unknown>>> {
    const request = (timeout: number): Promise<object> => ask(this.server, { method: 'GET', path: `/api/v2${path}`, timeout });
    return (await persist(now() + LONGEST_ANSWER, request)) as Readonly<Record<string, unknown>>;
  }

  async #count(path: string, parameters: URLSearchParams): Promise<number> {
    parameters.set('limit', '0');
    parameters.set('count', 'true');
    const { count } = await this.#get(`${path}?${parameters.toString()}`);
    if (typeof count !== 'number') throw this.#notOurs();
    return count;
  }

  /** As many pages as the query's limit needs. */
  async #pages(
    path: string,
    name: string,
    parameters: URLSearchParams,
    { limit = Infinity, offset = 0 }: { readonly limit?: number; readonly offset?: number },
    look: (page: Readonly<Record<string, unknown>>) => void = () => undefined,
  ): Promise<unknown[]> {
    const rows: unknown[] = [];
    while (rows.length < limit) {
      const wanted = Math.min(PAGE_ROWS, limit - rows.length);
      parameters.set('limit', String(wanted));
      parameters.set('offset', String(offset + rows.length));
      const page = await this.#get(`${path}?${parameters.toString()}`);
      if (!Array.isArray(page[name])) throw this.#notOurs();
      look(page);
      const found = page[name] as unknown[];
      for (const row of found) rows.push(row);
      if (found.length < wanted) break;
    }
    return rows;
  }

  #notOurs(): RemoteError {
    return new RemoteError(`${this.location} answers, but not as a spanmeter server does. Is the URL right?`);
  }
}

const SUMMARY_NUMBERS = ['failed', 'skipped', 'interrupted'] as const;

/** JSON has no NaN: null stands for it. */
function withNaN<T extends object>(row: T, names: readonly (keyof T)[]): T {
  const unknown = names.filter((name) => row[name] === null);
  return unknown.length === 0 ? row : { ...row, ...Object.fromEntries(unknown.map((name) => [name, NaN])) };
}

/** An empty list has no parameter. */
function findsNothing({ kinds, statuses }: ReadingQuery): boolean {
  return kinds?.length === 0 || statuses?.length === 0;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A path segment that is one or two dots alone would be taken for a folder. */
function pathOf(id: string): string {
  return `/sessions/${encodeURIComponent(escapeText(id)).replace(/^\.{1,2}$/, (dots) => '%5C002e'.repeat(dots.length))}`;
}

function sessionParameters({ idPrefix, revision, tag }: SessionQuery): URLSearchParams {
  const parameters = new URLSearchParams();
  if (idPrefix !== undefined) parameters.set('id', escapeText(idPrefix));
  if (revision !== undefined) parameters.set('revision', escapeText(revision));
  if (tag !== undefined) parameters.set('tag', escapeText(tag.name));
  if (tag?.value !== undefined) parameters.set('tag_value', JSON.stringify(tag.value));
  return parameters;
}

function readingParameters({ kinds = [], statuses = [], search, orderBy }: ReadingQuery): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const kind of kinds) parameters.append('kind', escapeText(kind));
  for (const status of statuses) parameters.append('status', escapeText(status));
  if (search !== undefined) parameters.set('search', escapeText(search));
  if (orderBy !== undefined) parameters.set('order_by', orderBy);
  return parameters;
}
