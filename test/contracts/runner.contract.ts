/**
 * What every runner must keep, whichever way it is attached. An adapter says how its suites are spelled and run; the suites
 * themselves are the same for all. A runner's own tests hold what only it has.
 */
import { existsSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { SUMMARY, named, recorded, sorted, value, type RunnerProject, type Way } from '../helpers/runner-project.js';
import { BIN, run } from '../helpers/script.js';
import { HOSTILE, HOOKS, OUTCOMES, SPENDING } from './runner-suites.js';

/** A runner's serial or parallel ways: arguments of its command line, beside those of every run. */
export interface Mode {
  readonly name: string;
  readonly args: readonly string[];
  /** Its tests run in threads of one process: all process-wide numbers are shared. */
  readonly threads?: true;
}

export interface SuiteProject extends RunnerProject {
  /** A test file, in which describe, test, beforeAll, afterAll, beforeEach and afterEach are what the runner has for them. */
  suite(stem: string, body: string): void;
  /** Makes the user's one line with these options of spanmeter, as source of an object; and asks for the runner's own reports. */
  prepare(way: Way, options?: string): void;
  /** The runner's own report files, relative to the project: what a user's CI reads. */
  readonly reports: readonly string[];
  /** Path of a test file, as `suite` named it. */
  fileOf(stem: string): string;
}

export interface RunnerUnderTest {
  readonly name: string;
  make(): SuiteProject;
  /** The first is the one that people use when they say nothing. */
  readonly modes: readonly [Mode, ...Mode[]];
  /** A test that is tried again: source of one with this name, retries and body. Absent: the runner has none. */
  retried?(name: string, retries: number, body: string): string;
  /** Tests that run at the same time: source of them, with these names and async bodies. Absent: the runner has none. */
  concurrent?(tests: Readonly<Record<string, string>>): string;
  /** A suite with this body whose tests belong to a component and have a tag, and one test that is left out, in the runner's habit. */
  marked(): string;
  /** Arguments with which the runner ends its process itself, and not by having nothing left to do. */
  readonly forcedExit?: readonly string[];
  /** Whether a killed worker leaves the runner alive. Default: true. */
  readonly survivesKilledWorker?: boolean;
}

/** Node's exit code where a handler of exceptions throws itself. */
const HANDLER_THREW = 7;

const WAYS = ['plugin', 'attach'] as const;
const GREEN = "test('green', () => {});";

export function runnerContract(runner: RunnerUnderTest): void {
  const [usual] = runner.modes;

  function project(way: Way, suites: Readonly<Record<string, string>>, options?: string): SuiteProject {
    const made = runner.make();
    for (const [stem, body] of Object.entries(suites)) made.suite(stem, body);
    made.prepare(way, options);
    return made;
  }

  describe.each(runner.modes)('$name', (mode) => {
    test.each(WAYS)('by %s: one record for every test that the runner reports, with its status', async (way) => {
      const made = project(way, { outcomes: OUTCOMES, hooks: HOOKS });
      const { code, stderr } = await made.run(way, mode.args);
      expect(code).toBeGreaterThan(0);
      const readings = await made.readings();
      const reported = made.reported();
      expect(reported.length).toBeGreaterThan(15);
      expect(sorted(recorded(readings))).toEqual(sorted(reported));
      expect(stderr.match(SUMMARY)).toHaveLength(1);
      expect(made.leftovers).toEqual([]);
    });

    test('a test is its body, without its hooks; what was not run has no numbers', async () => {
      const made = project('plugin', { hooks: HOOKS, outcomes: OUTCOMES });
      await made.run('plugin', mode.args);
      const readings = await made.readings();
      const [body] = named(readings, 'does nothing itself');
      expect(value(body, 'thread_cpu_time')).toBeLessThan(20e6);
      const [suite] = named(readings, 'hooks spend time', 'suite');
      expect(value(suite, 'cpu_time')).toBeGreaterThan(59e6);
      expect(body?.parent).toBe(suite?.sequence);
      const [skipped] = named(readings, 'is skipped');
      expect(skipped?.status).toBe('skipped');
      expect(Array.from(skipped!.values).every(Number.isNaN)).toBe(true);
    });

    test('processor time and memory show in the test that used them', async () => {
      const made = project('plugin', { spending: SPENDING }, '{ gc: true }');
      await made.run('plugin', mode.args);
      const readings = await made.readings();
      const [idle, spins, fills, light] = ['idle', 'spins', 'fills', 'light'].map((name) => named(readings, name)[0]);
      expect(value(idle, 'wall_time')).toBeGreaterThan(49e6);
      expect(value(idle, 'thread_cpu_time')).toBeLessThan(25e6);
      expect(value(spins, 'cpu_time')).toBeGreaterThan(49e6);
      // Threads of the runtime use a part of it.
      expect(value(spins, 'thread_cpu_time')).toBeGreaterThan(35e6);
      expect(value(fills, 'peak_growth') / 2 ** 20).toBeGreaterThan(60);
      expect(value(light, 'peak_growth') / 2 ** 20).toBeLessThan(24);
      expect(light?.shared).toBe(mode.threads === true);
    });

    test('scopes: a file contains its suites, a suite its tests; the run has one item', async () => {
      const made = project('plugin', { a: `describe('suite', () => { ${GREEN} });` });
      await made.run('plugin', mode.args);
      const readings = await made.readings();
      const kinds = readings.map(({ identity }) => identity.kind).sort();
      expect(kinds).toEqual(['file', 'session', 'suite', 'test']);
      const [suite, file] = [named(readings, 'suite', 'suite')[0], readings.find(({ identity }) => identity.kind === 'file')];
      expect(file?.identity).toMatchObject({ name: made.fileOf('a'), file: made.fileOf('a') });
      expect(named(readings, 'green')[0]).toMatchObject({ parent: suite?.sequence, overlaps: 0 });
      expect(suite).toMatchObject({ parent: file?.sequence, overlaps: 0, status: 'passed' });
      expect(value(file, 'wall_time')).toBeGreaterThan(value(suite, 'wall_time'));
    });
  });

  test('a test is the same item in every mode and way', async () => {
    const seen: string[][] = [];
    const ways = [...runner.modes.map((mode) => ['plugin', mode] as const), ['attach', usual] as const];
    for (const [way, mode] of ways) {
      const made = project(way, { outcomes: OUTCOMES });
      await made.run(way, mode.args);
      const tests = (await made.readings()).filter(({ identity }) => identity.kind === 'test');
      seen.push(tests.map(({ identity }) => JSON.stringify(identity)).sort());
    }
    for (const others of seen) expect(others).toEqual(seen[0]);
  });

  test('only the kinds that were asked for are recorded', async () => {
    const made = project('plugin', { a: `describe('suite', () => { ${GREEN} });` }, "{ scopes: ['suite', 'file'] }");
    await made.run('plugin', usual.args);
    expect((await made.readings()).map(({ identity }) => identity.kind).sort()).toEqual(['file', 'suite']);
  });

  test('hooks are recorded when they are asked for', async () => {
    const made = project('plugin', { hooks: HOOKS }, "{ scopes: ['test', 'hook'] }");
    await made.run('plugin', usual.args);
    const hooks = (await made.readings()).filter(({ identity }) => identity.kind === 'hook');
    const spent = hooks.filter(({ identity }) => identity.describe.join() === 'hooks spend time');
    expect(spent.map(({ identity }) => identity.name).sort()).toEqual(['afterEach', 'beforeEach']);
    for (const each of spent) expect(value(each, 'cpu_time')).toBeGreaterThan(30e6);
    const failed = hooks.filter(({ status }) => status === 'failed').map(({ identity }) => identity.name);
    expect(failed).toContain('beforeAll');
  });

  if (runner.retried !== undefined) {
    const { retried } = runner;
    test('each try is numbered and has its own status', async () => {
      const made = project('plugin', { a: `let count = 0; ${retried('third time', 3, "if (++count < 3) throw new Error('again');")}` });
      const { code } = await made.run('plugin', usual.args);
      expect(code).toBe(0);
      expect(named(await made.readings(), 'third time').map(({ retry, status }) => [retry, status])).toEqual([
        [0, 'failed'],
        [1, 'failed'],
        [2, 'passed'],
      ]);
    });
  }

  if (runner.concurrent !== undefined) {
    const { concurrent } = runner;
    test('tests that run at the same time are marked as sharing their numbers', async () => {
      const nap = 'await new Promise((resolve) => setTimeout(resolve, 60));';
      const made = project('plugin', { a: `${concurrent({ one: nap, two: nap })} describe('later', () => { ${GREEN} });` });
      const { stderr } = await made.run('plugin', usual.args);
      const readings = await made.readings();
      const marks = (name: string): unknown => named(readings, name).map(({ overlaps, shared, status }) => [overlaps, shared, status]);
      expect(marks('one')).toEqual([[1, true, 'passed']]);
      expect(marks('two')).toEqual([[1, true, 'passed']]);
      expect(marks('green')).toEqual([[0, false, 'passed']]);
      expect(stderr).toContain('2 tests ran beside others');
    });
  }

  test('markers say component, tags and what to leave out', async () => {
    const made = project('plugin', { a: runner.marked() });
    const { code } = await made.run('plugin', usual.args);
    expect(code).toBe(0);
    const tests = (await made.readings()).filter(({ identity }) => identity.kind === 'test');
    expect(tests.map(({ identity, component, tags }) => [identity.name, component, tags])).toEqual([
      ['belongs', 'billing', { team: 'blue' }],
    ]);
  });

  test('the options of a session reach the records, and those of `run` go first', async () => {
    const made = project('plugin', { a: GREEN }, "{ component: 'shop', tags: { nightly: true }, description: 'words' }");
    await made.run('plugin', usual.args);
    const [first] = await made.sessions();
    expect(first?.session).toMatchObject({ description: 'words', tags: { nightly: true }, exitCode: 0, root: made.folder });
    expect(named(first!.readings, 'green')[0]).toMatchObject({ component: 'shop' });
    const flags = ['--component', 'told', '--tag', 'ci=yes', '--probes', 'core', '--quiet'];
    const ended = await made.run('attach', usual.args, {}, flags);
    expect(ended.code).toBe(0);
    // Some runners report there too.
    expect(ended.stderr).not.toMatch(/^ *(?:spanmeter|warning)/m);
    const [second] = await made.sessions();
    expect(second?.session).toMatchObject({ description: 'words', tags: { ci: 'yes', nightly: true } });
    expect(named(second!.readings, 'green')).toHaveLength(1);
    expect(named(second!.readings, 'green')[0]).toMatchObject({ component: 'told' });
    expect(value(named(second!.readings, 'green')[0], 'heap_after')).toBeNaN();
    await made.run('attach', usual.args, {}, ['--no-db']);
    expect(await made.sessions()).toHaveLength(2);
  });

  test('a prefix stands before the component that a test names', async () => {
    const made = project('attach', { a: runner.marked() });
    await made.run('attach', usual.args, {}, ['--component-prefix', 'all']);
    expect(named(await made.readings(), 'belongs')[0]).toMatchObject({ component: 'all.billing' });
  });

  test('patterns pick tests and leave tests out, by file, describe path and name', async () => {
    const body = "describe('shop', () => { test('buys', () => {}); test('buys slowly', () => {}); }); test('other', () => {});";
    const made = project('plugin', { a: body, b: body }, "{ include: '^a.* > shop > ', exclude: 'slowly$' }");
    await made.run('plugin', usual.args);
    const tests = (await made.readings()).filter(({ identity }) => identity.kind === 'test');
    expect(tests.map(({ identity: { file, name } }) => [file, name])).toEqual([[made.fileOf('a'), 'buys']]);
  });

  test('SPANMETER=0 switches everything off', async () => {
    const sees = "console.log('sees ' + Object.keys(process.env).filter((name) => name.startsWith('SPANMETER_')).length);";
    const made = project('plugin', { a: `test('green', () => { ${sees} });` }, '{ wrong: 1 }');
    for (const way of WAYS) {
      const { code, stdout, stderr } = await made.run(way, usual.args, { SPANMETER: '0' });
      expect(code).toBe(0);
      expect(stdout + stderr).toContain('sees 0');
      expect(stdout + stderr).not.toMatch(/spanmeter: |warning/);
      expect(existsSync(join(made.folder, '.spanmeter'))).toBe(false);
    }
  });

  describe('a budget', () => {
    const work = "test('works', () => spin(20));";
    const red = "test('red', () => { throw new Error('red'); });";
    const broken = { SPANMETER_BUDGET: 'broken.json' };
    const KEPT = /^ {2}budget .*\b1 kept \(kept\.json\)$/m;
    const OVER = /^ {2}budget .*: 1 limit exceeded.* \(broken\.json\)$[^]*^ {2}over budget .*\n {2}\S.*works +cpu +1\.0 ms /m;

    function held(way: Way, body: string, options?: string): SuiteProject {
      const made = project(way, { a: body }, options);
      for (const [name, cpu] of Object.entries({ broken: '1 ms', kept: '1 min' }))
        made.write(`${name}.json`, JSON.stringify([{ name: 'works', limits: { cpu } }]));
      return made;
    }

    test('by plugin: one that is kept changes nothing, one that is exceeded is told and ends the run with 1', async () => {
      const made = held('plugin', work);
      const kept = await made.run('plugin', usual.args, { SPANMETER_BUDGET: 'kept.json' });
      expect([kept.code, kept.stderr]).toEqual([0, expect.stringMatching(KEPT)]);
      const exits = [[], ...(runner.forcedExit === undefined ? [] : [runner.forcedExit])];
      for (const exit of exits) {
        const exceeded = await made.run('plugin', [...usual.args, ...exit], broken);
        expect([exceeded.code, exceeded.stderr]).toEqual([1, expect.stringMatching(OVER)]);
      }
    });

    test('by attach: the same', async () => {
      const made = held('attach', work);
      const kept = await made.run('attach', usual.args, {}, ['--budget', 'kept.json']);
      expect([kept.code, kept.stderr]).toEqual([0, expect.stringMatching(KEPT)]);
      const exceeded = await made.run('attach', usual.args, {}, ['--budget', 'broken.json']);
      expect([exceeded.code, exceeded.stderr]).toEqual([1, expect.stringMatching(OVER)]);
    });

    test('a suite that fails anyway keeps its own code', async () => {
      const body = work + red + red;
      const without = await held('without', body).run('without', usual.args);
      expect(without.code).toBeGreaterThan(0);
      const plugin = await held('plugin', body, "{ budget: 'broken.json' }").run('plugin', usual.args);
      const attach = await held('attach', body).run('attach', usual.args, {}, ['--budget', 'broken.json']);
      for (const each of [plugin, attach]) expect([each.code, each.stderr]).toEqual([without.code, expect.stringMatching(OVER)]);
    });

    test('is checked also where a test ends the process', async () => {
      const made = held('plugin', `${work} test('exits', () => process.exit(0));`);
      const { code, stderr } = await made.run('plugin', usual.args, broken);
      expect([code === 0, stderr]).toEqual([false, expect.stringMatching(OVER)]);
    });
  });

  describe('a bad day', () => {
    test.each(WAYS)('by %s: mocked built-ins, resets, exits: the user sees what there is to see without us', async (way) => {
      const seen = async (how: Way): Promise<{ made: SuiteProject; user: unknown; ours: boolean }> => {
        const made = project(how, { hostile: HOSTILE, outcomes: OUTCOMES, hooks: HOOKS });
        const { code, stdout, stderr } = await made.run(how, usual.args);
        const reports = made.reports.map((name) => timeless(readFileSync(join(made.folder, name), 'utf8'), made));
        const user = { code, stdout: lines(timeless(stdout, made)), stderr: lines(timeless(withoutOurs(stderr), made)), reports };
        return { made, user, ours: /^spanmeter {2}/m.test(stderr) };
      };
      const without = await seen('without');
      const monitored = await seen(way);
      expect([without.ours, monitored.ours]).toEqual([false, true]);
      expect(monitored.user).toEqual(without.user);
      expect(sorted(recorded(await monitored.made.readings()))).toEqual(sorted(monitored.made.reported()));
      expect(monitored.made.leftovers).toEqual([]);
    });

    test('a worker is killed: no finished test is lost, and the one that ran is named', async () => {
      const body = `test('finished', () => {}); test('kills', () => process.kill(process.pid, 'SIGKILL')); test('never reached', () => {});`;
      const made = project('plugin', { a: body, b: "test('elsewhere', () => {});" });
      const way = runner.survivesKilledWorker === false ? 'attach' : 'plugin';
      const bare = await project('without', { a: body, b: "test('elsewhere', () => {});" }).run('without', usual.args);
      const { code } = await made.run(way, usual.args);
      expect(code === 0).toBe(bare.code === 0);
      const readings = await made.readings();
      const statuses = (name: string): string[] => [...new Set(named(readings, name).map(({ status }) => status))];
      expect(statuses('finished')).toEqual(['passed']);
      expect(statuses('kills')).toEqual(['interrupted']);
      expect(statuses('never reached')).not.toContain('passed');
    });

    test('the whole run is killed: the next command delivers what was finished, and names what was not', async () => {
      const waits = 'writeFileSync(process.env.PID_FILE, String(process.pid)); for (;;);';
      const made = project('plugin', { a: `test('finished', () => {}); test('endless', () => { ${waits} });` });
      const file = join(made.folder, 'pid');
      const running = made.start('plugin', usual.args, { PID_FILE: file });
      while (!existsSync(file) || readFileSync(file, 'utf8') === '') await sleep(20);
      running.child.kill('SIGKILL');
      const pid = Number(readFileSync(file, 'utf8'));
      if (pid !== running.child.pid) process.kill(pid, 'SIGKILL');
      await running.ended;
      const { code } = await run(process.execPath, [BIN, 'recover'], { cwd: made.folder });
      expect(code).toBe(0);
      const tests = (await made.readings()).filter(({ identity }) => identity.kind === 'test');
      expect(tests.map(({ identity, status }) => [identity.name, status])).toEqual([
        ['finished', 'passed'],
        ['endless', 'interrupted'],
      ]);
    });

    test.each([
      ['process.exit inside a test', "test('exits', () => process.exit(3));"],
      ['an unhandled rejection', "test('leaves one', async () => { Promise.reject(new Error('nobody')); await sleep(20); });"],
      [
        'an exception from nowhere',
        "test('leaves one', async () => { setTimeout(() => { throw new Error('late'); }, 1); await sleep(30); });",
      ],
    ])('%s: the run ends as it would without us', async (_, body) => {
      const suites = { a: `test('before', () => {}); ${body}`, b: GREEN };
      const without = await project('without', suites).run('without', usual.args);
      for (const way of WAYS) {
        const made = project(way, suites);
        const { code } = await made.run(way, usual.args);
        expect(code).toBe(without.code);
        // A runner whose own handler of exceptions throws is ended by Node without a word to anybody, perhaps in the middle of
        // the delivery: then a later command delivers.
        if (code === HANDLER_THREW && made.leftovers.length > 0) await run(process.execPath, [BIN, 'recover'], { cwd: made.folder });
        expect(named(await made.readings(), 'before').map(({ status }) => status)).toContain('passed');
        expect(made.leftovers).toEqual([]);
      }
    });

    test('the folder of the journals is deleted during the run', async () => {
      const removes = "rmSync(process.cwd() + '/.spanmeter', { recursive: true });";
      const made = project('plugin', { a: `test('before', () => {}); test('deletes', () => { ${removes} }); test('after', () => {});` });
      const { code } = await made.run('plugin', usual.args);
      expect(code).toBe(0);
      expect(recorded(await made.readings()).map(({ status }) => status)).toEqual(['passed', 'passed', 'passed']);
    });

    test('nothing can be recorded: one warning, and the same outcome', async () => {
      for (const way of WAYS) {
        const made = project(way, { a: `${GREEN} test('red', () => { throw new Error('red'); });` });
        made.write('.spanmeter', 'in the way');
        const { code, stderr } = await made.run(way, usual.args, { TMPDIR: join(made.folder, 'missing') });
        expect(code).toBeGreaterThan(0);
        expect(stderr.match(/^ {2}warning |^spanmeter: /gm)).toHaveLength(1);
        expect(sorted(made.reported()).map(({ status }) => status)).toEqual(['passed', 'failed']);
      }
    });

    test('a mistake in the options: one warning, and the run goes on', async () => {
      const made = project('plugin', { a: GREEN }, "{ scoops: ['test'] }");
      const { code, stderr } = await made.run('plugin', usual.args);
      expect(code).toBe(0);
      expect(stderr.match(/scoops/g)).toHaveLength(1);
      expect(named(await made.readings(), 'green')).toHaveLength(1);
    });
  });

  describe('a place', () => {
    test.each(WAYS)('by %s: a folder with spaces and foreign letters, reached by a link', async (way) => {
      const made = project(way, { a: GREEN });
      const [real, link] = [`${made.folder} bünt 名前`, made.folder];
      renameSync(made.folder, real);
      symlinkSync(real, link);
      try {
        const { code } = await made.run(way, usual.args);
        expect(code).toBe(0);
        const [green, ...others] = named(await made.readings(), 'green');
        expect([green?.identity.file, green?.status, others]).toEqual([made.fileOf('a'), 'passed', []]);
      } finally {
        rmSync(real, { recursive: true });
      }
    });

    test('spanmeter need not be installed in the project', async () => {
      const made = project('attach', { a: GREEN });
      rmSync(join(made.folder, 'node_modules/spanmeter'), { recursive: true });
      const { code } = await made.run('attach', usual.args);
      expect(code).toBe(0);
      expect(named(await made.readings(), 'green').map(({ status }) => status)).toEqual(['passed']);
    });

    test('two copies of spanmeter make one set of records', async () => {
      const made = project('plugin', { a: GREEN });
      const { code, stderr } = await made.run('attach', usual.args);
      expect(code).toBe(0);
      expect(named(await made.readings(), 'green')).toHaveLength(1);
      expect(await made.sessions()).toHaveLength(1);
      expect(stderr.match(SUMMARY)).toHaveLength(1);
    });

    test('packages are links into a store, as pnpm lays them', async () => {
      const made = project('plugin', { a: GREEN });
      made.layAsPnpm();
      for (const way of WAYS) {
        const { code } = await made.run(way, usual.args);
        expect(code).toBe(0);
        expect(named((await made.sessions())[0]?.readings ?? [], 'green')).toHaveLength(1);
      }
    });
  });

  test('npm test under `run` is found, through nested scripts', async () => {
    const made = project('attach', { a: GREEN });
    const command = made.command('without', usual.args).map((word) => `'${word}'`);
    const manifest = JSON.parse(readFileSync(join(made.folder, 'package.json'), 'utf8')) as object;
    const scripts = { test: 'npm run --silent inner', inner: `'${made.runtime}' ${command.join(' ')}` };
    writeFileSync(join(made.folder, 'package.json'), JSON.stringify({ ...manifest, scripts }));
    const { code, stderr } = await run(process.execPath, [BIN, 'run', '--', 'npm', 'test', '--silent'], { cwd: made.folder });
    expect([code, stderr.match(SUMMARY)?.length]).toEqual([0, 1]);
    expect(named(await made.readings(), 'green').map(({ status }) => status)).toEqual(['passed']);
  });
}

/** What we print ends a run; before it there is nothing of ours. */
export function withoutOurs(stderr: string): string {
  return stderr.replace(/\n?^spanmeter {2}[0-9a-f]{8} {2}[^]*$/m, '');
}

/** Files run in no order that can be relied on. */
export function lines(text: string): string[] {
  return text.split('\n').sort();
}

/** Without what differs from run to run: times, dates, the folder, process ids, whether several timers came at once. */
export function timeless(text: string, { folder }: { readonly folder: string }): string {
  return (
    stripVTControlCharacters(text)
      .replaceAll(folder, '<folder>')
      .replaceAll(folder.slice(folder.lastIndexOf('/') + 1), '<name>')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z?/g, '<instant>')
      .replace(/\w{3}, \d\d \w{3} \d{4} [\d:]+ GMT/g, '<instant>')
      .replace(/"(startTime|endTime|start|end|duration|runtime|perfStats|slow)": ?[\d.]+/g, '"$1":0')
      .replace(/(time=")[\d.]+/g, '$1')
      .replace(/(duration_ms:?) [\d.]+/g, '$1 0')
      .replace(/ {2} (?:Start at|Duration) .*\n/g, '')
      // Vitest 5 gives a hint where workers took long to start.
      .replace(/\n *Isolate +\d+ workers? spawned .*\n.*faster with isolate: false.*\n/g, '')
      .replace(/\(?\b\d+(?:\.\d+)? ?m?s\b\)?/g, '<time>')
      .replace(/\(node:\d+\)/g, '(node)')
      .replace(/(?:\\n|\n)\s+at (?:[\w.]+ \()?node:internal\/[^\n\\)]*\)?/g, '')
      .replace(/ +$/gm, '')
  );
}
