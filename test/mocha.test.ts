/** What only Mocha has. What every runner must keep is in mocha-contract.test.ts. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { lines, timeless, withoutOurs } from './contracts/runner.contract.js';
import { TOOLS } from './contracts/runner-suites.js';
import { MOCHAS, MochaProject, type MochaVersion } from './helpers/mocha-project.js';
import { SUMMARY, named, recorded, sorted, value, type Way } from './helpers/runner-project.js';
import { run, start } from './helpers/script.js';

/** What differs between the versions inside Mocha, and so is tried in all of them; the rest is tried in one. */
const EVERYWHERE = /tries|timeouts|delay$|modules|inside a test/;

interface Case {
  readonly files: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** Of Mocha's configuration. */
  readonly config?: object;
  /** Nothing is run, or not to its end: there is no list of outcomes. */
  readonly runsNothing?: true;
}

const never = 'new Promise(() => {})';
const one = (body: string): Record<string, string> => ({ 'a.test.cjs': `(() => { ${TOOLS} ${body} })();` });

const PASSING = `
it('tried again', function () { this.retries(2); if (this.test.currentRetry() < 2) throw new Error('again'); });
describe('suite', function () { this.retries(1); let n = 0; it('tried once more', () => { if (n++ < 1) throw new Error('again'); }); });
it('skips itself', function () { this.skip(); });
it('skips itself later', function (done) { setTimeout(() => { try { this.skip(); } catch {} }, 1); });
it('has no body'); xit('is skipped', () => {}); describe.skip('skipped suite', () => { it('inside', () => {}); });
describe('skipped by a hook', () => { before(function () { this.skip(); }); it('one', () => {}); describe('deeper', () => { it('two', () => {}); }); });
describe('skipped by a hook for each', () => { beforeEach(function () { this.skip(); }); it('one', () => {}); });
it('calls back', (done) => { setTimeout(done, 2); });
it('calls back at once', (done) => done());`;

const FAILING = `
it('times out', function () { this.timeout(30); return sleep(90); });
it('follows the one that timed out', () => sleep(80));
it('never calls back', function (done) { this.timeout(20); });
it('is too slow', function () { this.timeout(10); spin(30); });
it('calls back with an error', (done) => done(new Error('called back')));
it('calls back with something', (done) => done('text'));
it('calls back twice', (done) => { done(); done(); });
it('returns a promise and calls back', (done) => { setTimeout(done, 1); return Promise.resolve(); });
it('rejects with nothing', () => Promise.reject());
it('throws text', () => { throw 'text'; });
it('throws later', (done) => { setTimeout(() => { throw new Error('later'); }, 1); });
describe('hooks', () => {
  afterEach(function () { if (this.currentTest.title === 'failed by its hook') this.test.error(new Error('of the hook')); });
  it('failed by its hook', () => {});
  it('next', () => {});
});`;

const CASES: Readonly<Record<string, Case>> = {
  'tries, skips and callbacks': { files: one(PASSING) },
  'tries, skips and callbacks in parallel': { files: one(PASSING), args: ['--parallel', '--jobs', '2'] },
  'timeouts and failures': { files: one(FAILING) },
  'timeouts and failures in parallel': { files: one(FAILING), args: ['--parallel', '--jobs', '2'] },
  'a test that a hook makes': {
    files: one(`describe('made by a hook', () => {
        before(function () { this.test.parent.addTest(new (require('mocha').Test)('late', () => {})); });
        it('is there', () => {});
      });`),
  },
  bail: { files: one("it('red', () => { throw new Error('red'); }); it('not reached', () => {});"), args: ['--bail'] },
  'retries of the command line': {
    files: one("let n = 0; it('again', () => { if (n++ < 1) throw new Error('red'); });"),
    args: ['--retries', '1'],
  },
  only: { files: one("it('twin', () => {}); describe.only('chosen', () => { it('a', () => {}); }); it.only('twin', () => {});") },
  'only, which is forbidden': { files: one("it.only('a', () => {});"), args: ['--forbid-only'], runsNothing: true },
  'pending, which is forbidden': { files: one("it('a', function () { this.skip(); }); it('b', () => {});"), args: ['--forbid-pending'] },
  grep: {
    files: one("it('a', () => {}); it('b', () => {}); describe('c', () => { it('d', () => {}); });"),
    args: ['--grep', 'b|d', '--invert'],
  },
  delay: { files: one("setTimeout(() => { describe('late', () => { it('a', () => {}); }); run(); }, 1);"), args: ['--delay'] },
  'delay, at once': { files: one("it('a', () => {}); setImmediate(run);"), args: ['--delay'] },
  exit: { files: one("setInterval(() => {}, 1000); it('a', () => {}); it('b', () => { throw new Error('b'); });"), args: ['--exit'] },
  'dry run': { files: one("it('a', () => { throw new Error('a'); });"), args: ['--dry-run'], runsNothing: true },
  'no test': { files: one(''), runsNothing: true },
  'a file that cannot be loaded': { files: one("it('a', () => {}); throw new Error('load');"), runsNothing: true },
  'leaks of globals': { files: one("it('a', () => { globalThis.leak = 1; }); it('b', () => {});"), args: ['--check-leaks'] },
  tdd: { files: one("suite('s', () => { suiteSetup(() => {}); test('a', () => {}); test.skip('b', () => {}); });"), args: ['--ui', 'tdd'] },
  qunit: { files: one("suite('s'); test('a', () => {}); suite('t'); test('b', () => {});"), args: ['--ui', 'qunit'] },
  exports: {
    files: { 'a.test.cjs': "module.exports = { s: { before() {}, 'a': () => {}, t: { 'b': () => { throw new Error('b'); } } } };" },
    args: ['--ui', 'exports'],
  },
  'modules of both kinds': {
    files: {
      ...one("it('a', () => {});"),
      'b.test.mjs':
        "import { describe, it } from 'mocha'; await null; describe('s', () => { it('b', async () => {}); it('c', () => { throw new Error('c'); }); });",
    },
  },
  'root hooks and global fixtures': {
    files: {
      ...one("it('a', () => { console.log('body', global.fixture); }); describe('s', () => { it('b', () => {}); });"),
      'hooks.cjs': `exports.mochaHooks = { beforeAll() { console.log('before all'); }, beforeEach: [() => {}, (done) => done()] };
        exports.mochaGlobalSetup = async function () { global.fixture = this.value = 7; };
        exports.mochaGlobalTeardown = async function () { console.log('torn down', this.value); };`,
    },
    args: ['--require', './hooks.cjs'],
  },
  'a Mocha inside a test': {
    files: one(`it('runs another', (done) => {
      const Mocha = require('mocha').default ?? require('mocha');
      const inner = new Mocha({ reporter: class {} });
      inner.suite.addTest(new Mocha.Test('inner', () => {}));
      inner.suite.addTest(new Mocha.Test('inner, and fails', () => { throw new Error('inner'); }));
      inner.run((failures) => done(failures === 1 ? undefined : new Error('not seen')));
    }); it('goes on', () => {});`),
  },
};

function project(version: MochaVersion, files: Case['files'], way: Way, config?: object, options?: string): MochaProject {
  const made = new MochaProject(version);
  for (const [name, text] of Object.entries(files)) made.write(name, text);
  made.configure(way, options, config);
  return made;
}

describe.each(MOCHAS)('%s', (version) => {
  const cases = Object.entries(CASES).filter(([name]) => version === 'mocha11' || EVERYWHERE.test(name));
  test.each(cases)('%s: as without us, and one record for each test', async (_, { files, args = [], config, runsNothing }) => {
    const seen = async (way: Way): Promise<{ made: MochaProject; user: unknown; ours: number }> => {
      const made = project(version, files, way, config);
      const { code, stdout, stderr } = await made.run(way, args);
      const user = { code, stdout: lines(timeless(stdout, made)), stderr: lines(timeless(withoutOurs(stderr), made)) };
      return { made, user, ours: stderr.match(SUMMARY)?.length ?? 0 };
    };
    const without = await seen('without');
    const { made, user, ours } = await seen('plugin');
    expect(user).toEqual(without.user);
    const readings = await made.readings();
    if (runsNothing === true) expect([ours, readings]).toEqual([0, []]);
    else {
      expect(sorted(recorded(readings))).toEqual(sorted(made.reported()));
      expect(ours).toBe(1);
      expect(readings.filter(({ status, overlaps }) => status === 'interrupted' || overlaps > 0)).toEqual([]);
    }
    expect(made.leftovers).toEqual([]);
  });

  test('a test that timed out ends there, once', async () => {
    const made = project(version, one(FAILING), 'plugin');
    await made.run('plugin');
    const readings = await made.readings();
    const [late, ...others] = named(readings, 'times out');
    const [next] = named(readings, 'follows the one that timed out');
    expect([late?.status, others, next?.status]).toEqual(['failed', [], 'passed']);
    expect(value(late, 'wall_time') / 1e6).toBeGreaterThan(29);
    expect(late!.startedAt + value(late, 'wall_time') / 1e3).toBeLessThanOrEqual(next!.startedAt);
  });

  test('hooks have their suite, file, kind and place, and the try of their test', async () => {
    const body = `
      before(() => {}); afterEach('named', () => {});
      describe('s', () => { beforeEach(() => {}); beforeEach((done) => done()); after(() => { throw new Error('after'); }); it('a', () => {}); it('b', function () { this.retries(1); if (this.test.currentRetry() === 0) throw new Error('b'); }); });`;
    const other = "it('c', () => {}); after(() => {});";
    const made = project(version, { 'a.test.cjs': body, 'b.test.cjs': other }, 'plugin', {}, "{ scopes: ['hook'] }");
    await made.run('plugin');
    const hooks = (await made.readings()).map(({ identity: { file, describe, name, ordinal }, retry, status }) =>
      [file, ...describe, name, ordinal, retry, status].join(' '),
    );
    expect(hooks.sort()).toEqual(
      [
        // After a, b, b once more, and c of the other file.
        'a.test.cjs afterEach 0 0 passed',
        'a.test.cjs afterEach 0 0 passed',
        'a.test.cjs afterEach 0 0 passed',
        'a.test.cjs afterEach 0 1 passed',
        'a.test.cjs beforeAll 0 0 passed',
        'a.test.cjs s afterAll 0 0 failed',
        'a.test.cjs s beforeEach 0 0 passed',
        'a.test.cjs s beforeEach 0 0 passed',
        'a.test.cjs s beforeEach 0 1 passed',
        'a.test.cjs s beforeEach 1 0 passed',
        'a.test.cjs s beforeEach 1 0 passed',
        'a.test.cjs s beforeEach 1 1 passed',
        'b.test.cjs afterAll 0 0 passed',
      ].sort(),
    );
  });

  test('a file whose tests outside of suites run before the suites of all is measured in stretches', async () => {
    const body = "it('outside', () => {}); describe('s', () => { it('inside', () => {}); });";
    const made = project(version, { 'a.test.cjs': body, 'b.test.cjs': body }, 'plugin');
    await made.run('plugin');
    const readings = await made.readings();
    const files = readings.filter(({ identity }) => identity.kind === 'file');
    expect(files.map(({ identity, repeat, overlaps }) => [identity.name, repeat, overlaps])).toEqual([
      ['a.test.cjs', 0, 0],
      ['b.test.cjs', 0, 0],
      ['a.test.cjs', 1, 0],
      ['b.test.cjs', 1, 0],
    ]);
    const parents = named(readings, 'outside').map(({ parent }) => parent);
    expect(parents).toEqual(files.slice(0, 2).map(({ sequence }) => sequence));
  });

  const MARKED = `
    const { mark } = require('spanmeter/markers');
    mark({ tags: { file: 'a' } });
    describe('outer', () => {
      describe('inner', () => { it('deep', () => {}); });
      mark({ component: 'outer' });
      describe('left out', () => { mark({ skip: true }); it('x', () => {}); it('picked', mark({ skip: false }, () => {})); });
      beforeEach(() => mark({ tags: { early: 1 } }));
      afterEach(() => mark({ tags: { late: 1 } }));
      it('while it runs', async () => { await null; mark({ component: 'own', tags: { rows: 3 } }); });
      it('leaves itself out', () => { mark({ skip: true }); });
      it('by its function', mark({ tags: { slow: true } }, () => {}));
    });
    it('outside', () => {});`;
  const MARKS = [
    ['deep', 'outer', { file: 'a', early: 1, late: 1 }],
    ['picked', 'outer', { file: 'a', early: 1, late: 1 }],
    ['while it runs', 'own', { file: 'a', early: 1, late: 1, rows: 3 }],
    ['by its function', 'outer', { file: 'a', early: 1, late: 1, slow: true }],
    ['outside', '', { file: 'a' }],
    ['other', '', {}],
  ];

  test.each([
    ['serial', MARKED, []],
    ['parallel', MARKED, ['--parallel', '--jobs', '2']],
    [
      'tdd',
      MARKED.replaceAll('describe(', 'suite(').replaceAll('it(', 'test(').replace('beforeEach', 'setup').replace('afterEach', 'teardown'),
      ['--ui', 'tdd'],
    ],
  ])('marks of file, suite, function, hook and running test: %s', async (_, body, args) => {
    const word = args.includes('tdd') ? 'test' : 'it';
    const made = project(version, { 'a.test.cjs': `(() => {${body}})();`, 'b.test.cjs': `${word}('other', () => {});` }, 'plugin');
    const { code } = await made.run('plugin', args);
    expect(code).toBe(0);
    const tests = (await made.readings()).filter(({ identity }) => identity.kind === 'test');
    const byName = (a: unknown[], b: unknown[]): number => String(a[0]).localeCompare(String(b[0]));
    expect(tests.map(({ identity, component, tags }) => [identity.name, component, tags]).sort(byName)).toEqual([...MARKS].sort(byName));
  });

  test('a script of the user: each of its runs is a session, and its exit code is its own', async () => {
    const made = project(version, one("it('a', () => {}); it('b', () => { throw new Error('b'); });"), 'without');
    const line = "require('spanmeter/mocha'); const Mocha = require('mocha').default ?? require('mocha');";
    const runs =
      'const mocha = new Mocha({ reporter: "dot" }); mocha.cleanReferencesAfterRun(false); mocha.addFile(process.cwd() + "/a.test.cjs");';
    made.write('run.cjs', `${line} ${runs} mocha.run((first) => mocha.run((second) => { process.exitCode = 40 + first + second; }));`);
    const { code, stderr } = await run(process.execPath, ['run.cjs'], { cwd: made.folder });
    expect([code, stderr.match(SUMMARY)?.length]).toEqual([42, 2]);
    const sessions = await made.sessions();
    const seen = sessions.map(({ session, readings }) => [
      session.exitCode,
      ...readings.filter(({ identity }) => identity.kind === 'test').map(({ identity, status }) => `${identity.name} ${status}`),
    ]);
    expect(seen).toEqual([
      [undefined, 'a passed', 'b failed'],
      [undefined, 'a passed', 'b failed'],
    ]);
  });

  test('a mistyped root is one warning, and nothing is made or recorded', async () => {
    const made = project(version, one("it('a', () => {});"), 'plugin');
    const { code, stderr } = await made.run('plugin', [], { SPANMETER_ROOT: join(made.folder, 'lost') });
    expect([code, stderr.match(/^spanmeter/gm)?.length]).toEqual([0, 1]);
    expect(stderr).toMatch(/Nothing is recorded: The root .*lost is no folder that exists/);
    expect(['lost', '.spanmeter'].map((name) => existsSync(join(made.folder, name)))).toEqual([false, false]);
  });

  test('a run that a test ends is told by its revision, packages and lockfile', async () => {
    const made = project(version, one("it('exits', () => process.exit(3));"), 'plugin');
    made.write('package.json', '{"devDependencies":{"mocha":"*"}}');
    made.write('package-lock.json', '{}');
    const git = (...args: string[]): string => execFileSync('git', args, { cwd: made.folder, encoding: 'utf8' }).trim();
    git('init', '-q');
    git('-c', 'user.name=a', '-c', 'user.email=a@b.c', 'commit', '-q', '--allow-empty', '-m', 'first');
    expect((await made.run('plugin')).code).toBe(3);
    const [{ session } = {}] = await made.sessions();
    expect(session?.scm.revision).toBe(git('rev-parse', 'HEAD'));
    expect(session?.packages.map(({ name }) => name)).toEqual(['mocha']);
    expect(session?.lockfileHash).toMatch(/^[0-9a-f]{32}$/);
  });

  test.each([[], ['--parallel']])('watching %s: each run is a session', async (...args) => {
    const made = project(version, one("it('a', () => {});"), 'plugin');
    const running = start(process.execPath, made.command('plugin', ['--watch', ...args]), { cwd: made.folder });
    await running.said('1 passing');
    const sessions = async (count: number): Promise<void> => {
      // While the history is made, it can't be read.
      const finished = async (): Promise<number> =>
        (await made.sessions()).filter(({ session }) => session.finishedAt !== undefined).length;
      while ((await finished().catch(() => 0)) < count) await sleep(50);
    };
    await sessions(1);
    writeFileSync(join(made.folder, 'a.test.cjs'), "it('a', () => {}); it('b', () => {});");
    await running.said('2 passing');
    await sessions(2);
    running.child.kill('SIGINT');
    await running.ended;
    const names = (await made.sessions()).map(({ readings }) => recorded(readings).length);
    expect(names).toEqual([2, 1]);
    expect(made.leftovers).toEqual([]);
  });

  test.each(['json', 'xunit'])('the reporter %s writes what it writes without us', async (reporter) => {
    const written = async (way: Way): Promise<string> => {
      const made = project(version, one("it('a', () => {}); it.skip('b', () => {}); it('c', () => { throw new Error('c'); });"), way, {
        reporter,
      });
      return timeless((await made.run(way)).stdout, made);
    };
    expect(await written('plugin')).toEqual(await written('without'));
  });

  test('options of node, for which Mocha starts itself again', async () => {
    const made = project(version, one("it('a', () => { if (typeof gc !== 'function') throw new Error('no gc'); });"), 'attach');
    for (const way of ['attach', 'plugin'] as const) {
      made.configure(way);
      const { code } = await made.run(way, ['--expose-gc']);
      expect(code).toBe(0);
      expect(recorded((await made.sessions())[0]?.readings ?? []).map(({ status }) => status)).toEqual(['passed']);
    }
  });

  test('what a test measures itself is inside of it, whatever led to it', async () => {
    const body = `
      const { span } = require('spanmeter');
      it('leads on', (done) => { void span('endless', () => { setTimeout(done, 2); return ${never}; }); });
      it('measures', () => { span('work', () => {}); });`;
    const made = project(version, { 'a.test.cjs': body }, 'plugin');
    await made.run('plugin');
    const readings = await made.readings();
    expect(named(readings, 'work', 'span')[0]?.parent).toBe(named(readings, 'measures')[0]?.sequence);
  });
});

test('the example is measured', async () => {
  const made = new MochaProject('mocha11');
  made.copyExample('mocha');
  const { code, stderr } = await made.run('plugin');
  expect([code, stderr.match(SUMMARY)?.length]).toEqual([0, 1]);
  const readings = await made.readings();
  const [printed] = named(readings, 'is printed, at the price of some memory');
  expect(printed).toMatchObject({ component: 'library.catalogue', tags: { books: 60_000 } });
  expect(named(readings, 'need a second try').map(({ status }) => status)).toEqual(['failed', 'passed']);
  expect(named(readings, 'making the index', 'span')).toHaveLength(1);
});

test('other versions are left alone, with one line', async () => {
  const made = project('mocha11', one("it('a', () => {});"), 'plugin');
  const manifest = join(made.folder, 'node_modules/mocha/package.json');
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace(/"version": "[\d.]+"/, '"version": "9.2.2"'));
  for (const way of ['plugin', 'attach'] as const) {
    const { code, stderr } = await made.run(way, ['--parallel']);
    expect(code).toBe(0);
    expect(stderr.match(/Mocha 9\.2\.2 is not supported/g)).toHaveLength(way === 'attach' ? 2 : 1);
  }
  expect(existsSync(join(made.folder, 'outcomes.json'))).toBe(true);
});
