/** What every store can do: SQLite here, PostgreSQL and a remote server later. One contract suite runs over all of them. */
import type { Context, Identity, ReadingRecord, SessionRecord, WriterRecord } from '../model/records.js';
import type { MetricName } from '../model/metrics.js';

export interface Store {
  /** Path or URL, for people. */
  readonly location: string;

  /** Inserts, or updates what was learned since (finishedAt, exitCode, ...). Contexts and packages come with it. */
  putSession(session: SessionRecord): Promise<void>;
  putWriter(writer: WriterRecord): Promise<void>;
  /**
   * In one transaction. A key that is already there changes nothing, but a finished record replaces an interrupted one.
   * The session must have been put before.
   * @returns how many rows were new or replaced
   */
  putReadings(records: Iterable<ReadingRecord>): Promise<number>;

  /** Newest first. */
  sessions(query?: SessionQuery): Promise<SessionSummary[]>;
  /** How many there are; the query's limit and offset don't count. */
  countSessions(query?: SessionQuery): Promise<number>;
  session(id: string): Promise<StoredSession | undefined>;
  /** Rows of one session, ordered by `orderBy` descending (absent last), else in the order in which they began. */
  readings(query: ReadingQuery): Promise<StoredReading[]>;
  /** How many there are; the query's limit and offset don't count. */
  countReadings(query: ReadingQuery): Promise<number>;
  /** The names of the projects that a session's items are of, sorted. */
  projects(session: string): Promise<string[]>;
  /** Sums and counts of one session, by kind. */
  totals(session: string): Promise<KindTotals[]>;

  close(): Promise<void>;
}

export interface SessionQuery {
  readonly idPrefix?: string;
  /** Exact revision or a prefix of it. */
  readonly revision?: string;
  /** Has this tag, with this value unless it is undefined. */
  readonly tag?: { readonly name: string; readonly value?: unknown };
  readonly limit?: number;
  readonly offset?: number;
  /** false: the counts of tests are not looked at, and may say anything. */
  readonly counts?: false;
}

export interface StoredSession extends SessionRecord {
  /** Came from pytest-monitor, which keeps neither the end of a session nor how its tests ended. */
  readonly foreign?: true;
}

export interface SessionSummary extends Pick<StoredSession, 'foreign'> {
  readonly id: string;
  readonly startedAt: number;
  readonly finishedAt?: number;
  readonly exitCode?: number;
  readonly description: string;
  readonly command: string;
  readonly tags: SessionRecord['tags'];
  readonly scm: SessionRecord['scm'];
  /** Readings of kind test (the last attempt of each); by status, NaN when the session is foreign. */
  readonly tests: number;
  readonly failed: number;
  readonly skipped: number;
  readonly interrupted: number;
}

export interface ReadingQuery {
  readonly session: string;
  readonly kinds?: readonly string[];
  /** Foreign rows have none. */
  readonly statuses?: readonly string[];
  /** Substring of project, file, describe path or name; ASCII case-insensitive. */
  readonly search?: string;
  /** Rows whose value is absent are left out when this is set. */
  readonly orderBy?: MetricName;
  readonly limit?: number;
  readonly offset?: number;
}

/** A row as stored; `kind` and `identity.kind` may be foreign text such as `package` or `function`. */
export interface StoredReading extends Omit<ReadingRecord, 'identity'> {
  readonly identity: Omit<Identity, 'kind'> & { readonly kind: string };
  readonly context: Context['hash'];
  /** Came from pytest-monitor, which keeps identity, start and five numbers: status, retry and the like say nothing then. */
  readonly foreign: boolean;
}

export interface KindTotals {
  readonly kind: string;
  readonly count: number;
  /** These are NaN when all rows are foreign. */
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly interrupted: number;
  readonly retried: number;
  readonly overlapped: number;
  /** Rows whose process-wide numbers include the work of others: they overlapped, or ran in a thread pool. */
  readonly shared: number;
  /** Sums; NaN when no row has the metric. */
  readonly wallTime: number;
  readonly cpuTime: number;
  /** The largest; NaN when no row has it. */
  readonly peakRss: number;
  readonly peakGrowth: number;
}
