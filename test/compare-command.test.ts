/** `spanmeter compare`, from a history to what it prints and how it ends. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import stringWidth from 'fast-string-width';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MS, readingRecord, sessionRecord, writeHistory } from './helpers/history.js';
import { BIN, run, type Ended } from './helpers/script.js';

const HOSTILE = '\u001b[2J <img src=x> | **bold** [a](http://evil.example) @someone `code`\nline';
let folder: string;

/** Four runs of main, four of `slow` (half as much again), and one of main that is not finished. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'spanmeter-compare-'));
  const sessions = Array.from({ length: 8 }, (_, index) => {
    const branch = index < 4 ? 'main' : 'slow';
    const made = sessionRecord(`${index}abc`, {
      scm: { branch, revision: `${index < 4 ? 'aaaa' : 'bbbb'}0000` },
      tags: { kind: HOSTILE, half: index < 4 ? 1 : 2 },
    });
    return { ...made, startedAt: made.startedAt + index * 60e6 };
  });
  const { finishedAt: _, ...unfinished } = sessionRecord('9abc', { scm: { branch: 'main', revision: 'aaaa0000' }, startedAt: 1 });
  const readings = sessions.flatMap(({ id }, index) => [
    readingRecord(id, 1, { name: HOSTILE, file: 'test/a.test.ts' }, { cpu_time: (1000 + index) * (index < 4 ? 1 : 1.5) * MS }),
    readingRecord(id, 2, { name: 'small', file: 'test/a.test.ts' }, { cpu_time: (1 + index) * MS }),
  ]);
  await writeHistory(join(folder, 'h.db'), [...sessions, unfinished], readings);
  await writeHistory(join(folder, 'empty.db'), []);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function compare(args: readonly string[], env: NodeJS.ProcessEnv = {}, db = 'h.db'): Promise<Ended> {
  return run(process.execPath, [BIN, 'compare', ...args, '--db', join(folder, db)], { cwd: folder, env });
}

it('a regression is the first thing that it says, and the exit code is 1', async () => {
  const { stdout, stderr, code } = await compare(['main', 'slow']);
  expect(stdout).toMatch(/^A +main, 4 runs .*\nB +slow, 4 runs .*\n\n1 regression in 1 item, 1 unchanged\n/);
  expect(stdout).toMatch(/^regressed .*cpu +1\.0 s +1\.5 s +\+506\.8 ms +x1\.51 /m);
  expect(stdout).toMatch(/differs +revision aaaa0000 -> bbbb0000\n +branch main -> slow\n +tag half 1 -> 2\n/);
  expect(stderr).toContain("1 of 'main' not finished (running, or killed): left out.");
  expect(code).toBe(1);
});

it.each([40, 80, 120])('fits %d columns, and obeys nothing in titles', async (columns) => {
  const { stdout } = await compare(['main', 'slow', '--all'], { COLUMNS: String(columns) });
  expect(stdout).not.toContain('\u001b');
  for (const line of stdout.split('\n')) expect(stringWidth(line), line).toBeLessThanOrEqual(columns);
});

it('ends with 0 after an improvement', async () => {
  const { stdout, code } = await compare(['slow', 'main']);
  expect(stdout).toContain('No regression: 1 improvement, 1 unchanged');
  expect(code).toBe(0);
});

it('with one run a side there are suspects, and 3 with --strict', async () => {
  const { stdout, code } = await compare(['main:1', 'slow:1', '--metric', 'cpu']);
  expect(stdout).toContain('1 suspect, 1 unchanged');
  expect(stdout).toContain('With one run on each side nothing can be called a regression');
  expect([code, (await compare(['main:1', 'slow:1', '--strict'])).code]).toEqual([0, 3]);
});

it('as Markdown, titles stay text', async () => {
  const { stdout, code } = await compare(['main', 'slow', '--markdown']);
  for (const markup of ['<img', '**bold', '](http', '@someone', '`code', '\u001b']) expect(stdout).not.toContain(markup);
  expect(stdout.split('\n').filter((line) => line.startsWith('| 🔴')).map((line) => line.split('|').length)).toEqual([12, 11]); // prettier-ignore
  expect(code).toBe(1);
});

it('a threshold has a share, a floor, or both; what is not named stays', async () => {
  const { stdout } = await compare(['main', 'slow', '--json', '--threshold', 'cpu=60%', '--threshold', 'cpu=1000']);
  expect(JSON.parse(stdout).thresholds).toEqual({ cpu_time: { ratio: 0.6, floor: 1000 } });
});

it('as JSON, with the thresholds that were set', async () => {
  const { stdout, code } = await compare(['main', 'slow', '--json', '--threshold', 'cpu=60%,10ms', '--q', '0.1']);
  const { schema, counts, thresholds, q } = JSON.parse(stdout);
  expect([schema, counts.regressed, q, code]).toEqual([1, 0, 0.1, 0]);
  expect(thresholds).toEqual({ cpu_time: { ratio: 0.6, floor: 10 * MS } });
});

describe('sides', () => {
  it.each([
    [['aaaa', 'bbbb0000']],
    [['half=1', 'half=2']],
    [['last:8', 'slow']],
    [['0abc,1abc,2abc,3abc', 'slow:4']],
    [['main', 'slow:3,4abc']],
  ])('%j', async (args) => expect((await compare(args)).code).toBe(1));

  it('what is on both counts as B, and that is said', async () => {
    const { stdout, stderr } = await compare(['last:8', 'slow']);
    expect(stdout).toMatch(/^A +last:8, 4 runs /);
    expect(stderr).toContain("4 runs of A are among B's, and left out of A.");
  });

  it.each([
    [['slow', 'slow'], /all runs of 'slow' are among those of 'slow'/],
    [['nosuch'], /No run is called 'nosuch'/],
    [['slo', 'main'], /No run is called 'slo'\. Did you mean 'slow'\?/],
    [['last~9'], /there are only 9/],
    [['last:0'], /at least 1/],
    [['--threshold', 'cpu'], /cpu=5%,50ms/],
    [['--threshold', 'cpu=5%,5MiB'], /For the floor of cpu: a time/],
    [['--kind', 'tets'], /no kind 'tets'.*Measured were: test \(4\)/s],
    [['--metric', 'heap'], /no cost/],
    [['--metric', 'cpo'], /cpu/],
    [['--q', '2'], /between 0 and 1/],
  ])('%j is refused', async (args, message) => {
    const { stderr, code } = await compare(args);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  it('an empty history says what to do', async () => {
    for (const args of [[], ['last:10', 'last'], ['main', 'slow']])
      expect((await compare(args, {}, 'empty.db')).stderr).toContain('Record one: spanmeter run');
  });
});
