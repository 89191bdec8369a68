/** Vitest's environments, projects and modes beside the plain run: measured like it, or left alone with a line that says so. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { REPOSITORY } from './helpers/project.mjs';
import { run } from './helpers/script.js';
import { SUMMARY } from './helpers/runner-project.js';
import { VITESTS, VitestProject, named, recorded, sorted, value } from './helpers/vitest-project.js';

const REPORT = ['--reporter=default', '--reporter=json', '--outputFile.json=report.json'];
const IMPORT = "import { expect, test, vi } from 'vitest';";

describe.each(VITESTS)('$name', (version) => {
  const runner = version.name.endsWith('3.2')
    ? "import { VitestTestRunner as Base } from 'vitest/runners';"
    : "import { TestRunner as Base } from 'vitest';";

  test('projects with an environment each, by both ways', async () => {
    for (const way of ['plugin', 'attach'] as const) {
      const project = new VitestProject(undefined, version);
      project.write('node/a.test.mjs', `${IMPORT} test('same', () => expect(typeof document).toBe('undefined'));`);
      project.write('page/a.test.mjs', `${IMPORT} test('same', () => expect(document.body.tagName).toBe('BODY'));`);
      project.write('own/a.test.mjs', `${IMPORT} test('same', () => expect(globalThis.planet).toBe('earth'));`);
      project.write(
        'own/environment.mjs',
        "export default { name: 'own', transformMode: 'ssr', viteEnvironment: 'ssr', setup(global) { global.planet = 'earth'; return { teardown() {} }; } };",
      );
      const environments = { node: 'node', page: 'jsdom', own: join(project.folder, 'own/environment.mjs') };
      const projects = Object.entries(environments).map(
        ([name, environment]) => `{ extends: true, test: { name: '${name}', root: './${name}', environment: '${environment}' } }`,
      );
      project.configure(`projects: [${projects.join()}]`, way === 'plugin' ? 'spanmeter()' : '');
      const { code, stderr } = await project.vitest(way);
      expect([code, stderr.match(SUMMARY)]).toEqual([0, [expect.anything()]]);
      const found = named(await project.readings(), 'same').map((each) => [
        each.identity.project,
        each.status,
        value(each, 'wall_time') > 0,
      ]);
      expect(found.sort()).toEqual(['node', 'own', 'page'].map((name) => [name, 'passed', true]));
    }
  });

  test('in jsdom, in every pool, also when spanmeter is not installed in the project', async () => {
    for (const pool of ['forks', 'threads', 'vmForks', 'vmThreads']) {
      const project = new VitestProject(undefined, version);
      rmSync(join(project.folder, 'node_modules/spanmeter'), { recursive: true });
      project.write(
        'a.test.mjs',
        `${IMPORT} test('sees a page', () => { document.title = 'x'; expect(window.document.title).toBe('x'); });`,
      );
      const { code } = await project.vitest('attach', ['--environment=jsdom', `--pool=${pool}`]);
      expect([code, named(await project.readings(), 'sees a page').map(({ status }) => status)]).toEqual([0, ['passed']]);
    }
  });

  test('a runner of the user stays in place, with its own way to run a test', async () => {
    const project = new VitestProject(undefined, version);
    const getFn = version.name.endsWith('3.2') ? "import { getFn } from 'vitest/suite';" : 'const getFn = Base.getTestFn;';
    project.write(
      'runner.mjs',
      `${runner} ${getFn}
       export default class extends Base {
         async runTask(test) { console.log('runs ' + test.name); await getFn(test)(); }
         onAfterTryTask(test, how) { console.log('tried ' + test.name + ' ' + how.retry); return super.onAfterTryTask(test, how); }
       }`,
    );
    project.write('a.test.mjs', `${IMPORT} test('mine', () => {});`);
    project.configure("runner: './runner.mjs'", 'spanmeter()');
    const { stdout } = await project.vitest('plugin');
    expect(stdout).toContain('runs mine');
    expect(stdout).toContain('tried mine 0');
    expect(named(await project.readings(), 'mine').map((each) => [each.status, value(each, 'wall_time') > 0])).toEqual([['passed', true]]);
  });

  test('each shard is a session, and together they have every test once', async () => {
    const project = new VitestProject(undefined, version);
    const names = ['a', 'b', 'c', 'd'];
    for (const name of names) project.write(`${name}.test.mjs`, `${IMPORT} test('in ${name}', () => {});`);
    project.configure('', 'spanmeter()');
    for (const shard of ['1/2', '2/2']) expect((await project.vitest('plugin', [`--shard=${shard}`])).code).toBe(0);
    const sessions = (await project.sessions()).map(({ readings }) => readings.filter(({ identity }) => identity.kind === 'test'));
    expect(sessions.map(({ length }) => length)).toEqual([2, 2]);
    expect(
      sessions
        .flat()
        .map(({ identity }) => identity.name)
        .sort(),
    ).toEqual(names.map((name) => `in ${name}`));
  });

  test('coverage has the same numbers, and nothing of ours in them', async () => {
    const seen: unknown[] = [];
    for (const way of ['without', 'plugin', 'attach'] as const) {
      const project = new VitestProject(undefined, version);
      project.write('code.mjs', 'export function used(x) { if (x) return 1; return 2; }\nexport function unused() { return 3; }\n');
      project.write('a.test.mjs', `${IMPORT} import { used } from './code.mjs'; test('covers', () => expect(used(true)).toBe(1));`);
      project.configure("coverage: { enabled: true, reporter: ['json', 'json-summary', 'text'] }", way === 'plugin' ? 'spanmeter()' : '');
      const { code, stdout } = await project.vitest(way);
      const read = (name: string): string => readFileSync(join(project.folder, 'coverage', name), 'utf8').replaceAll(project.folder, '');
      const table = stripVTControlCharacters(stdout)
        .split('\n')
        .filter((line) => line.includes('|'));
      seen.push({ code, table, json: JSON.parse(read('coverage-final.json')), summary: JSON.parse(read('coverage-summary.json')) });
      if (way !== 'without') expect(named(await project.readings(), 'covers')).toHaveLength(1);
    }
    expect(JSON.stringify(seen[0])).toContain('code.mjs');
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[2]).toEqual(seen[0]);
  });

  test('tests of types are left alone, with one line', async () => {
    const project = new VitestProject(undefined, version);
    project.link('typescript', join(REPOSITORY, 'node_modules/typescript'));
    project.write(
      'tsconfig.json',
      JSON.stringify({ compilerOptions: { strict: true, skipLibCheck: true, module: 'esnext', moduleResolution: 'bundler', types: [] } }),
    );
    project.write('a.test-d.ts', "import { expectTypeOf, test } from 'vitest'; test('types', () => { expectTypeOf(1).toBeNumber(); });");
    project.write('a.test.mjs', `${IMPORT} test('runs', () => {});`);
    project.configure(
      `typecheck: { enabled: true, checker: ${JSON.stringify(join(REPOSITORY, 'node_modules/typescript/bin/tsc'))} }`,
      'spanmeter()',
    );
    const { code, stdout, stderr } = await project.vitest('plugin');
    expect([code, stripVTControlCharacters(stdout)]).toEqual([0, expect.stringMatching(/Tests +2 passed/)]);
    expect(stderr.match(/^spanmeter: .*/gm)).toEqual(['spanmeter: tests of types are not measured: nothing of them runs']);
    const tests = (await project.readings()).filter(({ identity }) => identity.kind === 'test');
    expect(tests.map(({ identity, status }) => [identity.name, status])).toEqual([['runs', 'passed']]);
  });

  test.skipIf(version.name.endsWith('3.2'))('where Vitest leaves imports to node', async () => {
    const project = new VitestProject(undefined, version);
    project.write('a.test.mjs', `${IMPORT} test('native', () => {});`);
    project.configure('experimental: { viteModuleRunner: false }', 'spanmeter()');
    expect((await project.vitest('plugin')).code).toBe(0);
    expect(named(await project.readings(), 'native').map(({ status }) => status)).toEqual(['passed']);
  });

  test('tests in CommonJS, in modules and in TypeScript', async () => {
    const project = new VitestProject(undefined, version);
    project.write(
      'common.test.js',
      "const { sep } = require('node:path'); test('common', () => { expect(typeof module).toBe('object'); expect(sep).toBe(require('node:path').sep); });",
    );
    project.write(
      'module.test.mjs',
      `${IMPORT} test('module', async () => { await import('node:path'); expect(import.meta.url).toContain('module.test'); });`,
    );
    project.write('typed.test.ts', `${IMPORT} test('typed', () => { const x: number = 1; expect(x satisfies number).toBe(1); });`);
    project.configure('globals: true', 'spanmeter()');
    const { code } = await project.vitest('plugin', REPORT);
    expect(code).toBe(0);
    expect(sorted(recorded(await project.readings()))).toEqual(sorted(project.reported()));
  });
});

test('tests in browsers are left alone, with one line', async () => {
  const project = new VitestProject();
  project.write(
    'main.mjs',
    `import { addReporter } from './node_modules/spanmeter/dist/runners/vitest/reporter.mjs';
     const provided = [];
     const setups = [[], [], []];
     const config = (setupFiles, enabled) => ({ config: { pool: 'forks', browser: { enabled }, typecheck: { enabled: false }, setupFiles } });
     const vitest = {
       mode: 'test', version: '5.1.0', distPath: '', reporters: [], config: { reporters: [], coverage: { enabled: false } },
       provide: (key) => provided.push(key),
       projects: [config(setups[0], true), config(setups[1], false), config(setups[2], true)],
     };
     const reporter = addReporter(vitest, {});
     for (let run = 0; run < 2; run += 1) {
       await reporter.onTestRunStart([{}]);
       await reporter.onTestRunEnd();
     }
     console.log(JSON.stringify({ provided, setups: setups.map(({ length }) => length) }));`,
  );
  const { code, stdout, stderr } = await run(process.execPath, ['main.mjs'], { cwd: project.folder });
  expect([code, JSON.parse(stdout)]).toEqual([0, { provided: ['spanmeter', 'spanmeter'], setups: [0, 1, 0] }]);
  expect(stderr.match(/^spanmeter: .*/gm)).toEqual(['spanmeter: tests in browsers are not measured']);
});
