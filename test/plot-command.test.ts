/** `spanmeter plot`: which data it draws, where the picture goes, and what it says when it cannot. */
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MIB, MS, readingRecord, sessionRecord, writeHistory } from './helpers/history.js';
import { BIN, PACKAGE, run, type Ended } from './helpers/script.js';
import { temporaryFolder } from './helpers/temporary.js';

/** Two sessions, `aaaa` and the newer `bbbb`. */
let project: string;

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), 'spanmeter-plot-'));
  writeFileSync(join(project, 'package.json'), '{"name":"project"}');
  const first = sessionRecord('aaaa');
  const sessions = [first, { ...sessionRecord('bbbb'), startedAt: first.startedAt + 86_400e6 }];
  const readings = sessions.flatMap(({ id }) => [
    ...[1, 2, 3].map((index) =>
      readingRecord(
        id,
        index,
        { name: `adds ${index}`, file: 'sum.test.ts', describe: ['sums'], variant: index === 3 ? 'big' : '' },
        { wall_time: index * MS, cpu_time: index * MS, peak_growth: index * MIB },
        { component: 'sums' },
      ),
    ),
    readingRecord(id, 4, { kind: 'file', name: 'sum.test.ts', file: 'sum.test.ts' }, { wall_time: 9 * MS }),
  ]);
  await writeHistory(join(project, '.spanmeter/history.db'), sessions, readings);
});

afterAll(() => rmSync(project, { recursive: true, force: true }));

function plot(...args: string[]): Promise<Ended> {
  return run(process.execPath, [BIN, 'plot', ...args], { cwd: project });
}

it('draws into the folder of the project, and prints where', async () => {
  const { stdout, code } = await plot('items');
  const file = join(project, '.spanmeter/report/items-bbbb0000.svg');
  expect(code).toBe(0);
  expect(stdout).toBe(`Drawn: ${file}\n`);
  const svg = readFileSync(file, 'utf8');
  expect(svg).toContain('2026-03-15 15:09:26 UTC, bbbb0000, vitest run');
  expect(svg).toContain('sums &gt; adds 3 [big]');
  // The file contains its tests: it would count twice.
  expect(svg).not.toContain('9.0 ms');
  expect((await plot('items', 'last~1', '--quiet')).stdout).toBe(`${file.replace('bbbb', 'aaaa')}\n`);
});

it('draws the kinds, the number and the order that were asked for', async () => {
  const { stdout } = await plot('items', '--by', 'peak', '--limit', '1', '-o', '-');
  expect(stdout).toContain('adds 3');
  expect(stdout).not.toContain('adds 2');
  expect((await plot('items', '--kind', 'file', '-o', '-')).stdout).toContain('9.0 ms');
  const wrong = await plot('items', '--kind', 'tset');
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain("there is no kind 'tset'");
});

it('draws an item over its sessions, by its name or a part of it', async () => {
  for (const name of ['adds 2', 'sums > ADDS 2', 'sum.test.ts > sums > adds 2']) {
    const { stdout, code, stderr } = await plot('history', name, '--metric', 'cpu', '-o', '-');
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('2 readings in 2 sessions; the median went from 2.0 ms to 2.0 ms.');
    expect(stdout).toContain('<title>Cpu time over sessions</title>');
  }
  expect((await plot('history', 'sums > adds 3 [big]', '-o', '-')).stdout).toContain('adds 3 [big]');
  expect((await plot('history', 'adds 2', '--last', '1', '-o', '-')).stdout).toContain('1 reading in 1 session');
  expect((await plot('history', 'adds 2')).stdout).toBe(`Drawn: ${join(project, '.spanmeter/report/history-adds-2.svg')}\n`);
});

it('draws components over several sessions', async () => {
  const { stdout } = await plot('components', '--last', '2', '--metric', 'peak', '-o', '-');
  expect(stdout).toContain('6 items');
  expect(stdout).toContain('the newest 2 sessions');
  const both = await plot('components', 'last', '--last', '2');
  expect(both.code).toBe(2);
  expect(both.stderr).toContain('exclude each other');
});

it('writes PNG where a .png is asked for', async () => {
  const file = join(temporaryFolder(), 'new/folder/run.png');
  const { stdout, code, stderr } = await plot('timeline', '--dark', '--json', '-o', file);
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ schema: 1, file, format: 'png', title: 'The run by worker' });
  expect(readFileSync(file).subarray(1, 4).toString()).toBe('PNG');
});

it('says what to install where there is no resvg', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'node_modules'));
  cpSync(join(PACKAGE, 'dist'), join(folder, 'dist'), { recursive: true });
  copyFileSync(join(PACKAGE, 'package.json'), join(folder, 'package.json'));
  const installed = join(PACKAGE, 'node_modules');
  for (const name of readdirSync(installed).filter((name) => name !== '@resvg'))
    symlinkSync(join(installed, name), join(folder, 'node_modules', name));
  const bin = join(folder, 'dist/cli/bin.js');
  const { code, stderr } = await run(process.execPath, [bin, 'plot', 'items', '-o', 'x.png'], { cwd: project });
  expect(code).toBe(2);
  expect(stderr).toContain('npm install --save-dev @resvg/resvg-js');
  expect(existsSync(join(project, 'x.png'))).toBe(false);
});

it.each([
  [['histroy'], "there is no picture 'histroy'. Did you mean 'history'?"],
  [['items', 'nope'], "No session is called 'nope'"],
  [['history'], 'which item?'],
  [['history', 'ads 2'], "has 'ads 2' in its name. Did you mean 'adds 2'?"],
  [['history', 'adds'], "'adds' fits 3 items; write more of it, or --kind:\n  sum.test.ts > sums > adds 1  (test)"],
  [['history', 'adds 1', '--metric', 'wal'], "'--metric <metric>' argument 'wal' is invalid"],
  [['items', '-o', 'x.pdf'], "an .svg or a .png file; 'x.pdf' is neither"],
  [['items', '-o', 'package.json/x.svg'], 'could not be written'],
  [['items', '-o', '-', '--json'], 'exclude each other'],
  [['items', '--width', '12'], 'from 320 to 4000 pixels'],
  [['items', '--db', 'none.db'], 'There is no history'],
])('refuses %j', async (args, said) => {
  const { code, stderr, stdout } = await plot(...args);
  expect(code).toBe(2);
  expect(stderr).toContain(said);
  expect(stdout).toBe('');
});

it('explains a picture that would be empty', async () => {
  const { code, stdout } = await plot('history', 'adds 1', '--metric', 'gc_time');
  expect(code).toBe(0);
  expect(stdout).toContain('No item has gc_time.');
});
