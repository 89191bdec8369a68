import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { BIN, run } from './helpers/script.js';
import { VitestProject, named, recorded, sorted, type Way } from './helpers/vitest-project.js';

const FILES = "reporters: ['default', ['junit', { outputFile: 'junit.xml' }], ['json', { outputFile: 'report.json' }]]";

/** It goes past the reporter, so that its place among the reporter's lines differs from run to run. */
const DIRECT = /^written directly\n/m;

interface Seen {
  readonly code: number | null;
  readonly direct: boolean;
  readonly stdout: string;
  readonly stderr: string;
  readonly junit: string;
  readonly json: unknown;
}

/** All that a user sees of a run, but for times and the name of the temporary folder. */
async function see(fixture: string, way: Way, pool: string): Promise<{ readonly project: VitestProject; readonly seen: Seen }> {
  const project = new VitestProject(fixture);
  project.configure(`${FILES}, maxWorkers: 1, allowOnly: true, pool: '${pool}'`, way === 'plugin' ? 'spanmeter()' : '');
  const { code, stdout, stderr } = await project.vitest(way);
  const read = (name: string): string => timeless(readFileSync(join(project.folder, name), 'utf8'), project);
  const json: unknown = JSON.parse(read('report.json').replace(/"(?:startTime|endTime|duration)": ?[\d.]+/g, '"time":0'));
  return {
    project,
    seen: {
      code,
      stdout: timeless(stdout, project).replace(DIRECT, ''),
      direct: DIRECT.test(stdout),
      stderr: timeless(stderr, project),
      junit: read('junit.xml'),
      json,
    },
  };
}

function timeless(text: string, { folder }: VitestProject): string {
  return stripVTControlCharacters(text)
    .replaceAll(folder, '<folder>')
    .replaceAll(folder.slice(folder.lastIndexOf('/') + 1), '<name>')
    .replace(/"(startTime|endTime|duration)":[\d.]+/g, '"$1":0')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<instant>')
    .replace(/ {2} Start at.*\n.*Duration.*\n/g, '')
    .replace(/(time=")[\d.]+/g, '$1')
    .replace(/ *\d+(?:\.\d+)?m?s\b/g, ' <time>')
    .replace(/(?:\.\.\/)+tmp\//g, '/tmp/');
}

const OURS = /\nspanmeter {2}[0-9a-f]{8} {2}[^]*$/;

describe.each([
  ['vitest-outcomes', 'plugin', 'forks'],
  ['vitest-outcomes', 'attach', 'threads'],
  ['vitest-hard', 'plugin', 'forks'],
  ['vitest-hard', 'attach', 'forks'],
] as const)('%s by %s in %s', (fixture, way, pool) => {
  test('a user sees what there is to see without us, and our lines', async () => {
    const [{ seen: without }, { project, seen }] = await Promise.all([see(fixture, 'without', pool), see(fixture, way, pool)]);
    expect(without.code).toBe(1);
    expect(OURS.test(without.stderr)).toBe(false);
    expect(OURS.test(seen.stderr)).toBe(true);
    expect({ ...seen, stderr: seen.stderr.replace(OURS, '') }).toEqual(without);
    const readings = await project.readings();
    expect(sorted(recorded(readings))).toEqual(sorted(project.reported()));
    expect(project.leftovers).toEqual([]);
  });
});

test('a green run stays green, and its JSON on the standard output stays JSON', async () => {
  const project = new VitestProject();
  project.write('a.test.mjs', "import { test } from 'vitest'; test('green', () => {});");
  project.configure('', 'spanmeter()');
  const { code, stdout, stderr } = await project.vitest('plugin', ['--reporter=json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ numPassedTests: 1 });
  expect(stderr).toMatch(OURS);
});

test('SPANMETER=0 switches everything off', async () => {
  const project = new VitestProject();
  project.write(
    'a.test.mjs',
    "import { test } from 'vitest'; test('sees', () => console.log(Object.keys(process.env).filter((name) => name.startsWith('SPANMETER_'))));",
  );
  project.configure('', 'spanmeter({ wrong: 1 })');
  for (const way of ['plugin', 'attach'] as const) {
    const { code, stdout, stderr } = await project.vitest(way, [], { SPANMETER: '0' });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('[]');
    expect(existsSync(join(project.folder, '.spanmeter'))).toBe(false);
  }
});

test('a wrong option is a warning, and the run goes on', async () => {
  const project = new VitestProject();
  project.write('a.test.mjs', "import { test } from 'vitest'; test('green', () => {});");
  project.configure('', 'spanmeter({ scoops: ["test"] })');
  const { code, stderr } = await project.vitest('plugin');
  expect(code).toBe(0);
  expect(stderr.match(/scoops/g)).toHaveLength(1);
  expect(named(await project.readings(), 'green')).toHaveLength(1);
});

test('a test may delete our folder', async () => {
  const project = new VitestProject();
  project.write(
    'a.test.mjs',
    `import { rmSync } from 'node:fs';
     import { test } from 'vitest';
     test('before', () => {});
     test('deletes', () => rmSync(import.meta.dirname + '/.spanmeter', { recursive: true }));
     test('after', () => {});`,
  );
  project.configure('', 'spanmeter()');
  const { code } = await project.vitest('plugin');
  expect(code).toBe(0);
  expect(recorded(await project.readings()).map(({ status }) => status)).toEqual(['passed', 'passed', 'passed']);
});

test('where the history cannot be written, there is one warning and the same outcome', async () => {
  const project = new VitestProject();
  project.write('a.test.mjs', "import { test } from 'vitest'; test('green', () => {}); test('red', () => { throw new Error('red'); });");
  project.write('.spanmeter', 'in the way');
  project.configure('', 'spanmeter()');
  const { code, stdout, stderr } = await project.vitest('plugin', [], { TMPDIR: join(project.folder, 'temporary') });
  expect(code).toBe(1);
  expect(stripVTControlCharacters(stdout)).toContain('1 failed | 1 passed');
  expect(stderr.match(/^ {2}warning /gm)).toHaveLength(1);
  expect(stderr).toContain('The history was not written');
});

test('quiet is without the summary, not without the trouble', async () => {
  const project = new VitestProject();
  project.write('a.test.mjs', "import { test } from 'vitest'; test('green', () => {});");
  project.write('text.db', 'no database '.repeat(100));
  project.configure('', "spanmeter({ quiet: true, db: 'text.db' })");
  const { code, stderr } = await project.vitest('plugin');
  expect(code).toBe(0);
  expect(stderr).toMatch(/^spanmeter: The history was not written: .*text\.db is no database.*\n$/);
  project.configure('', 'spanmeter({ quiet: true })');
  expect((await project.vitest('plugin')).stderr).not.toMatch(OURS);
});

test('a worker that is killed loses no finished test and names the one that ran', async () => {
  const project = new VitestProject();
  project.write(
    'a.test.mjs',
    `import { test } from 'vitest';
     test('finished', () => {});
     test.skip('skipped', () => {});
     test('kills', () => process.kill(process.pid, 'SIGKILL'));
     test('never reached', () => {});`,
  );
  project.write('b.test.mjs', "import { test } from 'vitest'; test('elsewhere', () => {});");
  project.configure('', 'spanmeter()');
  const { code } = await project.vitest('plugin');
  expect(code).toBe(1);
  const readings = await project.readings();
  const outcomes = readings.filter(({ identity }) => identity.kind === 'test').map(({ identity, status }) => `${identity.name}: ${status}`);
  expect(outcomes.sort()).toEqual(['elsewhere: passed', 'finished: passed', 'kills: interrupted', 'skipped: skipped']);
  expect(named(readings, 'a.test.mjs', 'file').map(({ status }) => status)).toEqual(['interrupted']);
});

test('a test that never ends is named after the run was killed', async () => {
  const project = new VitestProject();
  project.write(
    'a.test.mjs',
    `import { writeFileSync } from 'node:fs';
     import { test } from 'vitest';
     test('finished', () => {});
     test('endless', () => { writeFileSync(import.meta.dirname + '/pid', String(process.pid)); for (;;); });`,
  );
  project.configure('', 'spanmeter()');
  const running = project.start('plugin');
  const pidFile = join(project.folder, 'pid');
  while (!existsSync(pidFile) || readFileSync(pidFile, 'utf8') === '') await sleep(20);
  running.child.kill('SIGKILL');
  process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGKILL');
  await running.ended;
  expect(project.leftovers).toHaveLength(1);
  const { code } = await run(process.execPath, [BIN, 'recover'], { cwd: project.folder });
  expect(code).toBe(0);
  const outcomes = (await project.readings())
    .filter(({ identity }) => identity.kind === 'test')
    .map(({ identity, status }) => [identity.name, status]);
  expect(outcomes).toEqual([
    ['finished', 'passed'],
    ['endless', 'interrupted'],
  ]);
});

test('with --bail, tests that Vitest leaves out are skipped here too', async () => {
  const project = new VitestProject();
  project.write('a.test.mjs', "import { test } from 'vitest'; test('red', () => { throw new Error('red'); }); test('left out', () => {});");
  project.configure('', 'spanmeter()');
  await project.vitest('plugin', ['--bail=1']);
  expect(recorded(await project.readings()).map(({ status }) => status)).toEqual(['failed', 'skipped']);
});

test('a runner of the user is left in place', async () => {
  const project = new VitestProject();
  project.write(
    'runner.mjs',
    `import { TestRunner } from 'vitest';
     export default class extends TestRunner {
       async runTask(test) { console.log('runs ' + test.name); await TestRunner.getTestFn(test)(); }
       onAfterRetryTask(test, how) { console.log('tried ' + test.name + ' ' + how.retry); }
     }`,
  );
  project.write('a.test.mjs', "import { test } from 'vitest'; test('mine', () => {});");
  project.configure("runner: './runner.mjs'", 'spanmeter()');
  const { stdout } = await project.vitest('plugin');
  expect(stdout).toContain('runs mine');
  expect(stdout).toContain('tried mine 0');
  expect(named(await project.readings(), 'mine').map(({ status, values }) => [status, values[0]! > 0])).toEqual([['passed', true]]);
});

test('listing tests and merging reports are no test runs', async () => {
  const project = new VitestProject();
  project.write('a.test.mjs', "import { test } from 'vitest'; test('listed', () => {});");
  project.configure('', 'spanmeter()');
  const list = await project.startOther('plugin', 'list').ended;
  expect([list.code, list.stdout, list.stderr]).toEqual([0, 'a.test.mjs > listed\n', '']);
  const attached = await project.startOther('attach', 'list').ended;
  expect(attached.stdout).toBe('a.test.mjs > listed\n');
  expect(named(await project.readings(), 'listed')).toEqual([]);
  rmSync(join(project.folder, '.spanmeter'), { recursive: true });
  await project.vitest('plugin', ['--reporter=blob']);
  expect(await project.sessions()).toHaveLength(1);
  expect((await project.vitest('plugin', ['--merge-reports'])).stdout).toContain('1 passed');
  expect(await project.sessions()).toHaveLength(1);
});

test('listing the tests of projects that do not extend the configuration is no run either', async () => {
  const project = new VitestProject();
  project.write('one/a.test.mjs', "import { test } from 'vitest'; test('listed', () => {});");
  project.configure("projects: ['./one']", 'spanmeter()');
  project.write('one/vitest.config.mjs', 'export default {};');
  const { code, stdout, stderr } = await project.startOther('plugin', 'list').ended;
  expect([code, stdout.trim(), stderr]).toEqual([0, '[one] a.test.mjs > listed', '']);
  expect(existsSync(join(project.folder, '.spanmeter'))).toBe(false);
});

test('while watching, each run is a session', async () => {
  const project = new VitestProject();
  const file = project.write('a.test.mjs', "import { test } from 'vitest'; test('first', () => {});");
  project.configure('', 'spanmeter()');
  const running = project.startOther('plugin', 'watch');
  await running.said('Waiting for file changes');
  writeFileSync(file, "import { test } from 'vitest'; test('second', () => {});");
  await running.said('RERUN');
  const names = async (): Promise<string[][]> =>
    (await project.sessions()).map(({ readings }) =>
      readings.filter(({ identity }) => identity.kind === 'test').map(({ identity }) => identity.name),
    );
  // A session is in the history before its readings are.
  while ((await names()).flat().length < 2) await sleep(50);
  running.child.kill('SIGTERM');
  await running.ended;
  expect(await names()).toEqual([['second'], ['first']]);
});

test('a span of the main process lies inside the run as a whole: neither runs beside the other', async () => {
  const project = new VitestProject();
  project.write('a.test.mjs', "import { test } from 'vitest'; test('a', () => {});");
  project.write('setup.mjs', "import { span } from 'spanmeter'; export default () => { span('prepares').stop(); };");
  project.configure("globalSetup: ['./setup.mjs']", 'spanmeter()');
  const { stderr } = await project.vitest('plugin');
  expect(stderr).not.toContain('torn');
  const readings = await project.readings();
  expect(named(readings, 'prepares', 'span')).toMatchObject([{ status: 'passed', overlaps: 0, shared: false }]);
  expect(named(readings, 'vitest', 'session')).toMatchObject([{ status: 'passed', overlaps: 0, shared: false }]);
});
