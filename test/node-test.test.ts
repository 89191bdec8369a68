/** What only node:test has: files run directly, tests in tests, its own flags, and a runner that can be anywhere. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { StoredReading } from '../dist/client/rows.js';
import { NODES, NodeTestProject } from './helpers/node-test-project.js';
import { SUMMARY, named, recorded, value, type Way } from './helpers/runner-project.js';
import { run } from './helpers/script.js';

const WAYS = ['plugin', 'attach'] as const;
const IMPORTS = "const { test, describe, it, before, after, beforeEach, afterEach, mock } = require('node:test');\n";

const outcomes = (readings: readonly StoredReading[]): string[] =>
  recorded(readings).map(({ test, status }) => `${(JSON.parse(test) as string[]).slice(1).join(' > ')}: ${status}`);

describe.each(NODES)('$name', (node) => {
  function project(files: Readonly<Record<string, string>>): NodeTestProject {
    const made = new NodeTestProject(node);
    for (const [name, text] of Object.entries(files)) made.write(name, name.endsWith('.mjs') ? text : IMPORTS + text);
    return made;
  }

  async function runOf(
    made: NodeTestProject,
    way: Way,
    args: readonly string[],
  ): Promise<{ code: number | null; stderr: string; all: StoredReading[] }> {
    const { code, stderr } = await made.run(way, args);
    return { code, stderr, all: await made.readings() };
  }

  test('the example runs as it is', async () => {
    const made = new NodeTestProject(node);
    made.copyExample('node-test');
    const { code, stderr, all } = await runOf(made, 'plugin', ['--test']);
    expect([code, stderr.match(SUMMARY)?.length]).toEqual([0, 1]);
    expect(named(all, 'is packed on another thread').map(({ component }) => component)).toEqual(['shop.catalogue']);
    expect(outcomes(all)).toContain('an order, step by step > the receipt says the total: passed');
  });

  test('a test in a test is a part of it', async () => {
    const made = project({
      'a.test.js': `test('outer', async (t) => {
        await t.test('inner', async (t) => { await t.test('innermost', () => {}); });
        await Promise.all([t.test('one', () => new Promise((r) => setTimeout(r, 30))), t.test('one', () => {})]);
      });
      describe('outer', () => it('inner', () => {}));`,
    });
    const { all } = await runOf(made, 'plugin', ['--test']);
    expect(outcomes(all).sort()).toEqual([
      'outer > inner > innermost: passed',
      'outer > inner: passed',
      'outer > inner: passed',
      'outer > one: passed',
      'outer > one: passed',
      'outer: passed',
    ]);
    const [outer] = named(all, 'outer');
    const [inner, other] = named(all, 'inner');
    // What a test makes while it runs is defined after what the file defines.
    expect([inner?.parent, inner?.identity.ordinal, other?.identity.ordinal]).toEqual([outer?.sequence, 1, 0]);
    expect(named(all, 'innermost')[0]?.parent).toBe(inner?.sequence);
    expect([outer, inner].map((each) => [each?.overlaps, each?.shared])).toEqual([
      [0, false],
      [0, false],
    ]);
    expect(value(outer, 'wall_time')).toBeGreaterThan(29e6);
  });

  test('every way in which a test can end', async () => {
    const made = project({
      'a.test.js': `
        test('callback', (t, done) => setTimeout(done, 40));
        test('failed callback', (t, done) => setTimeout(() => done(new Error('no')), 5));
        test('timeout', { timeout: 30 }, () => new Promise((r) => setTimeout(r, 200)));
        test('says skip', (t) => t.skip('not today'));
        test('option skip', { skip: 'no' }, () => {});
        test('todo', { todo: true }, () => { throw new Error('not yet'); });
        test('no body');
        test('plan', (t) => { t.plan(1); t.assert.ok(true); });
        test('wrong plan', (t) => { t.plan(2); t.assert.ok(true); });
        test('aborted', { signal: AbortSignal.timeout(50) }, () => new Promise((r) => setTimeout(r, 5000).unref()));
        test('thrown later', () => new Promise(() => setTimeout(() => { throw new Error('late'); }, 5)));
        test('cancels what it leaves', (t) => { t.test('left', { timeout: 100 }, () => new Promise(() => {})); });`,
    });
    const { all, code } = await runOf(made, 'plugin', ['--test']);
    expect(code).toBe(1);
    expect(outcomes(all).filter((line) => !line.startsWith('cancels'))).toEqual([
      'callback: passed',
      'failed callback: failed',
      'timeout: failed',
      'says skip: skipped',
      'option skip: skipped',
      'todo: skipped',
      'no body: passed',
      'plan: passed',
      'wrong plan: failed',
      'aborted: failed',
      'thrown later: failed',
    ]);
    expect(value(named(all, 'callback')[0], 'wall_time')).toBeGreaterThan(39e6);
    expect(value(named(all, 'timeout')[0], 'wall_time')).toBeLessThan(150e6);
    expect(value(named(all, 'todo')[0], 'wall_time')).toBeNaN();
    const left = outcomes(all).filter((line) => line.startsWith('cancels'));
    expect(left.sort()).toEqual(['cancels what it leaves > left: failed', 'cancels what it leaves: failed']);
    expect(all.filter(({ status }) => status === 'interrupted')).toEqual([]);
  });

  test.each(WAYS)('by %s: a file that is run directly is what it is under --test', async (way) => {
    const files = { 'a.test.js': "test('one', () => {}); describe('suite', () => { it('two', () => { throw new Error('no'); }); });" };
    const under = await runOf(project(files), 'plugin', ['--test']);
    const made = project(files);
    const direct = await runOf(made, way, ['a.test.js']);
    expect([direct.code, direct.stderr.match(SUMMARY)?.length]).toEqual([1, 1]);
    const identities = ({ all }: typeof direct): string[] =>
      all.filter(({ identity }) => identity.kind !== 'session').map(({ identity, status }) => JSON.stringify([identity, status]));
    expect(identities(direct).sort()).toEqual(identities(under).sort());
    expect(made.leftovers).toEqual([]);
    const [file] = direct.all.filter(({ identity }) => identity.kind === 'file');
    expect(direct.all.map(({ overlaps }) => overlaps).every((overlaps) => overlaps === 0)).toBe(true);
    expect(named(direct.all, 'one')[0]?.parent).toBe(file?.sequence);
    expect((await made.sessions())[0]?.session.exitCode).toBe(1);
  });

  test.each(WAYS)('by %s: a run that is forced to exit is delivered', async (way) => {
    const made = project({ 'a.test.js': "test('one', () => {}); setInterval(() => {}, 1000);" });
    for (const args of [['--test'], ['a.test.js']]) {
      const { code, stderr, all } = await runOf(made, way, ['--test-force-exit', ...args]);
      expect([code, outcomes(all), stderr.match(SUMMARY)?.length]).toEqual([0, ['one: passed'], 1]);
      expect(stderr).not.toContain('not closed');
    }
  });

  test('a file that is run directly and ends the process in a test is delivered', async () => {
    const made = project({ 'a.test.js': "test('one', () => {}); test('exits', () => process.exit(3)); test('never', () => {});" });
    for (const way of WAYS) {
      const { code, stderr, all } = await runOf(made, way, ['a.test.js']);
      expect([code, stderr.match(SUMMARY)?.length]).toEqual([3, 1]);
      expect(stderr).not.toContain('not closed');
      expect(outcomes(all)).toEqual(['one: passed', 'exits: interrupted']);
    }
  });

  test('what is filtered out is recorded as the runner reports it', async () => {
    const made = project({ 'a.test.js': "test('one', () => {}); test.only('two', () => {}); test('two more', () => {});" });
    for (const args of [['--test-name-pattern=two'], ['--test-only']]) {
      const filtered = await runOf(made, 'plugin', ['--test', ...args]);
      made.reporting = ['--test-reporter=./events.mjs'];
      await made.run('without', ['--test', ...args]);
      made.reporting = [];
      expect(recorded(filtered.all)).toEqual(made.reported());
      writeFileSync(join(made.folder, 'events.ndjson'), '');
    }
  });

  test('a shard is the part that was asked for', async () => {
    const made = project({ 'a.test.js': "test('a', () => {});", 'b.test.js': "test('b', () => {});" });
    const { all } = await runOf(made, 'attach', ['--test', '--test-shard=2/2']);
    expect(outcomes(all)).toEqual(['b: passed']);
  });

  test('runners that tests start are the affair of those tests', async () => {
    const made = project({
      'inner.js': "test('inner', () => {});",
      'a.test.js': `
        const { spawnSync, fork } = require('node:child_process');
        const { once } = require('node:events');
        const env = { ...process.env };
        delete env.NODE_TEST_CONTEXT;
        test('starts others', async () => {
          spawnSync(process.execPath, ['inner.js']);
          spawnSync(process.execPath, ['--test', 'inner.js'], { env });
          spawnSync(process.execPath, ['--require', 'spanmeter/node-test', '--test', 'inner.js'], { env });
          await once(fork('inner.js', { stdio: 'ignore' }), 'exit');
        });`,
    });
    for (const way of WAYS) {
      const { code, all } = await runOf(made, way, ['--test', 'a.test.js']);
      expect([code, outcomes(all)]).toEqual([0, ['starts others: passed']]);
      expect(all.filter(({ identity }) => identity.kind === 'file')).toHaveLength(1);
    }
  });

  test.each(WAYS)('by %s: a script that runs files by the API', async (way) => {
    const made = project({
      'a.test.js': "test('one', () => {});",
      'all.mjs': "import { run } from 'node:test'; run({ files: [process.cwd() + '/a.test.js'] }).on('data', () => {});",
    });
    const { code, stderr, all } = await runOf(made, way, ['all.mjs']);
    // Without `spanmeter run` only the script itself has the line.
    expect([code, outcomes(all), stderr.match(SUMMARY)?.length]).toEqual([0, ['one: passed'], 1]);
  });

  test('modules of ES, with a loader of the user beside us', async () => {
    const hooks =
      "export const load = async (url, context, next) => url.endsWith('.txt') ? { format: 'module', source: 'export default 7', shortCircuit: true } : next(url, context);";
    const made = project({
      'hooks.mjs': hooks,
      'register.mjs': "import { register } from 'node:module'; register('./hooks.mjs', import.meta.url);",
      'seven.txt': '',
      'a.test.mjs': "import { test } from 'node:test'; import seven from './seven.txt'; test('is ' + seven, () => {});",
    });
    for (const way of WAYS) {
      const { code, all } = await runOf(made, way, ['--import', './register.mjs', '--test']);
      expect([code, outcomes(all)]).toEqual([0, ['is 7: passed']]);
    }
  });

  test('coverage is what it is without us', async () => {
    const files = { 'a.test.js': "const f = require('./f.js'); test('one', () => f(1));", 'f.js': 'module.exports = (x) => (x ? 1 : 2);' };
    const seen = async (way: Way): Promise<string> => {
      const made = project(files);
      const args = made.command(way, ['--test', '--experimental-test-coverage', '--test-reporter=tap']);
      // Node leaves out what is in a folder node_modules: spanmeter is in this project's, and not in the one that is tested here.
      const attached = [join(made.folder, 'node_modules/spanmeter/dist/cli/bin.js'), 'run', '--', node.path, ...args];
      const command = way === 'attach' ? [process.execPath, attached] : ([node.path, args] as const);
      const { stdout } = await run(command[0] as string, command[1] as string[], { cwd: made.folder, env: { FORCE_COLOR: '0' } });
      return stdout.replace(/(duration_ms:?) [\d.]+/g, '$1');
    };
    const without = await seen('without');
    expect(without).toContain('f.js');
    for (const way of WAYS) expect(await seen(way)).toBe(without);
  });

  test.each(['spec', 'tap', 'dot', 'junit'])('the reporter %s says what it says without us', async (reporter) => {
    const files = { 'a.test.js': "test('one', () => console.log('said')); test('two', async () => { await 1; throw new Error('no'); });" };
    const seen = async (way: Way): Promise<string> => {
      const made = project(files);
      const { stdout } = await made.run(way, ['--test', `--test-reporter=${reporter}`]);
      return stdout
        .replaceAll(made.folder, '')
        .replace(/\(?[\d.]+m?s\)?|hostname="[^"]*"|(?<=time="|duration_ms:? |<!-- duration_ms )[\d.]+/g, '');
    };
    const without = await seen('without');
    for (const way of WAYS) expect(await seen(way)).toBe(without);
  });

  test.each(WAYS)('by %s: marks of a file, a suite, a function and a running test', async (way) => {
    const made = project({
      'a.test.js': `
        const { mark } = require('spanmeter/markers');
        mark({ tags: { file: true } });
        test('plain', () => {});
        describe('suite', () => {
          beforeEach(async () => { await 1; mark({ tags: { lost: true } }); });
          it('early', () => {});
          mark({ component: 'shop' });
          it('own', mark({ tags: { own: 1 } }, async () => { await 1; mark({ tags: { late: 2 } }); }));
        });
        test('left out', mark({ skip: true }, () => {}));
        test('left out after all', () => mark({ skip: true }));`,
    });
    for (const args of [['--test'], ['a.test.js']]) {
      const { all } = await runOf(made, way, args);
      const tests = all.filter(({ identity }) => identity.kind === 'test');
      expect(tests.map(({ identity, component, tags }) => [identity.name, component, tags])).toEqual([
        ['plain', '', { file: true }],
        ['early', 'shop', { file: true }],
        ['own', 'shop', { file: true, own: 1, late: 2 }],
      ]);
    }
  });

  test('hooks belong to the suite or the test that has them', async () => {
    const made = project({
      'spanmeter.config.json': '',
      'a.test.js': `
        before(() => {}); beforeEach(() => {});
        describe('suite', () => {
          before((t, done) => setTimeout(done, 20)); beforeEach(() => {}); beforeEach(async () => { throw new Error('no'); }); after(() => {});
          it('one', () => {});
        });
        test('outer', async (t) => { t.before(() => {}); t.afterEach(() => {}); await t.test('inner', () => {}); });`,
    });
    made.write('spanmeter.config.json', '{ "scopes": ["test", "suite", "hook"] }');
    const { all } = await runOf(made, 'plugin', ['--test']);
    const hooks = all.filter(({ identity }) => identity.kind === 'hook');
    const names = new Set(
      hooks.map(({ identity: { describe, name, ordinal, file }, status }) => [file, ...describe, name, ordinal, status].join(' ')),
    );
    expect([...names].sort()).toEqual([
      'a.test.js beforeAll 0 passed',
      'a.test.js beforeEach 0 passed',
      'a.test.js outer afterEach 0 passed',
      'a.test.js outer beforeAll 0 passed',
      'a.test.js suite afterAll 0 passed',
      'a.test.js suite beforeAll 0 passed',
      'a.test.js suite beforeEach 0 passed',
      'a.test.js suite beforeEach 1 failed',
    ]);
    const [slow] = hooks.filter(({ identity }) => identity.name === 'beforeAll' && identity.describe[0] === 'suite');
    expect(value(slow, 'wall_time')).toBeGreaterThan(19e6);
    expect(slow?.parent).toBe(named(all, 'suite', 'suite')[0]?.sequence);
  });

  test('a script without tests, and a run without files, leave nothing behind', async () => {
    const made = project({ 'script.js': "process.on('beforeExit', () => console.log('done'));" });
    const { code, stdout, stderr } = await made.run('plugin', ['script.js']);
    expect([code, stdout, stderr]).toEqual([0, 'done\n', '']);
    const none = await made.run('plugin', ['--test', 'missing.test.js']);
    expect(none.stderr).not.toMatch(/^spanmeter/m);
    expect(existsSync(join(made.folder, '.spanmeter'))).toBe(false);
  });

  test('mocked timers and modules stop with the test that mocked them, and stop nothing of ours', async () => {
    const made = project({
      'a.test.js': `
        const fs = require('node:fs');
        test('mocks', (t) => {
          t.mock.timers.enable({ apis: ['setTimeout', 'setImmediate', 'Date'] });
          t.mock.method(fs, 'writeSync', () => { throw new Error('mocked'); });
          mock.method(process, 'on', () => {});
        });
        test('goes on', () => new Promise((r) => setTimeout(r, 30)));`,
    });
    for (const args of [['--test'], ['a.test.js']]) {
      const { code, all } = await runOf(made, 'plugin', args);
      expect([code, outcomes(all)]).toEqual([0, ['mocks: passed', 'goes on: passed']]);
      expect(value(named(all, 'goes on')[0], 'wall_time')).toBeGreaterThan(29e6);
    }
  });

  test('a watching runner makes a session of each run', async () => {
    const made = project({ 'a.test.js': "test('one', () => {});" });
    const running = made.start('plugin', ['--test', '--watch', 'a.test.js']);
    const untilSessions = async (count: number): Promise<void> => {
      for (let left = 200; left > 0 && (await made.sessions().catch(() => [])).length < count; left -= 1) await sleep(100);
    };
    await untilSessions(1);
    writeFileSync(join(made.folder, 'a.test.js'), `${IMPORTS} test('two', () => {});`);
    await untilSessions(2);
    await sleep(500);
    running.child.kill('SIGKILL');
    const { stderr } = await running.ended;
    const sessions = await made.sessions();
    expect(sessions.map(({ readings }) => outcomes(readings))).toEqual([['two: passed'], ['one: passed']]);
    expect(stderr.match(SUMMARY)).toHaveLength(2);
  });

  if (node.name !== 'Node 20') {
    test('files in one process are told apart, also where one defines the tests of another', async () => {
      const made = project({
        'shared.mjs': "import { test } from 'node:test'; export default (name) => test(name, () => {});",
        'none.test.mjs': 'export {};',
        'a.test.mjs': "import shared from './shared.mjs'; shared('same');",
        'b.test.mjs':
          "import { describe, it } from 'node:test'; import shared from './shared.mjs'; shared('same'); describe('s', () => { it('fails', () => { throw new Error('no'); }); });",
      });
      for (const way of WAYS) {
        const { code, all } = await runOf(made, way, [
          '--test',
          '--experimental-test-isolation=none',
          'a.test.mjs',
          'b.test.mjs',
          'none.test.mjs',
        ]);
        expect(code).toBe(1);
        const places = all
          .filter(({ identity }) => identity.kind !== 'session')
          .map(({ identity, status }) => [identity.kind, identity.file, identity.name, identity.ordinal, status].join(' '));
        expect(places.sort()).toEqual([
          'file a.test.mjs a.test.mjs 0 passed',
          'file b.test.mjs b.test.mjs 0 failed',
          'file none.test.mjs none.test.mjs 0 passed',
          'suite b.test.mjs s 0 failed',
          'test a.test.mjs same 0 passed',
          'test b.test.mjs fails 0 failed',
          'test b.test.mjs same 0 passed',
        ]);
        const files = new Map(all.filter(({ identity }) => identity.kind === 'file').map((each) => [each.identity.file, each.sequence]));
        expect(named(all, 'same').map(({ parent, overlaps }) => [parent, overlaps])).toEqual([
          [files.get('a.test.mjs'), 0],
          [files.get('b.test.mjs'), 0],
        ]);
      }
    });
  }
});

test('a process that runs no tests is not touched by being attached to', async () => {
  const made = new NodeTestProject(NODES[0]!);
  made.write(
    'listeners.js',
    `const counts = process.eventNames().map((name) => [name, process.listenerCount(name)]);
     console.log(JSON.stringify({ listeners: Object.fromEntries(counts), isRunner: 'SPANMETER_NODE_TEST' in process.env }));`,
  );
  const seen = async (way: Way): Promise<{ listeners: Record<string, number>; isRunner: boolean }> =>
    JSON.parse((await made.run(way, ['listeners.js'])).stdout);
  const { listeners } = await seen('without');
  expect(await seen('attach')).toEqual({
    listeners: { ...listeners, newListener: (listeners['newListener'] ?? 0) + 1 },
    isRunner: false,
  });
});
