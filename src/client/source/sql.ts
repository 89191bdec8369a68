/** Asks a history in SQLite or PostgreSQL. */
import type { RecordBatch } from 'apache-arrow';
import type { Store } from '../../store/contract.js';
import { listContexts } from '../../store/sql/contexts.js';
import { fullSessions } from '../../store/sql/full-sessions.js';
import type { MetricFilter } from '../../store/sql/metric-conditions.js';
import { componentsOf, countRows } from '../../store/sql/metric-counts.js';
import { metricTable } from '../../store/sql/metric-table.js';
import { listPipelines, type Pipeline } from '../../store/sql/pipelines.js';
import type { Sql } from '../../store/sql/port.js';
import { countSessions, type SessionFilter } from '../../store/sql/session-filter.js';
import { toEntity, type Context, type Session } from '../entities.js';
import { arrowBatches } from '../frame/arrow.js';
import type { Source, Wanted } from './source.js';

/** Rows that are read at once. */
const PIECE = 10_000;

export class SqlSource implements Source {
  constructor(readonly store: Store & { readonly sql: Sql }) {}

  async sessions(filter: SessionFilter): Promise<Session[]> {
    return (await fullSessions(this.store.sql, filter)).map(toEntity);
  }

  async countSessions(filter: SessionFilter): Promise<number> {
    return countSessions(this.store.sql, filter);
  }

  async contexts(): Promise<Context[]> {
    return listContexts(this.store.sql);
  }

  async components(filter: MetricFilter): Promise<string[]> {
    return componentsOf(this.store.sql, filter);
  }

  async pipelines(component: string | undefined): Promise<Pipeline[]> {
    return listPipelines(this.store.sql, component);
  }

  async *metrics(filter: MetricFilter, { columns, best }: Wanted): AsyncGenerator<RecordBatch> {
    const table = metricTable(this.store.sql, filter, columns, { size: PIECE, best });
    yield* arrowBatches({ fields: table.columns, pieces: table.pieces }).batches;
  }

  async countMetrics(filter: MetricFilter): Promise<number> {
    return countRows(this.store.sql, filter);
  }

  async close(): Promise<void> {
    await this.store.close();
  }
}
