/** Journals that are damaged, can't be read or are there twice: the run ends as it would, the others are delivered, and none is lost. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { JournalEncoder } from '../dist/journal/encode.js';
import { LineBuffer } from '../dist/journal/line-buffer.js';
import { METRIC_INDEX } from '../dist/model/metrics.js';
import type { StoredReading } from '../dist/store/contract.js';
import { openStore } from '../dist/store/index.js';
import { BIN, PACKAGE, run, runScript, type Ended } from './helpers/script.js';
import { mountSmall } from './helpers/small-disk.js';
import { temporaryFolder } from './helpers/temporary.js';

let root: string;
let home: string;
let spare: string;

beforeEach(() => {
  root = temporaryFolder();
  home = join(root, '.spanmeter/journal');
  spare = temporaryFolder();
  writeFileSync(join(root, 'package.json'), '{"name":"project"}');
});

function spanmeter(...args: string[]): Promise<Ended> {
  return run(process.execPath, [BIN, ...args], { cwd: root, env: { TMPDIR: spare } });
}

/** @param source that runs under `spanmeter run`, with `folder`, where the journals lie, and `own`, its own one */
function underRun(source: string): Promise<Ended> {
  const prelude = `
    const { span } = require(${JSON.stringify(PACKAGE)});
    const fs = require('node:fs');
    const { folder } = JSON.parse(process.env.SPANMETER_SESSION);
    const own = () => folder + '/' + fs.readdirSync(folder).find((name) => name.startsWith(process.pid + '-'));`;
  return spanmeter('run', '--quiet', '--', process.execPath, '-e', prelude + source);
}

async function readings(): Promise<StoredReading[]> {
  const store = await openStore(join(root, '.spanmeter/history.db'), { readonly: true });
  try {
    const sessions = await store.sessions();
    return (await Promise.all(sessions.map(({ id }) => store.readings({ session: id })))).flat();
  } finally {
    await store.close();
  }
}

async function spans(): Promise<string[]> {
  return (await readings()).filter(({ identity }) => identity.kind === 'span').map(({ identity }) => identity.name);
}

function warningsOf({ stderr }: Ended): string[] {
  return stderr.split('\n').filter((line) => line !== '');
}

function onlyPlace(): string {
  const [place = '', ...others] = readdirSync(home);
  expect(others).toEqual([]);
  return join(home, place);
}

describe('a journal that cannot be read', () => {
  it('costs neither the exit code nor the other journals, and waits', async () => {
    const ended = await underRun(`span('a').stop(); fs.mkdirSync(folder + '/x.journal'); process.exitCode = 3;`);
    expect([ended.code, ended.stdout]).toEqual([3, '']);
    const [warning, ...others] = warningsOf(ended);
    expect(others).toEqual([]);
    expect(warning).toContain(`${join(onlyPlace(), 'x.journal')} (EISDIR)`);
    expect(await spans()).toEqual(['a']);
    expect(readdirSync(onlyPlace()).sort()).toEqual(['owner.lock', 'session.json', 'x.journal']);

    const again = await spanmeter('recover');
    expect([again.code, again.stdout]).toEqual([2, expect.stringMatching(/could not be read, and is kept: .*x\.journal \(EISDIR\)/)]);
    rmSync(join(onlyPlace(), 'x.journal'), { recursive: true });
    expect((await spanmeter('recover')).code).toBe(0);
    expect(existsSync(home)).toBe(false);
    expect(await spans()).toEqual(['a']);
  });

  it.each([
    ['of another version', 'H\t2\tsession\t1-0-a\t1\t0\t1\t\twall_time\tand more', '1-0-a', /its version is 2/],
    ['of another session', 'H\t1\tsession\t1-0-a\t1\t0\t1\t\twall_time', '1-0-a', /another session/],
  ])('%s is said and kept, run after run, until somebody removes it', async (_, header, name, reason) => {
    const line = new LineBuffer();
    line.add(header);
    writeFileSync(join(root, 'bytes'), line.bytes());
    const first = await underRun(`span('a').stop(); fs.copyFileSync('bytes', folder + '/${name}.journal');`);
    const path = join(onlyPlace(), `${name}.journal`);
    const second = await underRun(`span('b').stop();`);
    for (const ended of [first, second]) {
      expect(ended.code).toBe(0);
      expect(warningsOf(ended)).toEqual([expect.stringContaining(path)]);
      expect(ended.stderr).toMatch(reason);
    }
    expect((await spans()).sort()).toEqual(['a', 'b']);
    expect(readFileSync(path).equals(line.bytes())).toBe(true);
    rmSync(path);
    expect((await underRun('')).stderr).toBe('');
    expect(existsSync(home)).toBe(false);
  });

  it('of noise is said and kept', async () => {
    const ended = await underRun(`span('a').stop(); fs.writeFileSync(folder + '/7-0-z.journal', 'noise\\n'.repeat(1000));`);
    expect(warningsOf(ended)).toEqual([expect.stringMatching(/7-0-z\.journal \(every line is damaged\)/)]);
    expect(readdirSync(onlyPlace())).toContain('7-0-z.journal');
  });

  it('while nobody wants a history, is not waited for', async () => {
    const ended = await runScript(
      `const session = await openSession({ db: false });
       require('node:fs').writeFileSync(JSON.parse(process.env.SPANMETER_SESSION).folder + '/x.journal', 'noise');
       console.log((await session.close()).warnings.join('|'));`,
      { cwd: root, env: { TMPDIR: spare } },
    );
    expect(ended.stdout).toMatch(/^One journal could not be read: \S+x\.journal \([^|]*\)\.\n$/);
    expect(existsSync(home)).toBe(false);
  });
});

it("trouble with what is known of the command's processes changes nothing that it ended with", async () => {
  const source = `
    const session = await openSession();
    const { recordCommand } = require(${JSON.stringify(join(PACKAGE, 'dist/session/record-command.js'))});
    const child = require('node:child_process').spawn(process.execPath, ['-e', 'setTimeout(() => process.exit(3), 100)']);
    const wait = (started) => new Promise((ended) => { started(child.pid); child.on('exit', (code) => ended({ code })); });
    const { code } = await recordCommand(session.recorder, 'it', wait, () => { throw new Error('disk on fire'); });
    await session.close();
    console.log(code);`;
  const ended = await runScript(source, { cwd: root, env: { TMPDIR: spare } });
  expect([ended.code, ended.stdout]).toEqual([0, '3\n']);
  expect(warningsOf(ended)).toEqual([expect.stringContaining('disk on fire')]);
  const [whole] = await readings();
  expect(whole?.values[METRIC_INDEX.wall_time]).toBeGreaterThan(0);
  expect(whole?.values[METRIC_INDEX.tree_peak_low]).toBeNaN();
});

it('a damaged header and a damaged line cost that line, and are said', async () => {
  const ended = await underRun(`
    for (const name of ['a', 'b', 'c']) span(name).stop();
    const lines = fs.readFileSync(own(), 'latin1').split('\\n');
    lines[0] = lines[0].replace('H\\t1', 'H\\t7');
    lines[3] = lines[3].replace('B\\t2', 'B\\t9');
    fs.writeFileSync(own(), lines.join('\\n'), 'latin1');`);
  expect(ended.code).toBe(0);
  // The header, where b began, and where it ended.
  expect(warningsOf(ended)).toEqual([expect.stringMatching(/3 journal lines were torn or damaged; the rest was kept/)]);
  expect(await spans()).toEqual(['a', 'c']);
  for (const { values } of await readings()) expect(values[METRIC_INDEX.wall_time]).toBeGreaterThan(0);
  expect(existsSync(home)).toBe(false);
});

it('a journal that went on in the temporary folder tells all: what came later counts', async (context) => {
  mkdirSync(join(root, '.spanmeter'));
  if (!mountSmall(join(root, '.spanmeter'))) context.skip('this user may not mount a file system');
  const source = `
    const session = await openSession({ db: 'history.db', scopes: ['test'] });
    const { recorder } = session;
    const begin = (name) => recorder.open({ kind: 'test', name, file: 'a.test.js' });
    const [failing, marked, skipped] = ['fails in a hook', 'marked', 'left out'].map(begin);
    recorder.close(failing, 'passed');
    try { require('node:fs').writeFileSync('.spanmeter/full', Buffer.alloc(9 << 20)); } catch {}
    // The rest of the last page is free even now.
    for (let index = 0; index < 40; index += 1) recorder.note({ kind: 'test', name: 'note ' + index + 'x'.repeat(200) }, 'skipped');
    recorder.amend(failing, 'failed');
    recorder.mark(marked, { component: 'later', tags: { later: 'yes' } });
    recorder.close(marked, 'passed');
    recorder.mark(skipped, { skip: true });
    const folders = Object.values(JSON.parse(process.env.SPANMETER_SESSION)).filter((each) => require('node:fs').existsSync(String(each) + '/owner.lock'));
    console.log(folders.map((each) => require('node:fs').readdirSync(each).filter((name) => name.endsWith('.journal')).length).join());
    await session.close();`;
  const ended = await runScript(source, { cwd: root, env: { TMPDIR: spare } });
  expect([ended.stderr, ended.stdout]).toEqual(['', '1,1\n']);
  const store = await openStore(join(root, 'history.db'), { readonly: true });
  const [session] = await store.sessions();
  const rows = (await store.readings({ session: session!.id })).filter(({ identity }) => !identity.name.startsWith('note'));
  await store.close();
  expect(rows.map(({ identity, status, component, tags }) => [identity.name, status, component, tags])).toEqual([
    ['fails in a hook', 'failed', '', {}],
    ['marked', 'passed', 'later', { later: 'yes' }],
  ]);
});

describe('what is known of a session', () => {
  it('survives a full disk as it was', async (context) => {
    if (!mountSmall(root)) context.skip('this user may not mount a file system');
    const { readFacts, writeFacts } = await import('../dist/session/facts.js');
    const place = { session: 'a'.repeat(32), folder: root };
    const session = {
      id: place.session,
      startedAt: 1,
      description: 'as it was',
      tags: {},
      scm: {},
      context: { hash: '' },
      command: '',
      root,
      packages: [],
    };
    expect(writeFacts([place], { session, db: false })).toBeUndefined();
    execFileSync('sh', ['-c', 'cat /dev/zero > full 2>/dev/null; true'], { cwd: root });
    expect(writeFacts([place], { session: { ...session, description: 'x'.repeat(100_000) }, db: false })).toMatch(/ENOSPC/);
    expect(readFacts([place])?.session).toEqual(session);
    expect(readdirSync(root).sort()).toEqual(['full', 'session.json']);
  });

  it('in the history is not forgotten for a journal that comes later, without its facts', async () => {
    await spanmeter('run', '--quiet', '--tag', 'nightly', '--description', 'well known', '--', process.execPath, '-e', '');
    const [row] = await readings();
    const { foreign: _, ...record } = row!;
    const encoder = new JournalEncoder({ session: record.session, writer: '7-0-z', startedAt: record.startedAt });
    encoder.add({ ...record, writer: '7-0-z', sequence: 1 } as never);
    mkdirSync(join(home, record.session), { recursive: true });
    writeFileSync(join(home, record.session, '7-0-z.journal'), encoder.bytes());
    expect((await spanmeter('recover')).stdout).toMatch(/1 record delivered/);
    const store = await openStore(join(root, '.spanmeter/history.db'), { readonly: true });
    const session = await store.session(record.session);
    await store.close();
    expect(session).toMatchObject({ description: 'well known', tags: { nightly: true }, exitCode: 0 });
    expect(session?.command).not.toBe('');
    expect(session?.context.hash).not.toBe('');
    expect(await readings()).toHaveLength(2);
  });

  it('is complete when its lock is let go', async () => {
    writeFileSync(join(root, 'not.db'), 'this is a text file, not a database'.repeat(100));
    const source = `
      const session = await openSession({ db: 'not.db' });
      span('a').stop();
      const { binding } = require(${JSON.stringify(join(PACKAGE, 'dist/collector/index.js'))}).collector();
      const { folder } = JSON.parse(process.env.SPANMETER_SESSION);
      const { unlock } = binding;
      const seen = [];
      binding.unlock = (lock) => {
        seen.push(JSON.parse(require('node:fs').readFileSync(folder + '/session.json', 'utf8')).session);
        unlock(lock);
      };
      await session.close({ exitCode: 5 });
      console.log(JSON.stringify(seen.map(({ finishedAt, exitCode }) => [typeof finishedAt, exitCode])));`;
    const { stdout, stderr } = await runScript(source, { cwd: root, env: { TMPDIR: spare } });
    expect([stderr, JSON.parse(stdout)]).toEqual([
      '',
      [
        ['number', 5],
        ['number', 5],
      ],
    ]);
  });
});
