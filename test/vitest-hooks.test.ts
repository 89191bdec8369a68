/** Hooks as items of their own, when they are asked for. */
import { describe, expect, test } from 'vitest';
import type { StoredReading } from '../dist/client/rows.js';
import { VITESTS, VitestProject, named, value, type VitestVersion } from './helpers/vitest-project.js';

const IMPORTS = "import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';";

async function run(version: VitestVersion, source: string, config = '', scopes = "['test', 'suite', 'file', 'hook']"): Promise<Ran> {
  const project = new VitestProject(undefined, version);
  project.write('a.test.mjs', IMPORTS + source);
  project.configure(config, `spanmeter({ scopes: ${scopes} })`);
  const { code, stdout, stderr } = await project.vitest('plugin');
  return { project, code, output: stdout + stderr, readings: await project.readings() };
}

interface Ran {
  readonly project: VitestProject;
  readonly code: number | null;
  readonly output: string;
  readonly readings: readonly StoredReading[];
}

/** Each hook that ran, in the order in which they began: where it stands, its name, ordinal, try and status. */
function hooks(readings: readonly StoredReading[]): string[] {
  return readings
    .filter(({ identity }) => identity.kind === 'hook')
    .map(({ identity: { describe, name, ordinal }, retry, repeat, status }) =>
      [...describe, name, ordinal, `try ${retry}.${repeat}`, status].join(' '),
    );
}

describe.each(VITESTS)('$name', (version) => {
  test('each hook is one item for ever: its suite, its name and its place among those of its name', async () => {
    const { code, readings } = await run(
      version,
      `beforeAll(() => {}); beforeEach(() => {}); beforeEach(async () => {});
       describe('suite', () => {
         afterEach(() => {}); afterAll(() => {});
         test('one', () => {}); test('two', () => {});
       });
       describe('suite', () => { afterEach(() => {}); test('three', () => {}); });
       describe.skip('left out', () => { beforeAll(() => {}); beforeEach(() => {}); test('never', () => {}); });
       test('last', () => {});`,
    );
    expect(code).toBe(0);
    const each = ['beforeEach 0 try 0.0 passed', 'beforeEach 1 try 0.0 passed'];
    expect(hooks(readings)).toEqual([
      'beforeAll 0 try 0.0 passed',
      ...each,
      'suite afterEach 0 try 0.0 passed',
      ...each,
      'suite afterEach 0 try 0.0 passed',
      'suite afterAll 0 try 0.0 passed',
      ...each,
      'suite afterEach 1 try 0.0 passed',
      ...each,
    ]);
    const { sequence: file } = readings.find(({ identity }) => identity.kind === 'file')!;
    const [first, second] = named(readings, 'suite', 'suite').map(({ sequence }) => sequence);
    const parents = readings.filter(({ identity }) => identity.kind === 'hook').map(({ parent }) => parent);
    expect(parents).toEqual([file, first, first, first, first, first, first, first, second, second, second, file, file]);
    expect(readings.map(({ overlaps }) => overlaps)).toEqual(readings.map(() => 0));
  });

  test('hooks that fail say so, and those of a test know which try they belong to', async () => {
    const { readings } = await run(
      version,
      `let count = 0;
       describe('each', () => {
         beforeEach(async () => { count += 1; if (count === 1) throw new Error('once'); });
         afterEach(() => { if (count === 2) throw new Error('once'); });
         test('tried', { retry: 3 }, () => {});
       });
       describe('late', () => { beforeEach(() => new Promise((resolve) => setTimeout(resolve, 400)), 40); test('never', () => {}); });
       describe('all', () => { beforeAll(() => { throw new Error('all'); }); test('never', () => {}); });
       describe('skips', () => { beforeEach((context) => context.skip()); test('never', () => {}); });`,
    );
    expect(hooks(readings)).toEqual([
      'each beforeEach 0 try 0.0 failed',
      'each afterEach 0 try 0.0 passed',
      'each beforeEach 0 try 1.0 passed',
      'each afterEach 0 try 1.0 failed',
      'each beforeEach 0 try 2.0 passed',
      'each afterEach 0 try 2.0 passed',
      'late beforeEach 0 try 0.0 failed',
      'all beforeAll 0 try 0.0 failed',
      'skips beforeEach 0 try 0.0 passed',
    ]);
    expect(named(readings, 'tried').map(({ status }) => status)).toEqual(['failed', 'failed', 'passed']);
  });

  test('what hooks ask for and give stays what it was: fixtures, timeouts, what is called later', async () => {
    const { code, output, readings } = await run(
      version,
      `const said = [];
       const it = test.extend({ answer: async ({}, use) => { await use(42); } });
       describe('fixtures', () => {
         beforeEach(({ answer, task }) => { said.push(answer, task.name); });
         beforeAll(() => () => { console.log('said ' + said.join(' ')); });
         beforeEach(() => () => { const end = Date.now() + 60; while (Date.now() < end); said.push('cleaned'); }, 1234);
         it('asks', ({ answer }) => { said.push(answer); });
       });`,
    );
    expect([code, /said .*/.exec(output)?.[0]]).toEqual([0, 'said 42 asks 42 cleaned']);
    expect(hooks(readings)).toHaveLength(3);
    for (const each of readings.filter(({ identity }) => identity.kind === 'hook')) expect(value(each, 'wall_time')).toBeLessThan(50e6);
  });

  test('the timeout of a hook holds for what it returns, too', async () => {
    const { code, output } = await run(
      version,
      'beforeEach(() => () => new Promise((resolve) => setTimeout(resolve, 400)), 60); test("is cleaned up too slowly", () => {});',
    );
    expect([code, output]).toEqual([1, expect.stringContaining('timed out in 60ms')]);
  });

  test('hooks of setup files belong to each test file; markers of a suite hold for its hooks', async () => {
    const project = new VitestProject(undefined, version);
    project.write('setup.mjs', `${IMPORTS} beforeEach(() => {});`);
    const left =
      "describe('left out', { meta: { spanmeter: { skip: true } } }, () => { beforeEach(() => {}); test('not recorded', () => {}); });";
    const isOld = version.name.includes('3.2');
    for (const name of ['a', 'b']) project.write(`${name}.test.mjs`, `${IMPORTS} test('one', () => {}); ${isOld ? '' : left}`);
    project.configure("setupFiles: ['./setup.mjs'], isolate: false, maxWorkers: 1, minWorkers: 1", "spanmeter({ scopes: ['hook'] })");
    expect((await project.vitest('plugin')).code).toBe(0);
    const found = (await project.readings()).map(({ identity: { file, describe, name, ordinal } }) =>
      [file, ...describe, name, ordinal].join(' '),
    );
    // The hook of the setup file runs before the test that is not recorded, too.
    const times = isOld ? 1 : 2;
    expect(found.sort()).toEqual(['a', 'b'].flatMap((name) => Array.from({ length: times }, () => `${name}.test.mjs beforeEach 0`)));
  });

  test('a hook that fails shows the same stack as without us', async () => {
    const source = `
      afterAll(() => { Error.stackTraceLimit = 100; console.log('frames ' + new Error('x').stack.split('\\n').filter((line) => line.includes('spanmeter/dist')).length); });
      beforeEach(function hook() { throw new Error('seen by the user'); });
      test('never', () => {});`;
    const { output, readings } = await run(version, source);
    expect(output).toContain('frames 0');
    expect(output).not.toContain('spanmeter/dist');
    expect(hooks(readings)).toEqual(['beforeEach 0 try 0.0 failed', 'afterAll 0 try 0.0 passed']);
  });

  test.each([
    ["['test']", 'runWithTimeout'],
    ["['hook']", 'bound callBetween'],
  ])('with scopes %s what is registered is %s', async (scopes, name) => {
    const find = version.name.endsWith('3.2')
      ? "import { getHooks } from 'vitest/suite';"
      : "import { TestRunner } from 'vitest'; const getHooks = TestRunner.getSuiteHooks;";
    const source = `${find} beforeEach(() => {}); test('looks', ({ task }) => { console.log('found ' + getHooks(task.file).beforeEach[0].name + '.'); });`;
    expect((await run(version, source, '', scopes)).output).toContain(`found ${name}.`);
  });
});
