/** What a Monitor asks: one implementation over SQL, one over a server. The Monitor has checked what it hands on. */
import type { RecordBatch } from 'apache-arrow';
import type { Store } from '../../store/contract.js';
import type { Best } from '../../store/sql/metric-best.js';
import type { MetricFilter } from '../../store/sql/metric-conditions.js';
import type { Pipeline } from '../../store/sql/pipelines.js';
import type { SessionFilter } from '../../store/sql/session-filter.js';
import type { Context, Session } from '../entities.js';

export interface Wanted {
  /** Names of columns, in the order in which they are wanted. */
  readonly columns: readonly string[];
  /** Only the rows with the largest or smallest values of a metric, best first. */
  readonly best?: Best;
}

export interface Source {
  /** Sessions, readings and totals, one session at a time. */
  readonly store: Store;
  /** Newest first. */
  sessions(filter: SessionFilter): Promise<Session[]>;
  countSessions(filter: SessionFilter): Promise<number>;
  /** In the order in which the history came to know them. */
  contexts(): Promise<Context[]>;
  /** Names, sorted; without the empty one. */
  components(filter: MetricFilter): Promise<string[]>;
  /** In the order in which the history came to know them. @param component only of sessions with rows of it; empty for none */
  pipelines(component: string | undefined): Promise<Pipeline[]>;
  /** Piece by piece in the order of the history, at least one, all of one schema (frame/arrow.ts); texts are dictionaries that grow. */
  metrics(filter: MetricFilter, wanted: Wanted): AsyncIterable<RecordBatch>;
  countMetrics(filter: MetricFilter): Promise<number>;
  close(): Promise<void>;
}
