/** Playwright Test, with real workers and a real browser: by the configuration's one line, and under `spanmeter run`. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import type { StoredReading } from '../dist/client/rows.js';
import { REPOSITORY } from './helpers/project.mjs';
import { RunnerProject, SUMMARY, named, value, type Outcome, type Way } from './helpers/runner-project.js';
import { BIN, run } from './helpers/script.js';

const TOOLS = join(REPOSITORY, 'test/tools/playwright/node_modules');
// A worker that saw a failure is replaced by a new process: runs take their time.
vi.setConfig({ testTimeout: 180_000 });

const WAYS = ['plugin', 'attach'] as const;
const PRELUDE = `
import { writeFileSync } from 'node:fs';
import { test, expect } from '@playwright/test';
const used = () => Object.values(process.cpuUsage()).reduce((a, b) => a + b);
const spin = (ms) => { const end = used() + ms * 1000; while (used() < end); };
const nap = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
`;
const GREEN = "test('green', () => {});";

interface Chromium {
  readonly default: { executablePath(): Promise<string> };
}
interface Spec {
  readonly title: string;
  readonly tests: readonly {
    readonly projectName: string;
    readonly status: string;
    readonly expectedStatus: string;
    readonly results: readonly { readonly retry: number; readonly status: string }[];
  }[];
}
interface Suite {
  readonly title: string;
  readonly specs?: readonly Spec[];
  readonly suites?: readonly Suite[];
}

class PlaywrightProject extends RunnerProject {
  constructor(specs: Readonly<Record<string, string>>) {
    super();
    for (const name of ['@playwright/test', 'playwright', 'playwright-core', '@sparticuz/chromium']) this.link(name, join(TOOLS, name));
    for (const [stem, body] of Object.entries(specs)) this.write(`${stem}.spec.mjs`, PRELUDE + body);
  }

  /** @param config the content of the configuration, as source; @param options those of `monitor` */
  prepare(way: Way, config = '', options = '{}', before = ''): this {
    const defined = `defineConfig({ testDir: '.', reporter: [['list'], ['json', { outputFile: 'report.json' }]], ${config} })`;
    this.write(
      'playwright.config.mjs',
      `import { defineConfig } from '@playwright/test'; ${way === 'plugin' ? "import monitor from 'spanmeter/playwright';" : ''} ${before}
       export default ${way === 'plugin' ? `monitor(${defined}, ${options})` : defined};`,
    );
    return this;
  }

  override command(_: Way, args: readonly string[]): readonly string[] {
    return [join(this.folder, 'node_modules/@playwright/test/cli.js'), 'test', ...args];
  }

  override reported(): Outcome[] {
    return this.tries().map(({ test: name, status }) => ({ test: name, status }));
  }

  /** Every try that Playwright itself reports. */
  tries(): { test: string; retry: number; status: string }[] {
    const report = JSON.parse(readFileSync(join(this.folder, 'report.json'), 'utf8')) as { readonly suites: readonly Suite[] };
    const visit = ({ title, specs = [], suites = [] }: Suite, above: readonly string[]): ReturnType<PlaywrightProject['tries']> => {
      // Playwright leaves suites without a title out of the paths of tests.
      const path = title === '' ? above : [...above, title];
      const own = specs.flatMap((spec) =>
        spec.tests.flatMap(({ projectName, expectedStatus, results }) =>
          results.map(({ retry, status }) => {
            const ended = status === 'skipped' ? status : status === expectedStatus ? 'passed' : 'failed';
            return { test: JSON.stringify([projectName, ...path, spec.title]), retry, status: ended };
          }),
        ),
      );
      return [...own, ...suites.flatMap((suite) => visit(suite, path))];
    };
    return ordered(report.suites.flatMap((suite) => visit(suite, [])));
  }

  async recordedTries(): Promise<{ test: string; retry: number; status: string }[]> {
    return ordered(
      (await this.tests()).map(({ identity: { project, file, describe, name }, retry, status }) => ({
        test: JSON.stringify([project, file, ...describe, name]),
        retry,
        status,
      })),
    );
  }

  async tests(): Promise<StoredReading[]> {
    return (await this.readings()).filter(({ identity }) => identity.kind === 'test');
  }
}

function ordered<T extends { test: string; retry: number }>(tries: readonly T[]): T[] {
  return [...tries].sort((a, b) => (a.test < b.test ? -1 : a.test > b.test ? 1 : a.retry - b.retry));
}

const OUTCOMES = `
test('passes', () => { expect(process.env.PW_TEST_REPORTER).toBeUndefined(); });
test('flaky', ({}, info) => { if (info.retry === 0) throw new Error('again'); });
test.skip('skipped beforehand', () => {});
test.fixme('to be mended', () => {});
test('skips itself', () => { test.skip(true, 'not here'); });
test.fail('fails as expected', () => { throw new Error('expected'); });
test.fail('does not fail', () => {});
test('soft', () => { expect.soft(1).toBe(2); });
test('out of time', async () => { test.setTimeout(200); await nap(20_000); });
test.describe('a suite', () => {
  test.describe('in a suite', () => { test('deep', () => { throw new Error('deep'); }); });
  test.describe(() => { test('without a title', () => {}); });
});
test.describe('hook before fails', () => { test.beforeEach(() => { throw new Error('hook'); }); test('never begins', () => {}); });
test.describe('hook after fails', () => { test.afterEach(() => { throw new Error('hook'); }); test('is fine itself', () => {}); });
test.describe('all fail', () => { test.beforeAll(() => { throw new Error('hook'); }); test('one', () => {}); test('other', () => {}); });
test.describe('hook skips', () => { test.beforeEach(() => { test.skip(); }); test('is skipped', () => {}); });
`;

const ERRORS = `
test('passes', () => { expect(process.env.PW_TEST_REPORTER).toBeUndefined(); });
test('soft', () => { console.log('said'); expect.soft(1).toBe(2); throw new Error('after it'); });
test('later', async () => { await test.step('a step', async () => { await nap(1); throw new Error('in a step'); }); });
test.describe('hook fails', () => { test.beforeEach(() => { throw new Error('hook'); }); test('never begins', () => {}); });
`;

const SPENDING = `
const mine = test.extend({ costly: async ({}, use) => { spin(60); await use('costly'); spin(60); } });
mine.beforeEach(() => spin(60)); mine.afterEach(() => spin(60));
mine('does nothing itself', ({ costly }) => { expect(costly).toBe('costly'); });
mine('spins', () => spin(50));
mine('fills', () => { Buffer.alloc(64 * 2 ** 20).fill(1); });
mine('naps', async () => nap(50));
mine('out of time', async ({ costly }) => { test.setTimeout(1000); await nap(20_000); });
`;

describe.each(WAYS)('by %s', (way) => {
  test('one record for every try that Playwright reports, with its status', async () => {
    const made = new PlaywrightProject({ outcomes: OUTCOMES, other: GREEN }).prepare(
      way,
      `workers: 2, retries: ${way === 'plugin' ? 1 : 0}, projects: [{ name: 'one' }, { name: 'two', testMatch: 'other.spec.mjs' }]`,
    );
    const { code, stderr } = await made.run(way);
    expect(code).toBe(1);
    const tries = made.tries();
    expect(tries.length).toBeGreaterThan(way === 'plugin' ? 25 : 17);
    expect(await made.recordedTries()).toEqual(tries);
    expect(stderr.match(SUMMARY)).toHaveLength(1);
    expect(made.leftovers).toEqual([]);
  });

  test('a test is its body, without its hooks and fixtures', async () => {
    const made = new PlaywrightProject({ spending: SPENDING }).prepare(way, 'workers: 1', '{ gc: true }');
    await made.run(way, [], {}, ['--gc']);
    const readings = await made.tests();
    const [nothing, spins, fills, naps, late] = ['does nothing itself', 'spins', 'fills', 'naps', 'out of time'].map(
      (name) => named(readings, name)[0],
    );
    for (const light of [nothing, naps, late]) expect(value(light, 'thread_cpu_time') / 1e6).toBeLessThan(40);
    expect(value(spins, 'cpu_time') / 1e6).toBeGreaterThan(49);
    expect(value(spins, 'cpu_time') / 1e6).toBeLessThan(90);
    expect(value(fills, 'peak_growth') / 2 ** 20).toBeGreaterThan(60);
    expect(value(naps, 'wall_time') / 1e6).toBeGreaterThan(49);
    expect(late?.status).toBe('failed');
    expect(value(late, 'wall_time') / 1e6).toBeLessThan(1100);
  });

  test('a page in a real browser: its processor time is not the test’s', async () => {
    const busy = 'for (const end = Date.now() + 400; Date.now() < end; );';
    const body = `test('opens a page', async ({ page }) => {
      await page.setContent('<h1>hello</h1><script>${busy}</script>'); await expect(page.locator('h1')).toHaveText('hello'); });
      test('finds nothing', async ({ page }) => { await page.setContent('<p>hello</p>'); await expect(page.locator('h1')).toBeVisible({ timeout: 100 }); });`;
    const browser = "import chromium from '@sparticuz/chromium'; const executablePath = await chromium.executablePath();";
    const use = "use: { browserName: 'chromium', launchOptions: { executablePath, args: ['--no-sandbox'] } }";
    const made = new PlaywrightProject({ page: body }).prepare(way, `workers: 1, ${use}`, '{}', browser);
    const { code, stdout } = await made.run(way);
    expect([code, stdout]).toEqual([1, expect.stringContaining('1 passed')]);
    const [opens, finds, ...others] = await made.tests();
    expect([opens?.status, finds?.status, others]).toEqual(['passed', 'failed', []]);
    expect(value(opens, 'wall_time') / 1e6).toBeGreaterThan(390);
    expect(value(opens, 'cpu_time')).toBeLessThan(value(opens, 'wall_time') / 2);
  });

  test('the user sees what there is to see without us, and report files are the same', async () => {
    const seen = async (how: Way): Promise<unknown> => {
      const made = new PlaywrightProject({ errors: ERRORS }).prepare(how, 'workers: 1');
      const { code, stdout, stderr } = await made.run(how);
      const report = readFileSync(join(made.folder, 'report.json'), 'utf8');
      return [code, timeless(stdout, made), timeless(withoutOurs(stderr), made), timeless(withoutSetup(report), made)];
    };
    expect(await seen(way)).toEqual(await seen('without'));
  });

  test('SPANMETER=0 switches everything off', async () => {
    const made = new PlaywrightProject({ a: GREEN }).prepare(way, '', '{ wrong: 1 }');
    const { code, stdout, stderr } = await made.run(way, [], { SPANMETER: '0' });
    expect([code, stderr, stdout]).toEqual([0, '', expect.stringContaining('1 passed')]);
    expect(existsSync(join(made.folder, '.spanmeter'))).toBe(false);
  });

  test('a worker is killed: no finished test is lost, and the one that ran is named', async () => {
    const body = `test('finished', () => {}); test('kills', () => process.kill(process.pid, 'SIGKILL')); test('after it', () => {});`;
    const bare = await new PlaywrightProject({ a: body }).prepare('without').run('without');
    const made = new PlaywrightProject({ a: body }).prepare(way);
    const { code } = await made.run(way);
    expect(code).toBe(bare.code);
    expect((await made.tests()).map(({ identity, status }) => [identity.name, status])).toEqual([
      ['finished', 'passed'],
      ['kills', 'interrupted'],
      ['after it', 'passed'],
    ]);
  });

  test('nothing can be recorded: one warning, and the same outcome', async () => {
    const made = new PlaywrightProject({ a: `${GREEN} test('red', () => { throw new Error('red'); });` }).prepare(way);
    made.write('.spanmeter', 'in the way');
    const { code, stderr } = await made.run(way, [], { TMPDIR: join(made.folder, 'missing') });
    expect(code).toBe(1);
    expect(stderr.match(/^ {2}warning |^spanmeter: /gm)).toHaveLength(1);
    expect(made.tries().map(({ status }) => status)).toEqual(['passed', 'failed']);
  });

  test('a mere listing is no run', async () => {
    const made = new PlaywrightProject({ a: GREEN }).prepare(way);
    const { code, stdout } = await made.run(way, ['--list']);
    expect([code, stdout]).toEqual([0, expect.stringContaining('Total: 1 test in 1 file')]);
    expect(await made.tests()).toEqual([]);
  });
});

test('a test is the same item in both ways', async () => {
  const seen: string[][] = [];
  for (const way of WAYS) {
    const made = new PlaywrightProject({ 'folder/a': `test.describe('suite', () => { ${GREEN} test.skip('not', () => {}); });` }).prepare(
      way,
      'repeatEach: 2',
    );
    await made.run(way);
    const tests = await made.tests();
    seen.push(tests.map(({ identity, repeat }) => JSON.stringify([identity, repeat])).sort());
  }
  expect(seen[0]).toHaveLength(4);
  expect(seen[0]![0]).toContain('"file":"folder/a.spec.mjs"');
  expect(seen[1]).toEqual(seen[0]);
});

test('annotations say component, tags and what to leave out; options reach the records', async () => {
  const note = (type: string, description = ''): string => `{ type: 'spanmeter.${type}', description: '${description}' }`;
  const made = new PlaywrightProject({
    a: `test.describe('billing', { annotation: [${note('component', 'billing')}, ${note('tag', 'team=blue')}] }, () => { test('belongs', { annotation: ${note('tag', 'slow')} }, () => {}); test.skip('belongs too', () => {}); });
        test('is left out', { annotation: ${note('skip')} }, () => {}); test.skip('is left out too', { annotation: ${note('skip')} }, () => {});`,
  }).prepare('plugin', '', "{ componentPrefix: 'all', tags: { nightly: true } }");
  const { code } = await made.run('plugin');
  expect(code).toBe(0);
  expect((await made.tests()).map(({ identity, component, tags }) => [identity.name, component, tags])).toEqual([
    ['belongs', 'all.billing', { team: 'blue', slow: true }],
    ['belongs too', 'all.billing', { team: 'blue' }],
  ]);
  expect((await made.sessions())[0]?.session).toMatchObject({ tags: { nightly: true }, exitCode: 0, command: 'playwright 1.65.1' });
});

test('reporters of the command line change nothing, and under run there is one set of records', async () => {
  const made = new PlaywrightProject({ a: GREEN }).prepare('plugin');
  const alone = await made.run('plugin', ['--reporter=json']);
  expect(JSON.parse(alone.stdout)).toMatchObject({ stats: { expected: 1 } });
  expect(await made.tests()).toHaveLength(1);
  const { stderr } = await made.run('attach', ['--reporter=dot']);
  expect(stderr.match(SUMMARY)).toHaveLength(1);
  expect(await made.sessions()).toHaveLength(2);
  expect(await made.tests()).toHaveLength(1);
});

test('without a line: through npm scripts, and spanmeter need not be installed', async () => {
  const made = new PlaywrightProject({ a: GREEN }).prepare('attach');
  rmSync(join(made.folder, 'node_modules/spanmeter'), { recursive: true });
  const command = made.command('attach', []).join("' '");
  made.write('package.json', JSON.stringify({ name: 'user', scripts: { e2e: `'${process.execPath}' '${command}'` } }));
  const { code } = await run(process.execPath, [BIN, 'run', '--', 'npm', 'run', '--silent', 'e2e'], { cwd: made.folder });
  expect(code).toBe(0);
  expect((await made.tests()).map(({ identity, status }) => [identity.name, status])).toEqual([['green', 'passed']]);
});

test('`test` of spanmeter/playwright measures itself, and can be extended', async () => {
  const made = new PlaywrightProject({}).prepare('without');
  made.write(
    'a.spec.mjs',
    `import { test, expect } from 'spanmeter/playwright';
     test('plain', () => {}); test.extend({ five: 5 })('extended', ({ five }) => expect(five).toBe(5));`,
  );
  expect((await made.run('without')).code).toBe(0);
  expect(await made.sessions()).toEqual([]);
  for (const way of WAYS) {
    const { code } = await made.prepare(way).run(way);
    expect(code).toBe(0);
    expect((await made.tests()).map(({ identity, status }) => [identity.name, status])).toEqual([
      ['plain', 'passed'],
      ['extended', 'passed'],
    ]);
  }
});

test('the whole run is killed: the next command delivers what was finished, and names what was not', async () => {
  const made = new PlaywrightProject({
    a: `test('finished', () => {}); test('endless', () => { writeFileSync(process.env.PID_FILE, String(process.pid)); for (;;); });`,
  }).prepare('plugin', 'timeout: 60_000');
  const file = join(made.folder, 'pid');
  const running = made.start('plugin', [], { PID_FILE: file });
  while (!existsSync(file) || readFileSync(file, 'utf8') === '') await sleep(20);
  running.child.kill('SIGKILL');
  process.kill(Number(readFileSync(file, 'utf8')), 'SIGKILL');
  await running.ended;
  // The worker is not the child of anyone who would tell when it has ended.
  for (let left = 20; left > 0 && (await made.tests()).length === 0; left -= 1) {
    await sleep(100);
    await run(process.execPath, [BIN, 'recover'], { cwd: made.folder });
  }
  expect((await made.tests()).map(({ identity, status }) => [identity.name, status])).toEqual([
    ['finished', 'passed'],
    ['endless', 'interrupted'],
  ]);
});

function withoutOurs(stderr: string): string {
  return stderr.replace(/\n?^spanmeter {2}[0-9a-f]{8} {2}[^]*$/m, '');
}

/** The one line's global setup is in the configuration that the report repeats. */
function withoutSetup(report: string): string {
  const parsed = JSON.parse(report) as { config: { globalSetup?: unknown } };
  delete parsed.config.globalSetup;
  return JSON.stringify(parsed, undefined, 1);
}

function timeless(text: string, { folder }: PlaywrightProject): string {
  return stripVTControlCharacters(text)
    .replaceAll(folder, '<folder>')
    .replace(/"(?:startTime|duration|start)": ?[^,\n]+/g, '')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z?/g, '<instant>')
    .replace(/\(?\b\d+(?:\.\d+)? ?m?s\b\)?/g, '<time>')
    .split('\n')
    .sort()
    .join('\n');
}

test('a budget that is exceeded ends the run with 1', async () => {
  const made = new PlaywrightProject({ a: GREEN }).prepare('plugin', '', "{ budget: 'budget.json' }");
  for (const [wall, code] of [
    ['1 min', 0],
    ['2 us', 1],
  ] as const) {
    made.write('budget.json', JSON.stringify([{ limits: { wall } }]));
    expect((await made.run('plugin')).code).toBe(code);
  }
});

test('the example runs as it is', async () => {
  const { default: chromium } = (await import(join(TOOLS, '@sparticuz/chromium/build/esm/index.js'))) as Chromium;
  const made = new PlaywrightProject({});
  made.copyExample('playwright');
  const { code, stdout, stderr } = await made.run('plugin', [], { CHROMIUM: await chromium.executablePath() });
  expect([code, stdout, stderr.match(SUMMARY)?.length]).toEqual([0, expect.stringContaining('2 passed'), 1]);
  const [empty, signed] = await made.tests();
  for (const each of [empty, signed]) expect([each?.status, each?.component]).toEqual(['passed', 'guests']);
  expect(value(signed, 'wall_time')).toBeGreaterThan(99e6);
});
