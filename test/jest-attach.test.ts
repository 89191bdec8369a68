/** `spanmeter run -- jest`: found and attached to, with nothing of the user's changed. */
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { JESTS, JestProject } from './helpers/jest-project.js';
import { REPOSITORY } from './helpers/project.mjs';
import { SUMMARY, named } from './helpers/runner-project.js';
import { BIN, run, type Ended } from './helpers/script.js';

const GREEN = "test('green', () => {});";

function spanmeter(made: JestProject, command: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return run(process.execPath, [BIN, 'run', '--', ...command], { cwd: made.folder, env });
}

async function greens(made: JestProject): Promise<unknown[]> {
  return named(await made.readings(), 'green').map(({ status, values }) => [status, values[0]! > 0]);
}

function linkBin(made: JestProject): void {
  mkdirSync(join(made.folder, 'node_modules/.bin'));
  symlinkSync('../jest/bin/jest.js', join(made.folder, 'node_modules/.bin/jest'));
}

describe.each(JESTS)('%s', (version) => {
  test('no configuration at all: the command line stays as it is, and so does the default reporter', async () => {
    const made = new JestProject(version);
    made.write('a.test.js', "test('green', () => { expect(process.argv.slice(2)).toEqual(['-i']); });");
    linkBin(made);
    const { code, stderr } = await spanmeter(made, ['node_modules/.bin/jest', '-i']);
    expect([code, stderr.match(SUMMARY)?.length]).toEqual([0, 1]);
    expect(stderr).toMatch(/PASS .*a\.test\.js[^]*Tests: +1 passed/);
    expect(await greens(made)).toEqual([['passed', true]]);
  });

  test('as npx starts it', async () => {
    const made = new JestProject(version);
    made.write('a.test.js', GREEN);
    linkBin(made);
    const { code } = await spanmeter(made, ['npx', '--no-install', 'jest']);
    expect(code).toBe(0);
    expect(await greens(made)).toEqual([['passed', true]]);
  });

  test('several projects, none of which inherits a test runner, with the user’s own reporters', async () => {
    const made = new JestProject(version);
    for (const name of ['one', 'two']) {
      made.write(`${name}/a.test.js`, GREEN);
      made.write(`${name}/jest.config.js`, `module.exports = { displayName: '${name}', transform: {} };`);
    }
    made.write('jest.config.js', "module.exports = { projects: ['one', 'two'], reporters: ['./reporter.js'] };");
    const { code } = await made.run('attach', []);
    expect(code).toBe(0);
    expect(made.reported()).toHaveLength(2);
    const readings = named(await made.readings(), 'green');
    expect(readings.map(({ identity: { project, file } }) => [project, file]).sort()).toEqual([
      ['one', 'one/a.test.js'],
      ['two', 'two/a.test.js'],
    ]);
  });

  test('what is no run of tests says the same, and records none', async () => {
    for (const flags of [['--listTests'], ['--showConfig', '--seed=1'], ['--clearCache'], ['--version'], ['--help']]) {
      const made = new JestProject(version);
      made.write('a.test.js', GREEN);
      made.configure('without');
      const without = await made.run('without', flags);
      const attached = await made.run('attach', flags);
      expect([flags, attached.code, attached.stdout]).toEqual([flags, without.code, without.stdout]);
      expect((await made.readings()).map(({ identity }) => identity.kind)).toEqual(['session']);
    }
  });

  test('another test runner is left alone, with one warning', async () => {
    const made = new JestProject(version);
    made.write('a.test.js', GREEN);
    made.configure('attach', '', "testRunner: 'jest-jasmine2',");
    const { code, stderr } = await made.run('attach');
    expect([code, stderr.match(/spanmeter: .*jest-jasmine2/g)?.length]).toEqual([0, 1]);
    expect(await greens(made)).toEqual([]);
  });

  test('a transform of the user’s does not get to see us', async () => {
    const made = new JestProject(version);
    rmSync(join(made.folder, 'node_modules/spanmeter'), { recursive: true });
    made.write('a.test.js', GREEN);
    made.write(
      'transform.js',
      'module.exports = { process(code, path) { if (/dist.runners.jest.(?!runner)/.test(path)) throw new Error(path); return { code }; } };',
    );
    made.write('jest.config.js', "module.exports = { transform: { '\\\\.js$': './transform.js' } };");
    const { code } = await made.run('attach');
    expect(code).toBe(0);
    expect(await greens(made)).toEqual([['passed', true]]);
  });

  const otherNodes = ['node22', 'node24'].map((name) => join(REPOSITORY, 'test/tools/node_modules', name, 'bin/node')).filter(existsSync);

  test.skipIf(otherNodes.length === 0)('in newer versions of Node', async () => {
    const made = new JestProject(version);
    made.write(
      'a.test.js',
      "test('green', (done) => { if (new Error('x').stack.includes('spanmeter/dist')) done(new Error('seen')); else done(); });",
    );
    for (const node of otherNodes) {
      const { code } = await run(node, [BIN, 'run', '--', node, 'node_modules/jest/bin/jest.js'], { cwd: made.folder });
      expect(code).toBe(0);
    }
    // The driver of the database that is installed here may be one for this version of Node only.
    await run(process.execPath, [BIN, 'recover'], { cwd: made.folder });
    const sessions = await made.sessions();
    expect(sessions.map(({ readings }) => named(readings, 'green').map(({ status }) => status))).toEqual(otherNodes.map(() => ['passed']));
  });
});
