/** Asks a server that speaks /api/v1 only: what a question is about is copied into memory first. */
import type { RecordBatch } from 'apache-arrow';
import type { MetricFilter } from '../../store/sql/metric-conditions.js';
import type { Pipeline } from '../../store/sql/pipelines.js';
import type { SessionFilter } from '../../store/sql/session-filter.js';
import type { V1Store } from '../../store/v1/store.js';
import type { Context, Session } from '../entities.js';
import type { Source, Wanted } from './source.js';
import { SqlSource } from './sql.js';

export class V1Source extends SqlSource implements Source {
  constructor(override readonly store: V1Store) {
    super(store);
  }

  override async sessions(filter: SessionFilter): Promise<Session[]> {
    await this.#copyFor(filter);
    return super.sessions(filter);
  }

  override async countSessions(filter: SessionFilter): Promise<number> {
    await this.#copyFor(filter);
    return super.countSessions(filter);
  }

  override async contexts(): Promise<Context[]> {
    await this.store.copySessions();
    return super.contexts();
  }

  override async components(filter: MetricFilter): Promise<string[]> {
    await this.store.copyMetrics(filter);
    return super.components(filter);
  }

  override async pipelines(component: string | undefined): Promise<Pipeline[]> {
    await (component === undefined ? this.store.copySessions() : this.store.copyMetrics({}));
    return super.pipelines(component);
  }

  override async *metrics(filter: MetricFilter, wanted: Wanted): AsyncGenerator<RecordBatch> {
    await this.store.copyMetrics(filter);
    yield* super.metrics(filter, wanted);
  }

  override async countMetrics(filter: MetricFilter): Promise<number> {
    if (Object.keys(filter).length === 0) return this.store.countMetrics();
    await this.store.copyMetrics(filter);
    return super.countMetrics(filter);
  }

  /** On which machine a session ran is known from its metrics. */
  async #copyFor(filter: SessionFilter): Promise<void> {
    await (filter.machine === undefined ? this.store.copySessions() : this.store.copyMetrics(filter));
  }
}
