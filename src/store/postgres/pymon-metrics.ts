/**
 * pytest-monitor's metrics: exactly as sent in foreign_readings, and rounded in metrics, where our queries see them. What many share is
 * remembered; a write is one question then.
 */
import type { PymonMetric } from '../pymon-rows.js';
import type { Connections } from './connections.js';
import { COMPONENTS, CONTEXTS, FOREIGN_ITEMS, ITEMS, numbersOf, PLACEHOLDERS, type Table } from './dictionary.js';
import { codeOf } from './errors.js';
import { instantOf } from './instant.js';
import { PUT_METRICS_PARAMETERS, WRITER_MISSING } from './put-metrics.js';
import { escaped } from './pymon-rows.js';
import { keyOf } from './schema.js';
import { addWriters } from './writers.js';

/** Remembered rows of a table; more are asked for again. */
const LIMIT = 20_000;

interface Resolved {
  readonly metric: PymonMetric;
  readonly session: number;
  readonly writer: number;
  readonly item: number;
  readonly foreignItem: number;
  readonly component: number | null;
}

export class PymonMetrics {
  readonly #connections: Connections;
  readonly #known = new Map<Table, Map<string, number>>();
  readonly #writers = new Map<string, number>();

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  /** All or none. */
  async write(metrics: readonly PymonMetric[]): Promise<void> {
    for (;;) {
      const resolved = await this.#resolve(metrics);
      try {
        await this.#connections.call(CALL, ...argumentsOf(resolved));
        return;
      } catch (thrown) {
        // A session or writer that was remembered is gone.
        if (codeOf(thrown) !== WRITER_MISSING) throw thrown;
        this.#known.clear();
        this.#writers.clear();
      }
    }
  }

  async #resolve(metrics: readonly PymonMetric[]): Promise<Resolved[]> {
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

/** The parameters of the function, in the order in which `argumentsOf` gives them. */
const CALL = `SELECT spanmeter_put_metrics(${Array.from({ length: PUT_METRICS_PARAMETERS }, () => '?').join(', ')})`;

function argumentsOf(metrics: readonly Resolved[]): readonly (readonly unknown[])[] {
  const counts = new Map<string, { readonly session: number; readonly writer: number; count: number }>();
  const rows = metrics.map(({ metric, session, writer, item, foreignItem, component }) => {
    const key = `${session} ${writer}`;
    let counted = counts.get(key);
    if (counted === undefined) counts.set(key, (counted = { session, writer, count: 0 }));
    const { startTime, totalTime, userTime, kernelTime, cpuUsage, memUsage } = metric;
    const exact = [foreignItem, startTime, totalTime, userTime, kernelTime, cpuUsage, memUsage];
    const rounded = [scaled(totalTime, 1e9), scaled(userTime + kernelTime, 1e9), scaled(userTime, 1e9), scaled(kernelTime, 1e9)];
    const ours = [item, component, instantOf(startTime) ?? null, ...rounded, scaled(memUsage, 1048576)];
    return [session, writer, ++counted.count, ...exact, ...ours];
  });
  const writers = [...counts.values()];
  const sessions = [...new Set(writers.map(({ session }) => session))].sort((a, b) => a - b);
  return [
    writers.map(({ writer }) => writer),
    writers.map(({ session }) => session),
    writers.map(({ count }) => count),
    sessions,
    ...rows[0]!.map((_, column) => rows.map((row) => row[column])),
  ];
}

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
