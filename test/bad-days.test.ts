/** Trouble around a run of a real runner: the run ends as it would without us, and what was measured is not lost. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { sqliteDriver } from '../dist/store/sqlite/driver.js';
import { BIN, PACKAGE, run, start, type Ended } from './helpers/script.js';
import { mountSmall } from './helpers/small-disk.js';
import { VitestProject, named, type Way } from './helpers/vitest-project.js';

const WAYS: readonly Way[] = ['plugin', 'attach'];

const SUITE = `
  import { expect, test } from 'vitest';
  test('passes', () => expect(1).toBe(1));
  test('fails', () => expect(1).toBe(2));`;

const SLOW = `
  import { test } from 'vitest';
  test('quick', () => {});
  test('slow', async () => { console.log('slow began ' + process.ppid + ' ' + process.pid); await new Promise((go) => setTimeout(go, 30000)); }, 60000);`;

/** Our own config for the plugin, none for the other ways. */
function prepare(way: Way, content: string): VitestProject {
  const project = new VitestProject();
  project.write('a.test.mjs', content);
  project.configure('', way === 'plugin' ? 'spanmeter()' : '');
  return project;
}

/** Each on one line, whatever the width that they were wrapped to. */
function warningsOf({ stderr, stdout }: Ended): string[] {
  const unwrapped = (stderr + stdout).replace(/\n {10,}(?=\S)/g, ' ');
  return unwrapped.split('\n').filter((line) => /^\s*(?:warning\s|spanmeter: )/.test(line));
}

describe.each(WAYS)('by %s', (way) => {
  test('the owner is killed: the next run delivers what it measured', async () => {
    const project = prepare(way, SLOW);
    const killed = project.start(way, ['--disable-console-intercept', '--pool=forks']);
    await killed.said('slow began');
    killed.child.kill('SIGKILL');
    // Under `run` that was the wrapper only: Vitest itself is the parent of the worker that spoke.
    const [, vitest, worker] = /slow began (\d+) (\d+)/.exec(killed.output()) ?? [];
    if (way === 'attach') process.kill(Number(vitest), 'SIGKILL');
    await killed.ended;
    // A worker whose tests still go on keeps its journal: this one waits half a minute, and then may end at any time.
    if (alive(Number(worker))) process.kill(Number(worker), 'SIGKILL');
    await expect.poll(() => alive(Number(worker)), { timeout: 30_000 }).toBe(false);
    project.write('a.test.mjs', SUITE);
    const next = await project.vitest(way);
    expect(next.code).toBe(1);
    expect(warningsOf(next).join()).toMatch(/earlier run ended before its records were delivered/);
    const [, earlier] = await project.sessions();
    expect(named(earlier?.readings ?? [], 'quick').map(({ status }) => status)).toEqual(['passed']);
    expect(named(earlier?.readings ?? [], 'slow').map(({ status }) => status)).toEqual(['interrupted']);
    expect(project.leftovers).toEqual([]);
  });

  test.each([
    ['no database', (path: string) => writeFileSync(path, 'a text file'.repeat(1000)), /database/],
    ['of a newer version', newer, /version 9999/],
    ['locked for good', lockForGood, /locked/],
  ])('the history is %s', async (_, spoil, said) => {
    const project = prepare(way, SUITE);
    await project.vitest(way);
    rmSync(project.history + '-wal', { force: true });
    spoil(project.history);
    const before = readFileSync(project.history);
    const ended = await project.vitest(way);
    expect(ended.code).toBe(1);
    const [warning, ...others] = warningsOf(ended);
    expect(others).toEqual([]);
    expect(warning).toMatch(said);
    expect(readFileSync(project.history).equals(before)).toBe(true);
    // The records wait: they are delivered once there is a history again.
    expect(project.leftovers).toHaveLength(1);
  });

  test('the disk of the project is full: the records are kept elsewhere', async (context) => {
    const project = prepare(way, SUITE);
    const home = join(project.folder, '.spanmeter');
    mkdirSync(home);
    if (!mountSmall(home)) context.skip('this user may not mount a file system');
    execFileSync('sh', ['-c', 'cat /dev/zero > full 2>/dev/null; true'], { cwd: home });
    const ended = await project.vitest(way);
    expect(ended.code).toBe(1);
    expect(warningsOf(ended)).toEqual([expect.stringMatching(/history was not written.*spanmeter recover/)]);
    rmSync(join(home, 'full'));
    const recovered = await run(process.execPath, [BIN, 'recover'], { cwd: project.folder });
    expect(recovered).toMatchObject({ code: 0, stdout: expect.stringMatching(/delivered/) as string });
    const [{ session, readings } = { session: undefined, readings: [] }] = await project.sessions();
    expect(session).toMatchObject({ finishedAt: expect.any(Number) as number });
    expect(named(readings, 'passes')).toHaveLength(1);
    expect(named(readings, 'fails').map(({ status }) => status)).toEqual(['failed']);
  });
});

test('every disk is full: the command ends as it would, after one warning', async () => {
  const project = new VitestProject();
  const script = `const { span } = require(${JSON.stringify(PACKAGE)});
    for (let i = 0; i < 2000; i += 1) span('a rather long name for a span ' + i).stop();
    console.log('done'); process.exitCode = 3;`;
  // A limit on the size of files is what a full disk is, for one process and its children. Bytes: 40 blocks of 1,024.
  const limited = `ulimit -f 40; exec "$@"`;
  const ended = await run('bash', ['-c', limited, 'bash', process.execPath, '-e', script], { cwd: project.folder });
  expect([ended.code, ended.stdout, ended.stderr]).toEqual([3, 'done\n', '']);
  const monitored = await run('bash', ['-c', limited, 'bash', process.execPath, BIN, 'run', '--', process.execPath, '-e', script], {
    cwd: project.folder,
  });
  expect([monitored.code, monitored.stdout]).toEqual([3, 'done\n']);
  expect(monitored.stderr.match(/records no more/g)).toHaveLength(1);
});

test('the command is killed by a signal, and so are we when asked: nothing stays behind', async () => {
  const project = new VitestProject();
  const child = `process.on('SIGTERM', () => { console.log('child got it'); process.exit(9); }); console.log(process.pid); setInterval(() => {}, 1000)`;
  const running = start(process.execPath, [BIN, 'run', '--', process.execPath, '-e', child], { cwd: project.folder });
  await running.said('\n');
  running.child.kill('SIGTERM');
  const { code, stdout } = await running.ended;
  expect([code, stdout.includes('child got it')]).toEqual([9, true]);
  expect(() => process.kill(Number(stdout.split('\n')[0]), 0)).toThrow(/ESRCH/);
  expect(await project.readings()).toHaveLength(1);
});

/** An orphan that nobody has waited for yet is a zombie: it holds nothing any more. */
function alive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

function newer(path: string): void {
  const database = sqliteDriver()(path, {});
  database.pragma('user_version = 9999');
  database.close();
}

function lockForGood(path: string): void {
  const database = sqliteDriver()(path, {});
  database.exec('BEGIN EXCLUSIVE');
  onTestFinished(() => void database.close());
}
