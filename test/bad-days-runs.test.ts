/** Whole runs on days that nobody planned: workers killed at any moment, runs at the same time, folders that are read-only. */
import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { Project } from './helpers/project.mjs';
import { BIN, run } from './helpers/script.js';
import { temporaryFolder } from './helpers/temporary.js';
import { VitestProject } from './helpers/vitest-project.js';

const { execPath: NODE } = process;
const KILLS = 12;

/** Says of each test that its body is done, while the test itself has not ended yet. */
const MANY_TESTS = `
  import { writeSync } from 'node:fs';
  import { test } from 'vitest';
  import { span } from 'spanmeter';
  writeSync(1, 'worker ' + process.pid + '\\n');
  for (let n = 0; n < 5000; n += 1)
    test('test ' + n, async () => {
      const inner = span('inner ' + n);
      if (n % 4 === 0) await new Promise((go) => setTimeout(go, 1));
      inner.stop();
      writeSync(1, 'done ' + n + '\\n');
    });`;

test(`Vitest's workers, killed ${KILLS} times between and in tests: what ended is there once, what ran is named`, async () => {
  const project = new VitestProject();
  project.write('many.test.mjs', MANY_TESTS);
  let [caughtTests, caughtSpans] = [0, 0];
  for (let kill = 0; kill < KILLS; kill += 1) {
    const running = project.start('attach', ['--pool=forks', '--disable-console-intercept']);
    await running.said('done 0\n');
    await sleep(Math.random() * 150);
    process.kill(Number(/^worker (\d+)$/m.exec(running.output())![1]), 'SIGKILL');
    const { code, stdout } = await running.ended;
    expect(code).toBe(1);
    const said = Math.max(...[...stdout.matchAll(/^done (\d+)$/gm)].map(([, n]) => Number(n)));

    const readings = await project.readings();
    const titles = (kind: string, status: string): string[] =>
      readings.filter(({ identity, status: each }) => identity.kind === kind && each === status).map(({ identity }) => identity.name);
    const [tests, spans] = [titles('test', 'passed'), titles('span', 'passed')];
    const [openTests, openSpans] = [titles('test', 'interrupted'), titles('span', 'interrupted')];
    expect(tests).toEqual(tests.map((_, n) => `test ${n}`));
    expect(spans).toEqual(spans.map((_, n) => `inner ${n}`));
    // The last one that was heard of may not have ended, and one more may have without being heard of.
    expect([said, said + 1, said + 2]).toContain(tests.length);
    expect([said + 1, said + 2]).toContain(spans.length);
    expect([[], [`test ${tests.length}`]]).toContainEqual(openTests);
    expect([[], [`inner ${spans.length}`]]).toContainEqual(openSpans);
    caughtTests += openTests.length;
    caughtSpans += openSpans.length;
  }
  expect(caughtTests).toBeGreaterThan(0);
  expect(caughtSpans).toBeGreaterThan(0);
  expect(project.leftovers).toEqual([]);
}, 180_000);

test('two runs at the same time in one folder are two sessions, each with its own records', async () => {
  const project = new VitestProject();
  project.write(
    'slow.test.mjs',
    `import { test } from 'vitest';
     for (let n = 0; n < 20; n += 1) test(process.env.WHICH + ' ' + n, async () => { await new Promise((go) => setTimeout(go, 40)); });`,
  );
  const first = project.start('attach', [], { WHICH: 'first' }, ['--tag', 'which=first']);
  await sleep(300);
  const second = project.start('attach', [], { WHICH: 'second' }, ['--tag', 'which=second']);
  for (const { code, stderr } of await Promise.all([first.ended, second.ended])) {
    expect(code).toBe(0);
    expect(stderr).not.toMatch(/warning/);
  }
  const sessions = await project.sessions();
  expect(sessions.map(({ session }) => session.tags['which']).sort()).toEqual(['first', 'second']);
  for (const { session, readings } of sessions) {
    const names = readings.filter(({ identity }) => identity.kind === 'test').map(({ identity }) => identity.name);
    expect(names).toEqual(Array.from({ length: 20 }, (_, n) => `${String(session.tags['which'])} ${n}`));
  }
  expect(project.leftovers).toEqual([]);
});

/** Whether this machine lets us make a mount namespace: a folder can't be made read-only for root otherwise. */
const canUnshare = process.platform === 'linux' && spawnSync('unshare', ['-m', 'true']).status === 0;

test.runIf(canUnshare)(
  'a project on a read-only file system: one warning, and the records are delivered once it can be written',
  async () => {
    const project = new Project();
    onTestFinished(() => project.remove());
    const env = { TMPDIR: temporaryFolder() };
    const source = "require('spanmeter').span('work').stop(); console.log('ran'); process.exit(5);";
    const readOnly = ['-m', 'sh', '-c', 'mount --bind . . && mount -o remount,ro,bind . && cd "$PWD" && exec "$@"', 'sh'];
    const ended = await run('unshare', [...readOnly, NODE, BIN, 'run', '--', NODE, '-e', source], { cwd: project.folder, env });
    expect(ended).toMatchObject({ code: 5, stdout: 'ran\n' });
    expect(ended.stderr.match(/warning {2}|^spanmeter: /gm)).toHaveLength(1);
    const recovered = await run(NODE, [BIN, 'recover'], { cwd: project.folder, env });
    expect(recovered.stdout).toMatch(/2 records delivered/);
    const { stdout } = await run(NODE, [BIN, 'show', '--json'], { cwd: project.folder, env });
    expect((JSON.parse(stdout) as { items: { name: string }[] }).items.map(({ name }) => name)).toContain('work');
  },
);

const FREEZE = `
  for (const name of ['v8', 'path', 'perf_hooks', 'worker_threads', 'fs']) Object.freeze(require(name));
  const names = ['process', 'console', 'JSON', 'Math', 'Reflect', 'Object', 'Array', 'Function', 'Promise', 'Map', 'Set', 'WeakMap',
    'String', 'Number', 'Date', 'RegExp', 'Error', 'Buffer', 'Float64Array', 'Symbol', 'Proxy', 'performance'];
  for (const name of names) for (const each of [globalThis[name], globalThis[name].prototype]) if (each) Object.freeze(each);`;

test.each([
  ['before', (load: string) => FREEZE + load],
  ['after', (load: string) => load + FREEZE],
])('a program that freezes all it can reach, %s it loads us, is recorded, and ends as it would', async (_, order) => {
  const project = new Project();
  onTestFinished(() => project.remove());
  const source = `${order("const { span } = require('spanmeter');")}
    span('outer', () => span('inner', () => 1));
    span('waited', async () => 2).then(() => { console.log('ran'); process.exit(7); });`;
  const ended = await run(NODE, [BIN, 'run', '--', NODE, '-e', source], { cwd: project.folder, env: {} });
  expect(ended).toMatchObject({ code: 7, stdout: 'ran\n' });
  expect(ended.stderr).not.toMatch(/warning/);
  const { stdout } = await run(NODE, [BIN, 'show', '--json', '--kind', 'span'], { cwd: project.folder, env: {} });
  const { items } = JSON.parse(stdout) as { items: { name: string; status: string; overlaps?: number }[] };
  expect(items.map(({ name, status, overlaps }) => [name, status, overlaps ?? 0])).toEqual(
    ['outer', 'inner', 'waited'].map((name) => [name, 'passed', 0]),
  );
});
