import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { REPOSITORY } from './helpers/project.mjs';
import { BIN, run, type Ended } from './helpers/script.js';
import { VitestProject, named } from './helpers/vitest-project.js';

const GREEN = "import { test } from 'vitest'; test('green', () => {});";
const SUMMARY = /spanmeter {2}[0-9a-f]{8} {2}/g;

/** `spanmeter run -- <command>`, from the repository's own folder. */
function spanmeter(project: VitestProject, command: readonly string[], env: NodeJS.ProcessEnv = {}, bin = BIN): Promise<Ended> {
  return run(process.execPath, [bin, 'run', '--', ...command], { cwd: project.folder, env });
}

async function greens(project: VitestProject): Promise<unknown[]> {
  return named(await project.readings(), 'green').map(({ status, component, values }) => [status, component, values[0]! > 0]);
}

test('a plugin in the configuration and the one of `run` make one set of records, with the options of the plugin', async () => {
  const project = new VitestProject();
  project.write('a.test.mjs', GREEN);
  project.configure('', "spanmeter({ component: 'shop' }), spanmeter()");
  const { code, stderr } = await project.vitest('attach');
  expect(code).toBe(0);
  expect(await greens(project)).toEqual([['passed', 'shop', true]]);
  expect(stderr.match(SUMMARY)).toHaveLength(1);
  expect(await project.sessions()).toHaveLength(1);
});

test('what `run` is told goes before what the plugin is told', async () => {
  const project = new VitestProject();
  project.write('a.test.mjs', GREEN);
  project.configure('', "spanmeter({ component: 'shop' })");
  const vitest = join(project.folder, 'node_modules/vitest/vitest.mjs');
  await run(process.execPath, [BIN, 'run', '--component', 'told', '--', process.execPath, vitest, 'run'], { cwd: project.folder });
  expect(await greens(project)).toEqual([['passed', 'told', true]]);
});

test('spanmeter need not be installed in the project', async () => {
  const project = new VitestProject();
  rmSync(join(project.folder, 'node_modules/spanmeter'), { recursive: true });
  project.write('a.test.mjs', GREEN);
  const { code } = await project.vitest('attach');
  expect(code).toBe(0);
  expect(await greens(project)).toEqual([['passed', '', true]]);
});

test('nor need it be within the reach of a server, as in environments of browsers', async () => {
  const project = new VitestProject();
  rmSync(join(project.folder, 'node_modules/spanmeter'), { recursive: true });
  project.write('environment.mjs', "export default { name: 'page', viteEnvironment: 'client', setup: () => ({ teardown() {} }) };");
  project.write('vitest.config.mjs', "export default { test: { environment: './environment.mjs' } };");
  project.write('a.test.mjs', GREEN);
  const { code } = await project.vitest('attach');
  expect(code).toBe(0);
  expect(await greens(project)).toEqual([['passed', '', true]]);
});

const OTHER_NODES = ['node22', 'node24'].map((name) => join(REPOSITORY, 'test/tools/node_modules', name, 'bin/node')).filter(existsSync);

test.skipIf(OTHER_NODES.length === 0)('in newer versions of Node, where hooks are synchronous', async () => {
  const project = new VitestProject();
  project.write('a.test.mjs', GREEN);
  for (const node of OTHER_NODES) {
    const { code } = await run(node, [BIN, 'run', '--', node, 'node_modules/vitest/vitest.mjs', 'run'], { cwd: project.folder });
    expect(code).toBe(0);
  }
  // The driver of the database that is installed here may be one for this version of Node only.
  await run(process.execPath, [BIN, 'recover'], { cwd: project.folder });
  const sessions = await project.sessions();
  expect(sessions.map(({ readings }) => named(readings, 'green').map(({ status }) => status))).toEqual(OTHER_NODES.map(() => ['passed']));
});

test('Vitest is known by the link in node_modules/.bin', async () => {
  const project = new VitestProject();
  project.write('a.test.mjs', GREEN);
  mkdirSync(join(project.folder, 'node_modules/.bin'));
  symlinkSync('../vitest/vitest.mjs', join(project.folder, 'node_modules/.bin/vitest'));
  await spanmeter(project, ['node_modules/.bin/vitest', 'run']);
  expect(await greens(project)).toEqual([['passed', '', true]]);
});

test('a command that starts Vitest, as npm does, is enough', async () => {
  const project = new VitestProject();
  project.write('a.test.mjs', GREEN);
  const start =
    "require('node:child_process').spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run'], { stdio: 'inherit' })";
  await spanmeter(project, [process.execPath, '-e', start]);
  expect(await greens(project)).toEqual([['passed', '', true]]);
});

test("the user's NODE_OPTIONS stay, in Vitest and in its workers", async () => {
  const project = new VitestProject();
  project.write('preload.cjs', 'globalThis.preloaded = (globalThis.preloaded ?? 0) + 1;');
  project.write('a.test.mjs', "import { expect, test } from 'vitest'; test('green', () => expect(globalThis.preloaded).toBe(1));");
  project.configure('', '', "if (globalThis.preloaded !== 1) throw new Error('not preloaded');");
  const { code } = await project.vitest('attach', [], { NODE_OPTIONS: `--require "${join(project.folder, 'preload.cjs')}"` });
  expect(code).toBe(0);
  expect(await greens(project)).toEqual([['passed', '', true]]);
});

test('spaces in paths do no harm', async () => {
  const project = new VitestProject();
  const folder = join(project.folder, 'a folder "with" spaces');
  project.installCopy('a folder "with" spaces');
  cpSync(join(project.folder, 'package.json'), join(folder, 'package.json'));
  project.write('a folder "with" spaces/my tests/a.test.mjs', GREEN);
  symlinkSync(join(project.folder, 'node_modules/vitest'), join(folder, 'node_modules/vitest'));
  const bin = join(folder, 'node_modules/spanmeter/dist/cli/bin.js');
  const { code, stdout } = await run(
    process.execPath,
    [bin, 'run', '--db', join(project.folder, '.spanmeter/history.db'), '--', process.execPath, 'node_modules/vitest/vitest.mjs', 'run'],
    { cwd: folder },
  );
  expect([code, stdout]).toEqual([0, expect.stringContaining('a.test.mjs')]);
  expect(await greens(project)).toEqual([['passed', '', true]]);
});

test("a configuration's own import of vite is the real one", async () => {
  const project = new VitestProject();
  project.write('a.test.mjs', GREEN);
  project.configure(
    '',
    '',
    "import { createServer, version } from 'vite'; if (String(createServer).includes('spanmeter')) throw new Error('not the real one'); if (!version) throw new Error('no vite');",
  );
  expect((await project.vitest('attach')).code).toBe(0);
});

test('what only looks like a runner is left alone', async () => {
  const project = new VitestProject();
  const script = project.write('other/vitest.mjs', "console.log('mine', Object.keys(process.env).includes('SPANMETER_SESSION'));");
  const { code, stdout } = await spanmeter(project, [process.execPath, script]);
  expect([code, stdout]).toEqual([0, 'mine true\n']);
});
