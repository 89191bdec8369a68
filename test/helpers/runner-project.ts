/** Projects of users with a real test runner in them, run with our plugin, under `spanmeter run`, or without us. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { StoredReading } from '../../dist/client/rows.js';
import { METRIC_INDEX, type MetricName } from '../../dist/model/metrics.js';
import type { SessionRecord } from '../../dist/model/records.js';
import { openStore } from '../../dist/store/index.js';
import { Project } from './project.mjs';
import { BIN, start, type Ended, type Running } from './script.js';

/** By the user's one line of configuration, by `spanmeter run` with none, or without us. */
export type Way = 'plugin' | 'attach' | 'without';

export interface Outcome {
  /** JSON of file, describe path and name. */
  readonly test: string;
  readonly status: string;
}

export abstract class RunnerProject extends Project {
  /** What its runner runs in. `spanmeter run` itself runs in ours. */
  readonly runtime: string = process.execPath;

  constructor() {
    super();
    onTestFinished(() => this.remove());
  }

  /** What node is given to run the tests, without us or with the one line of the user. */
  abstract command(way: Way, args: readonly string[]): readonly string[];

  /** What the runner's own report says of each test: the last try, in definition order. Skipped and todo are both `skipped`. */
  abstract reported(): Outcome[];

  start(way: Way, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}, flags: readonly string[] = []): Running {
    const command = this.command(way, args);
    if (way !== 'attach') return start(this.runtime, command, { cwd: this.folder, env: { FORCE_COLOR: '0', ...env } });
    return start(process.execPath, [BIN, 'run', ...flags, '--', this.runtime, ...command], {
      cwd: this.folder,
      env: { FORCE_COLOR: '0', ...env },
    });
  }

  run(way: Way, args?: readonly string[], env?: NodeJS.ProcessEnv, flags?: readonly string[]): Promise<Ended> {
    return this.start(way, args, env, flags).ended;
  }

  get history(): string {
    return join(this.folder, '.spanmeter/history.db');
  }

  /** What the last session recorded, in the order in which it began. */
  async readings(): Promise<StoredReading[]> {
    return (await this.sessions())[0]?.readings ?? [];
  }

  /** Newest first. */
  async sessions(): Promise<{ session: SessionRecord; readings: StoredReading[] }[]> {
    if (!existsSync(this.history)) return [];
    const store = await openStore(this.history, { readonly: true });
    try {
      const ids = (await store.sessions()).map(({ id }) => id);
      return await Promise.all(
        ids.map(async (id) => ({ session: (await store.session(id))!, readings: await store.readings({ session: id }) })),
      );
    } finally {
      await store.close();
    }
  }

  /** Journal folders that nobody delivered. */
  get leftovers(): string[] {
    const folder = join(this.folder, '.spanmeter/journal');
    return existsSync(folder) ? readdirSync(folder) : [];
  }
}

/** The last try of each test, under the same names as `reported`; equal tests in definition order. */
export function recorded(readings: readonly StoredReading[]): Outcome[] {
  const last = new Map<string, StoredReading>();
  for (const reading of readings.filter(({ identity }) => identity.kind === 'test')) {
    const key = JSON.stringify(reading.identity);
    const { retry, repeat } = last.get(key) ?? reading;
    if (reading.repeat > repeat || (reading.repeat === repeat && reading.retry >= retry)) last.set(key, reading);
  }
  return [...last.values()]
    .sort((a, b) => a.identity.ordinal - b.identity.ordinal)
    .map(({ identity: { file, describe, name, variant }, status }) => ({
      test: JSON.stringify([file, ...describe, variant === '' ? name : variant]),
      status,
    }));
}

/** In an order that depends on nothing but the names; equal names stay as they were. */
export function sorted(outcomes: readonly Outcome[]): Outcome[] {
  return [...outcomes].sort((a, b) => (a.test < b.test ? -1 : Number(a.test > b.test)));
}

/** Readings of one kind, by title. */
export function named(readings: readonly StoredReading[], name: string, kind = 'test'): StoredReading[] {
  return readings.filter(({ identity }) => identity.kind === kind && identity.name === name);
}

/** NaN when it is absent. */
export function value(reading: StoredReading | undefined, metric: MetricName): number {
  return reading?.values[METRIC_INDEX[metric]] ?? NaN;
}

/** The summary that we print, by its first line. */
export const SUMMARY = /^spanmeter {2}[0-9a-f]{8} {2}/gm;
