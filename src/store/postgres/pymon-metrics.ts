/**
 * pytest-monitor's metrics: exactly as sent in foreign_readings, and rounded in metrics, where our queries see them. What many share is
 * remembered; a transaction is four questions then.
 */
import type { PoolClient } from 'pg';
import type { CountedMetric, PymonMetric } from '../pymon-rows.js';
import { FOREIGN } from '../sql/marks.js';
import { missingMetrics } from '../sql/pymon-missing.js';
import { answer, preparedRows, type Connections } from './connections.js';
import { COMPONENTS, CONTEXTS, FOREIGN_ITEMS, ITEMS, numbersOf, PLACEHOLDERS, type Table } from './dictionary.js';
import { instantOf } from './instant.js';
import { lockReadings, shareReadings } from './locks.js';
import { escaped } from './pymon-rows.js';
import { keyOf } from './schema.js';
import { DIALECT } from './sql.js';
import { addWriters } from './writers.js';

/** Remembered rows of a table; more are asked for again. */
const LIMIT = 20_000;

interface Resolved<M extends PymonMetric = PymonMetric> {
  readonly metric: M;
  readonly session: number;
  readonly writer: number;
  readonly item: number;
  readonly foreignItem: number;
  readonly component: number | null;
}

/** A session or writer that was remembered is gone. */
class Outdated extends Error {}

export class PymonMetrics {
  readonly #connections: Connections;
  readonly #known = new Map<Table, Map<string, number>>();
  readonly #writers = new Map<string, number>();

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  /** All or none. */
  async write(metrics: readonly PymonMetric[]): Promise<void> {
    await this.#with(metrics, insert);
  }

  /** All or none. @returns how many were missing */
  async writeMissing(metrics: readonly CountedMetric[]): Promise<number> {
    return this.#with(metrics, async (client, resolved) => {
      // Nobody else adds equal ones between the count and the insertion.
      const sessions = new Set(resolved.map(({ session }) => session));
      for (const session of [...sessions].sort((a, b) => a - b)) await lockReadings(client, session);
      const missing = await answer(client, missingMetrics(DIALECT, resolved));
      const places = new Map<PymonMetric, Resolved>(resolved.map((each) => [each.metric, each]));
      if (missing.length > 0)
        await insert(
          client,
          missing.map((metric) => places.get(metric)!),
        );
      return missing.length;
    });
  }

  async #with<M extends PymonMetric, T>(
    metrics: readonly M[],
    work: (client: PoolClient, resolved: readonly Resolved<M>[]) => Promise<T>,
  ): Promise<T> {
    for (;;) {
      const resolved = await this.#resolve(metrics);
      try {
        return await this.#connections.write((client) => work(client, resolved));
      } catch (thrown) {
        if (!(thrown instanceof Outdated)) throw thrown;
        this.#known.clear();
        this.#writers.clear();
      }
    }
  }

  async #resolve<M extends PymonMetric>(metrics: readonly M[]): Promise<Resolved<M>[]> {
    const now = Date.now() * 1000;
    const sessions = await this.#numbers(
      PLACEHOLDERS,
      metrics.map(({ session, startTime }) => [escaped(session), 0, instantOf(startTime) ?? now]),
      1,
    );
    const contexts = await this.#numbers(
      CONTEXTS,
      metrics.map(({ context }) => [context]),
    );
    const components = await this.#numbers(
      COMPONENTS,
      metrics.map(({ component }) => [escaped(component)]).filter(([name]) => name !== ''),
    );
    const items = await this.#numbers(ITEMS, metrics.map(identityOf));
    const foreign = await this.#numbers(
      FOREIGN_ITEMS,
      metrics.map((metric) => [...textsOf(metric), items.get(keyOf(identityOf(metric)))!]),
      6,
    );
    const wanted = metrics.map(({ session, context }) => ({
      session: sessions.get(escaped(session))!,
      name: `pytest-monitor:${escaped(context)}`,
      context: contexts.get(context)!,
    }));
    await this.#learnWriters(wanted);
    return metrics.map((metric, index) => ({
      metric,
      session: wanted[index]!.session,
      writer: this.#writers.get(`${wanted[index]!.session} ${wanted[index]!.name}`)!,
      item: items.get(keyOf(identityOf(metric)))!,
      foreignItem: foreign.get(keyOf(textsOf(metric)))!,
      component: metric.component === '' ? null : components.get(escaped(metric.component))!,
    }));
  }

  /** @param width how many of a row's values are its key */
  async #numbers(table: Table, values: readonly (readonly unknown[])[], width = values[0]?.length): Promise<ReadonlyMap<string, number>> {
    let known = this.#known.get(table);
    if (known === undefined) this.#known.set(table, (known = new Map<string, number>()));
    const numbers = new Map<string, number>();
    const missing = new Map<string, readonly unknown[]>();
    for (const row of values) {
      const key = table.columns.length === 1 || width === 1 ? (row[0] as string) : keyOf(row.slice(0, width));
      const number = known.get(key);
      if (number !== undefined) numbers.set(key, number);
      else if (!missing.has(key)) missing.set(key, row);
    }
    if (missing.size === 0) return numbers;
    if (known.size + missing.size > LIMIT) known.clear();
    for (const [key, number] of await numbersOf(this.#connections, table, missing)) {
      known.set(key, number);
      numbers.set(key, number);
    }
    return numbers;
  }

  /** A context of its own for each metric: in ours it hangs on the writer. */
  async #learnWriters(wanted: readonly { readonly session: number; readonly name: string; readonly context: number }[]): Promise<void> {
    const missing = new Map(wanted.map((writer) => [`${writer.session} ${writer.name}`, writer]));
    for (const key of missing.keys()) if (this.#writers.has(key)) missing.delete(key);
    if (missing.size === 0) return;
    await this.#connections.write((client) => addWriters(client, [...missing.values()]));
    const sessions = [...new Set([...missing.values()].map(({ session }) => session))];
    const found = await this.#connections.rows<[number, string, number]>(
      'SELECT session, name, writer FROM writers WHERE session = ANY(?::integer[])',
      sessions,
    );
    if (this.#writers.size > LIMIT) this.#writers.clear();
    for (const [session, name, writer] of found) this.#writers.set(`${session} ${name}`, writer);
  }
}

async function insert(client: PoolClient, metrics: readonly Resolved[]): Promise<void> {
  const counts = new Map<string, { readonly session: number; readonly writer: number; count: number }>();
  for (const { session, writer } of metrics) {
    const known = counts.get(`${session} ${writer}`);
    if (known === undefined) counts.set(`${session} ${writer}`, { session, writer, count: 1 });
    else known.count++;
  }
  const writers = [...counts.values()];
  const sessions = [...new Set(writers.map(({ session }) => session))];
  await shareReadings(client, sessions);
  const next = await preparedRows<[number, number, number, number]>(
    client,
    `UPDATE writers w SET stored = w.stored + n.count FROM unnest(?::integer[], ?::integer[], ?::integer[]) AS n (session, writer, count), sessions s
     WHERE w.session = n.session AND w.writer = n.writer AND s.session = n.session
     RETURNING w.session, w.writer, w.stored - n.count, s.started_at`,
    writers.map(({ session }) => session),
    writers.map(({ writer }) => writer),
    writers.map(({ count }) => count),
  );
  if (next.length < writers.length) throw new Outdated();
  const places = new Map(next.map(([session, writer, stored, startedAt]) => [`${session} ${writer}`, { stored, startedAt }]));
  const values = metrics.map(({ metric, session, writer, item, foreignItem, component }) => {
    const place = places.get(`${session} ${writer}`)!;
    const { startTime, totalTime, userTime, kernelTime, cpuUsage, memUsage } = metric;
    const started = (instantOf(startTime) ?? place.startedAt) - place.startedAt;
    const exact = [startTime, totalTime, userTime, kernelTime, cpuUsage, memUsage];
    const rounded = [scaled(totalTime, 1e9), scaled(userTime + kernelTime, 1e9), scaled(userTime, 1e9), scaled(kernelTime, 1e9)];
    return [session, writer, ++place.stored, foreignItem, ...exact, item, component, started, ...rounded, scaled(memUsage, 1048576)];
  });
  await preparedRows(client, INSERT, ...COLUMNS.map((_, column) => values.map((row) => row[column])), sessions);
}

const COLUMNS: readonly (readonly [name: string, type: string])[] = [
  ['session', 'integer'],
  ['writer', 'integer'],
  ['sequence', 'bigint'],
  ['foreign_item', 'integer'],
  ['item_start_time', 'text'],
  ...['total_time', 'user', 'kernel', 'cpu_usage', 'mem_usage'].map((name) => [name, 'double precision'] as const),
  ['item', 'integer'],
  ['component', 'integer'],
  ['started', 'bigint'],
  ...['wall_time', 'cpu_time', 'user_time', 'kernel_time', 'peak_growth'].map((name) => [name, 'bigint'] as const),
];

/** In the order in which they came: foreign_reading counts them. */
const INSERT = `
  WITH sent AS (
    SELECT * FROM unnest(${COLUMNS.map(([, type]) => `?::${type}[]`).join(', ')})
      WITH ORDINALITY AS sent (${COLUMNS.map(([name]) => `"${name}"`).join(', ')}, at)
  ), sessions AS (
    SELECT unnest(?::integer[]) AS session
  ), counts AS (
    DELETE FROM session_counts WHERE session IN (SELECT session FROM sessions)
  ), shown AS (
    DELETE FROM zones WHERE session IN (SELECT session FROM sessions)
  ), exact AS (
    INSERT INTO foreign_readings (session, foreign_item, writer, sequence, item_start_time, total_time, user_time, kernel_time, cpu_usage, mem_usage)
    SELECT session, foreign_item, writer, sequence, item_start_time, total_time, "user", kernel, cpu_usage, mem_usage FROM sent ORDER BY at
  )
  INSERT INTO metrics (session, item, writer, sequence, started, component, marks, "overlaps", wall_time, cpu_time, user_time, kernel_time, peak_growth)
  SELECT session, item, writer, sequence, started, component, ${FOREIGN}, 0, wall_time, cpu_time, user_time, kernel_time, peak_growth FROM sent`;

function textsOf({ itemPath, item, variant, fsLoc, kind, component }: PymonMetric): readonly string[] {
  return [itemPath, item, variant, fsLoc, kind, component];
}

/** The module's path stands for the titles, and a variant that only repeats the name is none. In the order of ITEMS. */
function identityOf({ itemPath, item, variant, fsLoc, kind }: PymonMetric): readonly unknown[] {
  const describe = JSON.stringify(itemPath === '' ? [] : [escaped(itemPath)]);
  return [escaped(fsLoc), escaped(item), variant === item ? '' : escaped(variant), describe, escaped(kind), '', 0];
}

/** An integer that JavaScript holds exactly, else null. */
function scaled(real: number, factor: number): number | null {
  const product = real * factor;
  return Math.abs(product) < 9e15 ? Math.sign(product) * Math.round(Math.abs(product)) : null;
}
