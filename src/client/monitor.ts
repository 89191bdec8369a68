/** Asks a history, wherever it is kept: a file, a database, a server. */
import { SpanmeterError } from '../model/errors.js';
import { suggestion } from '../model/nearest.js';
import { toEntity, type Context, type Metric, type Session } from './entities.js';
import { findSession } from './find-session.js';
import type { MetricsQuery, SessionsQuery } from './query.js';
import { metricsIn } from './batch-rows.js';
import { openSource, type Source } from './source/index.js';
import { toMetricFilter, toSessionFilter, toWanted } from './to-filter.js';

export interface MonitorOptions {
  /** What a server knows this machine by (default: SPANMETER_TOKEN, else the password inside its URL). */
  readonly token?: string;
}

export class Monitor {
  readonly #source: Source;

  private constructor(source: Source) {
    this.#source = source;
  }

  /**
   * @param location a file (also a `.pymon` of pytest-monitor), `postgres://...`, or the `http://...` of a server (also of monitor-server-api)
   * @throws SpanmeterError SPANMETER_NOT_FOUND, SPANMETER_STORE_*, SPANMETER_REMOTE
   */
  static async open(location: string, options: MonitorOptions = {}): Promise<Monitor> {
    return new Monitor(await openSource(location, options));
  }

  /** Path or URL, without credentials. */
  get location(): string {
    return this.#source.store.location;
  }

  /** Newest first. */
  async sessions(query: SessionsQuery = {}): Promise<Session[]> {
    return this.#source.sessions(toSessionFilter(query));
  }

  /**
   * @param name `last`, `last~1`, a tag (`name` or `name=value`), the beginning of an id or of a revision
   * @throws SpanmeterError SPANMETER_NOT_FOUND, SPANMETER_AMBIGUOUS
   */
  async session(name: string): Promise<Session> {
    return toEntity(await findSession(this.#source.store, name));
  }

  /** In the order in which the history came to know them. */
  async contexts(): Promise<Context[]> {
    return this.#source.contexts();
  }

  /** @throws SpanmeterError SPANMETER_NOT_FOUND */
  async context(hash: string): Promise<Context> {
    const all = await this.contexts();
    const found = all.find((context) => context.hash === hash);
    if (found !== undefined) return found;
    const hashes = all.map((context) => context.hash);
    throw new SpanmeterError('SPANMETER_NOT_FOUND', `There is no context '${hash}' in ${this.location}. ${suggestion(hash, hashes)}`);
  }

  /** In the order of the history: by session, then item; with `top` or `bottom`, best first. */
  async metrics(query: MetricsQuery = {}): Promise<Metric[]> {
    const found: Metric[] = [];
    for await (const metric of this.each(query)) found.push(metric);
    return found;
  }

  /** The same one by one: for results that are larger than memory. */
  async *each(query: MetricsQuery = {}): AsyncGenerator<Metric> {
    for await (const batch of this.#source.metrics(toMetricFilter(query), toWanted(query))) yield* metricsIn(batch);
  }

  /** Names, sorted, of those that have any of these metrics. */
  async components(query: MetricsQuery = {}): Promise<string[]> {
    return this.#source.components(toMetricFilter(query));
  }

  /** What the tag pipeline_branch of sessions says. @param component only of sessions with metrics of it; empty for none */
  async pipelines({ component }: { readonly component?: string } = {}): Promise<string[]> {
    return (await this.#source.pipelines(component)).map(({ pipeline }) => pipeline);
  }

  /** What the tag pipeline_build_no of a pipeline's sessions says, in the order of the history. */
  async builds(pipeline: string, { component }: { readonly component?: string } = {}): Promise<string[]> {
    const found = (await this.#source.pipelines(component)).find((each) => each.pipeline === pipeline);
    return found === undefined ? [] : [...found.builds];
  }

  async countSessions(query: SessionsQuery = {}): Promise<number> {
    return this.#source.countSessions(toSessionFilter(query));
  }

  async countMetrics(query: MetricsQuery = {}): Promise<number> {
    return this.#source.countMetrics(toMetricFilter(query));
  }

  async countContexts(): Promise<number> {
    return (await this.contexts()).length;
  }

  async countComponents(query: MetricsQuery = {}): Promise<number> {
    return (await this.components(query)).length;
  }

  async close(): Promise<void> {
    await this.#source.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
