/** Projects with Vitest in them, run by a real Vitest: with our plugin, under `spanmeter run`, or without us. */
import { cpSync, existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { StoredReading } from '../../dist/client/rows.js';
import type { SessionRecord } from '../../dist/model/records.js';
import { openStore } from '../../dist/store/index.js';
import { Project, REPOSITORY } from './project.mjs';
import { BIN, start, type Ended, type Running } from './script.js';

export type Way = 'plugin' | 'attach' | 'without';

export interface Outcome {
  readonly test: string;
  readonly status: string;
}

export class VitestProject extends Project {
  constructor(fixture?: string) {
    super();
    onTestFinished(() => this.remove());
    for (const name of ['vitest', 'vite', '@vitest/coverage-v8', 'jsdom']) this.link(name, join(REPOSITORY, 'node_modules', name));
    if (fixture !== undefined) cpSync(join(REPOSITORY, 'test/fixtures', fixture), this.folder, { recursive: true });
  }

  /** @param test the content of `test: {...}`, as source */
  configure(test: string, plugins: string, more = ''): void {
    const source = ["import spanmeter from 'spanmeter/vitest';", more, `export default { plugins: [${plugins}], test: {${test}} };`];
    this.write('vitest.config.mjs', source.join('\n'));
  }

  start(way: Way, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}, command = 'run'): Running {
    const vitest = [join(this.folder, 'node_modules/vitest/vitest.mjs'), command, ...args];
    const all = way === 'attach' ? [BIN, 'run', '--', process.execPath, ...vitest] : vitest;
    return start(process.execPath, all, { cwd: this.folder, env: { FORCE_COLOR: '0', ...env } });
  }

  vitest(way: Way, args?: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended> {
    return this.start(way, args, env).ended;
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

  /** What Vitest's own JSON reporter says of each test, in definition order. */
  reported(file = 'report.json'): Outcome[] {
    const report = JSON.parse(readFileSync(join(this.folder, file), 'utf8')) as JsonReport;
    return report.testResults.flatMap(({ name, assertionResults }) =>
      assertionResults.map(({ ancestorTitles, title, status }) => ({
        test: JSON.stringify([name.slice(this.folder.length + 1), ...ancestorTitles, title]),
        status: status === 'todo' ? 'skipped' : status,
      })),
    );
  }
}

interface JsonReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly ancestorTitles: readonly string[]; readonly title: string; readonly status: string }[];
  }[];
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
    .map(({ identity: { file, describe, name }, status }) => ({ test: JSON.stringify([file, ...describe, name]), status }));
}

/** In an order that depends on nothing but the names; equal names stay as they were. */
export function sorted(outcomes: readonly Outcome[]): Outcome[] {
  return [...outcomes].sort((a, b) => (a.test < b.test ? -1 : Number(a.test > b.test)));
}

/** Readings of one kind, by title. */
export function named(readings: readonly StoredReading[], name: string, kind = 'test'): StoredReading[] {
  return readings.filter(({ identity }) => identity.kind === kind && identity.name === name);
}
