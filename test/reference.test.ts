/** The reference says what the code says: names on its pages, and queries that are executed as they stand there. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildProgram } from '../dist/cli/program.js';
import { METRIC_KEYS, METRIC_NAMES } from '../dist/model/metrics.js';
import { span } from 'spanmeter';
import { sqliteDriver } from '../dist/store/sqlite/driver.js';
import { MIB, MS, readingRecord, sessionRecord, writeHistory } from './helpers/history.js';
import { PACKAGE, cleanEnvironment } from './helpers/script.js';
import { temporaryFolder } from './helpers/temporary.js';

const page = (name: string): string => readFileSync(join(PACKAGE, name), 'utf8');

it('of the options lists no flag that the command line does not have', () => {
  const nowhere = { write: () => undefined };
  const program = buildProgram({ stdout: nowhere, stderr: nowhere, env: {}, cwd: PACKAGE }, () => undefined);
  const known = program.commands.flatMap(({ options }) => options.map(({ long }) => long));
  const rows = page('docs/reference/options.md')
    .split('\n')
    .filter((line) => /^\| `\w+` \|/.test(line));
  const flags = rows.flatMap((row) => [...row.split('|')[2]!.matchAll(/`(--[\w-]+)/g)].map(([, flag]) => flag));
  expect(flags.length).toBeGreaterThan(12);
  for (const flag of flags) expect(known).toContain(flag);
});

describe('the API', () => {
  const api = page('docs/reference/api.md');

  it('names everything that is exported, and every metric', () => {
    const source = page('src/index.mts');
    const exported = [...source.matchAll(/export (?:type )?\{([^}]*)\}/g)].flatMap(([, names]) =>
      names!.split(',').map((name) => name.trim()),
    );
    expect(exported).toContain('openSession');
    for (const name of exported.filter((each) => each !== '')) expect(api, name).toMatch(new RegExp(`\\b${name}\\b`));
    for (const key of METRIC_KEYS) expect(api).toContain(`\`${key}\``);
  });

  it('names every field of a reading, of a session and of its result', () => {
    for (const name of Object.keys(span('x', { probes: 'gc' }).stop())) expect(api).toContain(`\`${name}\``);
    const script = `const { openSession } = require(${JSON.stringify(PACKAGE)});
      openSession({ db: false }).then(async (s) => {
        const members = [...Object.keys(s), ...Object.getOwnPropertyNames(Object.getPrototypeOf(s))];
        console.log(JSON.stringify([...members, ...Object.keys(await s.close())]));
      });`;
    const env = { ...cleanEnvironment(), SPANMETER_ROOT: temporaryFolder() };
    const names = JSON.parse(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8', env })) as string[];
    const inner = ['constructor', 'places'];
    for (const name of names.filter((each) => !inner.includes(each))) expect(api).toMatch(new RegExp(`\`${name}[\`(]`));
  });
});

describe('the history', () => {
  const text = page('docs/reference/history.md');
  const queries = [...text.matchAll(/```sql\n([^]*?)```/g)].map(([, sql]) => sql!);

  async function history(): Promise<string> {
    const file = join(temporaryFolder(), 'history.db');
    const [early, late] = ['a', 'b'].map((id, index) => {
      const session = sessionRecord(id, { scm: { revision: `r${index}` } });
      return { ...session, startedAt: session.startedAt + index * 60e6 };
    });
    const test = { file: 'shop.test.ts', name: 'make a report' };
    const cost = (cpu: number): Parameters<typeof readingRecord>[3] => ({
      wall_time: cpu * 2,
      cpu_time: cpu,
      peak_growth: MIB,
      user_time: cpu,
      kernel_time: 0,
    });
    await writeHistory(
      file,
      [early!, late!],
      [
        readingRecord('a', 1, test, cost(MS)),
        readingRecord('a', 2, { ...test, name: 'other' }, cost(9 * MS)),
        readingRecord('b', 1, test, cost(3 * MS), { component: 'billing' }),
        readingRecord('b', 2, { ...test, name: 'other' }, cost(8 * MS)),
      ],
    );
    return file;
  }

  it('has the tables and columns that the page says, and no others', async () => {
    const database = sqliteDriver()(await history(), { readonly: true });
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all() as string[];
    expect(tables.length).toBeGreaterThan(10);
    for (const name of tables) {
      expect(text).toContain(`\`${name}\``);
      if (name.startsWith('foreign_')) continue;
      const row = new RegExp(`^\\| \`${name}\` \\|.*$`, 'm').exec(text)?.[0] ?? '';
      const columns = database.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(name) as string[];
      const metrics: readonly string[] = METRIC_NAMES;
      const named = [...row.split('|')[3]!.matchAll(/`(\w+)`/g)].map(([, column]) => column);
      expect(named.sort(), name).toEqual(columns.filter((column) => !metrics.includes(column)).sort());
    }
    database.close();
  });

  it('answers the queries of the page', async () => {
    expect(queries).toHaveLength(3);
    const database = sqliteDriver()(await history(), { readonly: true });
    const [runs, slower, components] = queries.map((sql) => database.prepare(sql).all());
    database.close();
    expect(runs).toMatchObject([
      { revision: 'r1', cpu_ms: 3, wall_ms: 6, growth_mib: 1 },
      { revision: 'r0', cpu_ms: 1 },
    ]);
    expect(slower).toEqual([
      { file: 'shop.test.ts', name: 'make a report', before_ms: 1, now_ms: 3 },
      { file: 'shop.test.ts', name: 'other', before_ms: 9, now_ms: 8 },
    ]);
    expect(components).toEqual([
      { component: '', tests: 1, cpu_s: 0.008, highest_growth_mib: 1 },
      { component: 'billing', tests: 1, cpu_s: 0.003, highest_growth_mib: 1 },
    ]);
  });

  it.each(['README.md', 'docs/guides/getting-started.md'])('answers the query of %s', async (name) => {
    const [, sql] = /history\.db "(select[^"]*)"/.exec(page(name)) ?? [];
    const database = sqliteDriver()(await history(), { readonly: true });
    const rows = database.prepare(sql!).all();
    database.close();
    expect(rows).toEqual([
      { ITEM: 'other', seconds: 0.016, cpu: 0.008, MiB: null },
      { ITEM: 'make a report', seconds: 0.006, cpu: 0.003, MiB: null },
    ]);
  });
});
