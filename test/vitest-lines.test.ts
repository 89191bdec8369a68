/** The other lines of Vitest that are supported: what they do differently inside. Ours is tested by the files beside this one. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { SUMMARY, type Way } from './helpers/runner-project.js';
import { VITESTS, VitestProject, named, recorded, sorted, value } from './helpers/vitest-project.js';

const REPORT = ['--reporter=default', '--reporter=json', '--outputFile.json=report.json', '--allowOnly'];
const IMPORT = "import { expect, test } from 'vitest';";

describe.each(VITESTS.filter(({ name }) => !name.endsWith('4.1')))('$name', (version) => {
  const isOld = version.name.endsWith('3.2');

  /** Vitest 3 has no aroundEach. */
  function outcomes(): VitestProject {
    const project = new VitestProject('vitest-outcomes', version);
    if (isOld) rmSync(join(project.folder, 'around.test.mjs'));
    return project;
  }

  test.each<[Way, string]>([
    ['plugin', 'forks'],
    ['plugin', 'vmThreads'],
    ['attach', 'threads'],
  ])('by %s, in %s: every test is recorded with the status that Vitest reports', async (way, pool) => {
    const project = outcomes();
    if (way === 'plugin') project.configure('', 'spanmeter()');
    const { code } = await project.vitest(way, [...REPORT, `--pool=${pool}`]);
    expect(code).toBe(1);
    const reported = project.reported();
    expect(reported.length).toBeGreaterThan(70);
    expect(sorted(recorded(await project.readings()))).toEqual(sorted(reported));
  });

  test('each try is numbered and has its own status', async () => {
    const project = outcomes();
    project.configure('', 'spanmeter()');
    await project.vitest('plugin', ['tries']);
    const readings = await project.readings();
    const tries = (name: string): string[] => named(readings, name).map(({ repeat, retry, status }) => `${repeat}.${retry} ${status}`);
    expect(tries('needs three tries')).toEqual(['0.0 failed', '0.1 failed', '0.2 passed']);
    expect(tries('never makes it')).toEqual(['0.0 failed', '0.1 failed', '0.2 failed']);
    expect(tries('is repeated')).toEqual(['0.0 passed', '1.0 passed', '2.0 passed']);
    expect(tries('is repeated and retried')).toEqual(['0.0 failed', '0.1 passed', '1.0 failed', '1.1 passed']);
    // It passes as soon as a try ends as expected, in version 5; before, Vitest looks at the last one only.
    expect(tries('is expected to fail each time')).toEqual(isOld ? ['0.0 passed', '0.1 passed'] : ['0.0 passed']);
    expect(tries('afterEach fails once')).toEqual(['0.0 failed', '0.1 passed']);
    const [noBody, second] = named(readings, 'beforeEach fails once');
    expect([noBody!.status, value(noBody, 'wall_time'), second!.status]).toEqual(['failed', NaN, 'passed']);
  });

  test('in one worker, without isolation, each file has its own records', async () => {
    const project = outcomes();
    project.configure(
      'isolate: false, maxWorkers: 1, minWorkers: 1, poolOptions: { forks: { singleFork: true, isolate: false } }',
      'spanmeter()',
    );
    await project.vitest('plugin', REPORT);
    const readings = await project.readings();
    expect(sorted(recorded(readings))).toEqual(sorted(project.reported()));
    const files = readings.filter(({ identity }) => identity.kind === 'file');
    expect(new Set(files.map(({ writer }) => writer)).size).toBe(1);
    expect(files.map(({ overlaps }) => overlaps)).toEqual(files.map(() => 0));
  });

  test.each<[string, Way, string]>([
    ['that extend the configuration with the plugin', 'plugin', "[{ extends: true, test: { name: 'first', root: './one' } }, './two']"],
    ['none of which extends it', 'plugin', "[{ test: { name: 'first', root: './one' } }, './two']"],
    ['without the plugin', 'attach', "[{ test: { name: 'first', root: './one' } }, './two']"],
  ])('projects %s', async (_, way, projects) => {
    const project = new VitestProject(undefined, version);
    for (const name of ['one', 'two']) project.write(`${name}/a.test.mjs`, `${IMPORT} test('same', () => {});`);
    project.write('two/vitest.config.mjs', "export default { test: { name: 'second' } };");
    project.configure(`projects: ${projects}`, way === 'plugin' ? 'spanmeter()' : '');
    const { code, stderr } = await project.vitest(way);
    expect(code).toBe(0);
    const found = named(await project.readings(), 'same').map(({ identity, status }) => [identity.project, identity.file, status]);
    expect(found.sort()).toEqual([
      ['first', 'one/a.test.mjs', 'passed'],
      ['second', 'two/a.test.mjs', 'passed'],
    ]);
    expect(stderr.match(SUMMARY)).toHaveLength(1);
  });

  test.runIf(isOld)('a workspace, as Vitest 3 may call its projects', async () => {
    const project = new VitestProject(undefined, version);
    project.write('one/a.test.mjs', `${IMPORT} test('same', () => {});`);
    project.configure("workspace: [{ test: { name: 'first', root: './one' } }]", 'spanmeter()');
    expect((await project.vitest('plugin')).code).toBe(0);
    expect(named(await project.readings(), 'same').map(({ identity }) => identity.project)).toEqual(['first']);
  });

  test('listing tests is no run, nor is merging reports', async () => {
    const project = new VitestProject(undefined, version);
    for (const name of ['a', 'one/a']) project.write(`${name}.test.mjs`, `${IMPORT} test('listed', () => {});`);
    project.write('one/vitest.config.mjs', 'export default {};');
    for (const projects of ['', "projects: ['./one']"]) {
      project.configure(projects, 'spanmeter()');
      for (const way of ['plugin', 'attach'] as const) {
        const { code, stdout } = await project.startOther(way, 'list').ended;
        expect([code, stdout]).toEqual([0, expect.stringContaining('a.test.mjs > listed')]);
        expect(named(await project.readings(), 'listed')).toEqual([]);
      }
    }
    project.configure('', 'spanmeter()');
    await project.vitest('plugin', ['--reporter=blob']);
    const { length } = await project.sessions();
    expect((await project.vitest('plugin', ['--merge-reports'])).stdout).toContain('2 passed');
    expect(await project.sessions()).toHaveLength(length);
  });

  test('while watching, each run is a session', async () => {
    const project = new VitestProject(undefined, version);
    const file = project.write('a.test.mjs', `${IMPORT} test('first', () => {});`);
    project.configure('', 'spanmeter()');
    const running = project.startOther('plugin', 'watch');
    await running.said('Waiting for file changes');
    writeFileSync(file, `${IMPORT} test('second', () => {});`);
    await running.said('RERUN');
    while ((await names(project)).flat().length < 2) await sleep(50);
    running.child.kill('SIGTERM');
    await running.ended;
    expect(await names(project)).toEqual([['second'], ['first']]);
  });
});

/** Of the tests of each session, newest first. A session is in the history before its readings are. */
async function names(project: VitestProject): Promise<string[][]> {
  const sessions = await project.sessions();
  return sessions.map(({ readings }) => readings.filter(({ identity }) => identity.kind === 'test').map(({ identity }) => identity.name));
}
