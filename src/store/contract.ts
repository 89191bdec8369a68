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
  session(id: string): Promise<SessionRecord | undefined>;
  /** Rows of one session, ordered by `orderBy` descending (absent last), else in the order in which they began. */
  readings(query: ReadingQuery): Promise<StoredReading[]>;
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
}

export interface SessionSummary {
  readonly id: string;
  readonly startedAt: number;
  readonly finishedAt?: number;
  readonly exitCode?: number;
  readonly description: string;
  readonly command: string;
  readonly tags: SessionRecord['tags'];
  readonly scm: SessionRecord['scm'];
  /** Readings of kind test (the last attempt of each), by status. */
  readonly tests: number;
  readonly failed: number;
  readonly skipped: number;
  readonly interrupted: number;
}

export interface ReadingQuery {
  readonly session: string;
  readonly kinds?: readonly string[];
  readonly statuses?: readonly string[];
  /** Substring of file, describe path or name; ASCII case-insensitive. */
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
  /** Came from pytest-monitor. */
  readonly foreign: boolean;
}

export interface KindTotals {
  readonly kind: string;
  readonly count: number;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly interrupted: number;
  readonly retried: number;
  readonly overlapped: number;
  /** Sums; NaN when no row has the metric. */
  readonly wallTime: number;
  readonly cpuTime: number;
  /** The largest; NaN when no row has it. */
  readonly peakRss: number;
  readonly peakGrowth: number;
}
