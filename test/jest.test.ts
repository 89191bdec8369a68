/** What only Jest has: its ways of writing tests, its configuration, its markers. How it is attached: jest-attach.test.ts. */
import { cpSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { JESTS, JestProject, type JestVersion } from './helpers/jest-project.js';
import { REPOSITORY } from './helpers/project.mjs';
import { SUMMARY, named, recorded, sorted, value } from './helpers/runner-project.js';

const GREEN = "test('green', () => {});";
const JSDOM = 'environment jsdom';
const WORKERS = ['--maxWorkers=2', '--workerIdleMemoryLimit=4GB'];

function project(version: JestVersion, files: Readonly<Record<string, string>>, rest = '', options = '{}'): JestProject {
  const made = new JestProject(version);
  for (const [name, text] of Object.entries(files)) made.write(name, text);
  made.configure('plugin', options, rest);
  return made;
}

function fixture(version: JestVersion, ...names: string[]): JestProject {
  const made = project(version, {});
  for (const name of names) cpSync(join(REPOSITORY, 'test/fixtures/jest', name), join(made.folder, name));
  return made;
}

describe.each(JESTS)('%s', (version) => {
  describe('a body', () => {
    test('of every shape is measured from its start to its end, and ends as without us', async () => {
      const made = fixture(version, 'bodies.test.js');
      await made.run('without', ['--testRunner=jest-circus/runner', '--reporters=./reporter.js']);
      const without = made.reported();
      await made.run('plugin');
      expect(made.reported()).toEqual(without);
      const readings = await made.readings();
      expect(sorted(recorded(readings))).toEqual(sorted(without));
      const wall = (name: string): number => value(named(readings, name)[0], 'wall_time') / 1e6;
      for (const name of ['calls back', 'is a generator', 'returns something lazy', 'waits']) {
        expect(wall(name), name).toBeGreaterThan(55);
      }
      for (const name of ['runs out of time', 'runs out of time without calling back']) {
        expect(wall(name), name).toBeGreaterThan(55);
        expect(wall(name), name).toBeLessThan(300);
        expect(named(readings, name).map(({ status }) => status)).toEqual(['failed']);
      }
      expect(named(readings, 'is beside what ran out of time')[0]).toMatchObject({ overlaps: 0, status: 'passed' });
    });

    test('of `each` has the template as its name and the title as its variant', async () => {
      const made = fixture(version, 'each.test.js');
      const flags = ['--testLocationInResults'];
      await made.run('without', ['--testRunner=jest-circus/runner', '--reporters=./reporter.js', ...flags]);
      const shown = made.shown();
      await made.run('plugin', flags);
      expect(made.shown()).toEqual(shown);
      const readings = await made.readings();
      expect(sorted(recorded(readings))).toEqual(sorted(made.reported()));
      const items = readings.filter(({ identity }) => identity.kind === 'test').map(({ identity }) => identity);
      const seen = items.map(({ describe, name, variant, ordinal }) => [...describe, name, variant, ordinal].join(' | ')).sort();
      expect(seen).toEqual(
        [
          'adds %i and %i to %i | adds 1 and 1 to 2 | 0',
          'adds %i and %i to %i | adds 1 and 2 to 3 | 0',
          '$a + $b = $sum | 1 + 1 = 2 | 0',
          '$a + $b = $sum | 1 + 2 = 4 | 0',
          'does the same |  | 0',
          'does the same |  | 1',
          'does the same |  | 2',
          'twice %i | twice 1 | 0',
          'twice %i | twice 1 | 1',
          'beside %i | beside 1 | 0',
          'beside %i | beside 2 | 0',
          'skips %i | skips 1 | 0',
          'fails with %i | fails with 1 | 0',
          'in a | is %i | is 1 | 0',
          'in b | is %i | is 1 | 0',
          'a plain one %i |  | 0',
          'has no table |  | 0',
        ].sort(),
      );
    });

    test('is an ES module’s, with words imported from @jest/globals', async () => {
      const body = `import { describe, jest, test } from '@jest/globals';
        describe('module', () => { test.each([1])('each %i', async () => {}); test('later', () => new Promise((resolve) => setTimeout(resolve, 20))); });`;
      const made = project(version, { 'a.test.mjs': body }, "testMatch: ['**/*.test.mjs'], moduleFileExtensions: ['mjs', 'js'],");
      const { code, stderr } = await made.run('plugin', ['--experimental-vm-modules']);
      expect([code, stderr.match(SUMMARY)?.length]).toEqual([0, 1]);
      const readings = await made.readings();
      expect(sorted(recorded(readings))).toEqual(sorted(made.reported()));
      expect(named(readings, 'each %i')[0]?.identity).toMatchObject({ variant: 'each 1', describe: ['module'] });
    });
  });

  describe('tries', () => {
    test('of a file whose worker died are numbered', async () => {
      const dies = `${GREEN} test('dies', () => { if (!existsSync('thrice')) { appendFileSync('deaths', 'x'); if (readFileSync('deaths', 'utf8').length === 2) writeFileSync('thrice', ''); process.exit(3); } });`;
      const files = {
        'a.test.js': `const { appendFileSync, existsSync, readFileSync, writeFileSync } = require('node:fs'); ${dies}`,
        'b.test.js': GREEN,
      };
      for (const mode of [[], ['--workerThreads']]) {
        const made = project(version, files);
        const { code } = await made.run('plugin', [...WORKERS, ...mode]);
        expect(code).toBe(0);
        const readings = await made.readings();
        const tries = (name: string): unknown =>
          named(readings, name)
            .filter(({ identity }) => identity.file === 'a.test.js')
            .map(({ retry, status }) => [retry, status]);
        expect(tries('green')).toEqual([0, 1, 2].map((retry) => [retry, 'passed']));
        expect(tries('dies')).toEqual([[0, 'interrupted'], [1, 'interrupted'], [2, 'passed']]); // prettier-ignore
        expect(readings.filter(({ identity }) => identity.file === 'b.test.js' && identity.kind === 'test')).toMatchObject([{ retry: 0 }]);
      }
    });

    test('of concurrent tests too, and a hook’s failure ends a try', async () => {
      const body = `jest.retryTimes(2); let hooks = 0, bodies = 0;
        afterEach(() => { if ((hooks += 1) < 3) throw new Error('hook'); });
        test('tries its hooks', () => {});
        test.concurrent('beside', async () => { if ((bodies += 1) < 2) throw new Error('again'); });`;
      const made = project(version, { 'a.test.js': body });
      await made.run('plugin');
      const readings = await made.readings();
      const tries = (name: string): unknown => named(readings, name).map(({ retry, status }) => [retry, status]);
      expect(tries('tries its hooks')).toEqual([[0, 'failed'], [1, 'failed'], [2, 'passed']]); // prettier-ignore
      expect(sorted(recorded(readings))).toEqual(sorted(made.reported()));
    });
  });

  test('markers of docblocks, suites, functions and running tests', async () => {
    const made = fixture(version, 'markers.test.js', 'skipped.test.js');
    const { code } = await made.run('plugin');
    expect(code).toBe(0);
    const readings = await made.readings();
    const tests = readings.filter(({ identity }) => identity.kind === 'test');
    expect(tests.map(({ identity, component, tags }) => [identity.name, component, tags])).toEqual([
      ['of the file', 'billing', { team: 'blue', nightly: true }],
      ['of the suite', 'billing.invoices', { team: 'red', nightly: true }],
      ['of the test', 'billing.invoices', { team: 'red', nightly: true, size: 3 }],
      ['says more', 'billing', { team: 'blue', nightly: true, hook: true, rows: 7 }],
    ]);
    const others = readings.filter(({ identity }) => identity.kind === 'suite' || identity.kind === 'file');
    expect(others.map(({ identity }) => identity.name)).toEqual(['markers.test.js', 'invoices', 'while it runs']);
  });

  describe('an environment', () => {
    test('jsdom by docblock', async () => {
      const made = project(version, {
        // Vitest would take it for its own, were it in one piece.
        'a.test.js': `/** @jest-${JSDOM} */\ntest('green', () => { document.body.textContent = 'x'; expect(document.body.textContent).toBe('x'); });`,
      });
      const { code } = await made.run('plugin');
      expect(code).toBe(0);
      expect(named(await made.readings(), 'green').map(({ status }) => status)).toEqual(['passed']);
    });

    test('of the user stays, hears every event and may fail tests', async () => {
      const environment = `const { TestEnvironment } = require('jest-environment-node');
        module.exports = class extends TestEnvironment {
          #heard = [];
          async handleTestEvent(event) {
            this.#heard.push(event.name);
            if (event.name === 'test_done' && event.test.name === 'is failed by it') event.test.errors.push(new Error('by the environment'));
          }
          async teardown() { require('node:fs').writeFileSync('heard', this.#heard.join()); await super.teardown(); }
        };`;
      const files = { 'environment.js': environment, 'a.test.js': `${GREEN} test('is failed by it', () => {});` };
      const made = project(version, files, "testEnvironment: './environment.js',");
      await made.run('without', ['--testRunner=jest-circus/runner', '--reporters=./reporter.js']);
      const without = made.read('heard');
      await made.run('plugin');
      expect(made.read('heard')).toBe(without);
      expect(without).toContain('test_fn_success');
      expect(sorted(recorded(await made.readings()))).toEqual(sorted(made.reported()));
      expect(named(await made.readings(), 'is failed by it').map(({ status }) => status)).toEqual(['failed']);
    });
  });

  describe('a configuration', () => {
    test.each([
      ['automock', 'automock: true,', ''],
      ['resetModules, resetMocks and restoreMocks', 'resetModules: true, resetMocks: true, restoreMocks: true,', ''],
      ['modern fake timers', 'fakeTimers: { enableGlobally: true },', ''],
      ['legacy fake timers', 'fakeTimers: { enableGlobally: true, legacyFakeTimers: true },', ''],
      ['random order', 'randomize: true,', ''],
      ['a leak detector', '', '--detectLeaks'],
      ['open handles', '', '--detectOpenHandles'],
      ['coverage', 'collectCoverage: true,', ''],
      ['coverage by V8', "collectCoverage: true, coverageProvider: 'v8',", ''],
      ['an end by force', '', '--forceExit'],
      ['results with locations', '', '--testLocationInResults'],
    ])('with %s: the same outcomes, and a record for each', async (_, rest, flag) => {
      const body = `${GREEN} const { setTimeout: later } = globalThis;
        describe('suite', () => { test.each([1, 2])('each %i', () => expect(1).toBe(1)); test('red', () => expect(1).toBe(2)); });`;
      const made = project(version, { 'a.test.js': body, 'b.test.js': GREEN }, rest);
      const flags = [...WORKERS, ...(flag === '' ? [] : [flag])];
      const without = await made.run('without', ['--testRunner=jest-circus/runner', '--reporters=./reporter.js', ...flags]);
      const outcomes = made.read('outcomes.json');
      const { code } = await made.run('plugin', flags);
      expect(code).toBe(without.code);
      if (rest !== 'randomize: true,') expect(made.read('outcomes.json')).toBe(outcomes);
      expect(sorted(recorded(await made.readings()))).toEqual(sorted(made.reported()));
    });

    test('--bail: what was finished is recorded, and the exit code is Jest’s', async () => {
      const files = { 'a.test.js': "test('red', () => { throw new Error('red'); });".padEnd(9000), 'b.test.js': GREEN };
      const made = project(version, files, 'testFailureExitCode: 7,');
      const { code, stderr } = await made.run('plugin', ['--bail', '--runInBand']);
      expect([code, stderr.match(SUMMARY)?.length]).toEqual([7, 1]);
      expect((await made.sessions())[0]).toMatchObject({ session: { exitCode: 7 } });
      expect(named(await made.readings(), 'red').map(({ status }) => status)).toEqual(['failed']);
    });

    test('projects: their display names are the items’ projects, and all of them are measured', async () => {
      const projects = ['one', { name: 'two', color: 'blue' }].map((displayName) => ({ displayName, rootDir: '<rootDir>', transform: {} }));
      const made = project(version, { 'a.test.js': GREEN }, `projects: ${JSON.stringify(projects)},`);
      const { code } = await made.run('plugin');
      expect(code).toBe(0);
      expect(
        named(await made.readings(), 'green')
          .map(({ identity }) => identity.project)
          .sort(),
      ).toEqual(['one', 'two']);
    });

    test('--shard, -t and snapshots', async () => {
      const body = "test('shot', () => expect({ a: 1 }).toMatchSnapshot()); describe('in', () => { test('other', () => {}); });";
      const made = project(version, { 'a.test.js': body, 'b.test.js': GREEN });
      expect((await made.run('plugin', ['--shard=1/2'])).code).toBe(0);
      const shard = await made.readings();
      expect((await made.run('plugin', ['--shard=2/2'])).code).toBe(0);
      const files = [...shard, ...(await made.readings())].filter(({ identity }) => identity.kind === 'file');
      expect(files.map(({ identity }) => identity.file).sort()).toEqual(['a.test.js', 'b.test.js']);
      expect((await made.run('plugin', ['-t', 'shot', '--ci'])).code).toBe(0);
      const statuses = (await made.readings()).filter(({ identity }) => identity.kind !== 'session' && identity.file === 'a.test.js');
      expect(statuses.map(({ identity, status }) => [identity.name, status])).toEqual([
        ['a.test.js', 'passed'],
        ['shot', 'passed'],
        ['in', 'skipped'],
        ['other', 'skipped'],
      ]);
    });

    test('the test runner alone, without a session: nothing is recorded and nothing said', async () => {
      const made = project(version, { 'a.test.js': GREEN });
      made.write('jest.config.js', "module.exports = { transform: {}, testRunner: 'spanmeter/jest' };");
      const { code, stderr } = await made.run('plugin');
      expect(code).toBe(0);
      expect(stderr).not.toMatch(/spanmeter {2}|spanmeter:/);
      expect(existsSync(join(made.folder, '.spanmeter'))).toBe(false);
    });

    test('the reporter alone is enough', async () => {
      const made = project(version, { 'a.test.js': GREEN, 'b.test.js': GREEN });
      made.write('jest.config.js', "module.exports = { transform: {}, reporters: ['default', 'spanmeter/jest/reporter'] };");
      expect((await made.run('plugin')).code).toBe(0);
      expect(named(await made.readings(), 'green').map(({ status }) => status)).toEqual(['passed', 'passed']);
    });

    test('another test runner is left alone, with one warning', async () => {
      const made = project(version, { 'a.test.js': GREEN, 'b.test.js': GREEN }, "testRunner: 'jest-jasmine2',");
      const { code, stderr } = await made.run('plugin');
      expect([code, stderr.match(/spanmeter: .*jest-jasmine2/g)?.length]).toEqual([0, 1]);
      expect(named(await made.readings(), 'green')).toEqual([]);
    });
  });

  test('a file that can’t be evaluated, one without tests, one with a failed afterAll', async () => {
    const made = project(version, {
      'broken.test.js': "throw new Error('broken');",
      'empty.test.js': '',
      'late.test.js': `describe('suite', () => { afterAll(() => { throw new Error('late'); }); ${GREEN} });`,
    });
    const { code } = await made.run('plugin');
    expect(code).toBe(1);
    const readings = await made.readings();
    const files = readings.filter(({ identity }) => identity.kind === 'file');
    expect(files.map(({ identity, status }) => [identity.name, status]).sort()).toEqual([
      ['broken.test.js', 'failed'],
      ['empty.test.js', 'failed'],
      ['late.test.js', 'failed'],
    ]);
    expect(named(readings, 'suite', 'suite').map(({ status }) => status)).toEqual(['failed']);
    expect(named(readings, 'green').map(({ status }) => status)).toEqual(['passed']);
  });

  test('the example runs as it is', async () => {
    const made = new JestProject(version);
    made.copyExample('jest');
    const { code, stderr } = await made.run('plugin');
    expect([code, stderr.match(SUMMARY)?.length]).toEqual([0, 1]);
    const readings = await made.readings();
    expect(named(readings, '%i of them are summed').map(({ component, identity }) => [component, identity.variant])).toEqual([
      ['shop.orders', '1000 of them are summed'],
      ['shop.orders', '10000 of them are summed'],
      ['shop.orders', '100000 of them are summed'],
    ]);
    expect(named(readings, 'need a second try').map(({ retry, status }) => [retry, status])).toEqual([[0, 'failed'], [1, 'passed']]); // prettier-ignore
  });

  test('watching: each run is a session', async () => {
    const made = project(version, { 'a.test.js': GREEN });
    // The project's other reporter writes a file that Jest watches.
    made.write('jest.config.js', "module.exports = { transform: {}, watchman: false, reporters: ['spanmeter/jest/reporter'] };");
    const running = made.start('plugin', ['--watchAll']);
    // Jest may run once more for files that it sees late; and a history that is being made can't be read.
    const counts = async (): Promise<unknown[]> =>
      (await made.sessions().catch(() => [])).map(({ readings }) => readings.filter(({ identity }) => identity.kind === 'test').length);
    while ((await counts())[0] !== 1) await sleep(100);
    await sleep(300);
    writeFileSync(join(made.folder, 'a.test.js'), `${GREEN} test('more', () => {});`);
    while ((await counts())[0] !== 2) await sleep(100);
    running.child.kill();
    expect(new Set(await counts())).toEqual(new Set([1, 2]));
  });

  test('what a worker loads of us is the worker’s side', async () => {
    const environment = `const { TestEnvironment } = require('jest-environment-node');
      module.exports = class extends TestEnvironment {
        async teardown() {
          const ours = Object.keys(require.cache).filter((path) => path.includes('node_modules/spanmeter/'));
          require('node:fs').writeFileSync('loaded', JSON.stringify(ours.map((path) => path.split('node_modules/spanmeter/')[1])));
          await super.teardown();
        }
      };`;
    const made = project(version, { 'environment.js': environment, 'a.test.js': GREEN }, "testEnvironment: './environment.js',");
    await made.run('plugin', WORKERS);
    const loaded = JSON.parse(made.read('loaded')) as string[];
    expect(loaded).toContain('dist/runners/jest/file-watch.js');
    expect(loaded.filter((path) => /^dist\/(?:session|store|report|analysis|client|server)\//.test(path))).toEqual([]);
    expect(loaded).not.toContain('dist/runners/run.js');
  });
});
