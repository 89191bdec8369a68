/** Journals and locks, as the add-on and its imitation keep them. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Binding } from '../dist/collector/binding.js';
import { createFallback } from '../dist/collector/fallback.js';
import { loadAddon } from '../dist/collector/load.js';
import { runScript } from './helpers/collector-script.mjs';
import { temporaryFolder } from './helpers/temporary.js';

const { ENOENT, EBADF, EWOULDBLOCK, ENOSPC, EISDIR, EFBIG } = constants.errno;
const modes: readonly (readonly [string, Binding, string])[] = [
  ['add-on', loadAddon().binding!, '1'],
  ['JavaScript', createFallback([]), '0'],
];

/** h = h * 31 + byte over the UTF-8 bytes, from 7, in 32 bits: written down once more, to be compared with. */
function sum(line: string): string {
  let hash = 7n;
  for (const byte of Buffer.from(line)) hash = (hash * 31n + BigInt(byte)) % 2n ** 32n;
  return hash.toString(16).padStart(8, '0');
}

const lineOf = (text: string): string => `${text}\t${sum(text)}\n`;

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

describe.each(modes)('journals: %s', (_mode, binding, native) => {
  it.each([
    ['plain text', 'begin 1 a test'],
    ['nothing', ''],
    ['tabs and quotes', 'a\tb"c\\'],
    ['text of other scripts', 'größe 测试 🙂 \u{10ffff}'],
    ['NUL', 'a\0b'],
    ['a megabyte', 'x🙂'.repeat(2 ** 18)],
    ['text that just fits a buffer of 4 KiB, or just does not', 'ü'.repeat(2040)],
  ])('appends %s with its checksum', (_what, line) => {
    const path = join(folder, 'journal');
    const handle = binding.journalOpen(path);
    expect(handle).toBeGreaterThanOrEqual(0);
    for (const text of ['first', line, `${line}x`, 'last']) expect(binding.journalAppend(handle, text)).toBe(0);
    binding.journalClose(handle);
    expect(readFileSync(path, 'utf8')).toBe(['first', line, `${line}x`, 'last'].map(lineOf).join(''));
  });

  it('appends the numbers of a slot behind a line, without the absent ones at the end', () => {
    const path = join(folder, 'journal');
    const handle = binding.journalOpen(path);
    const numbers = [NaN, 0, 7, NaN, NaN, 2 ** 53 - 1, 1.5, 2 ** 31, NaN, NaN];
    const kept = binding.numbers.slice(0, numbers.length);
    binding.numbers.set(numbers);
    expect(binding.journalAppendSlot(handle, 'E', 0, numbers.length)).toBe(0);
    binding.numbers.set(kept);
    binding.journalClose(handle);
    expect(readFileSync(path, 'utf8')).toBe(lineOf(`E\t\t0\t7\t\t\t${2 ** 53 - 1}\t1.5\t${2 ** 31}`));
  });

  it('keeps every length of line whole', () => {
    const path = join(folder, 'journal');
    const handle = binding.journalOpen(path);
    const lines = Array.from({ length: 300 }, (_, index) => '€'.repeat(1280 + index));
    for (const line of lines) expect(binding.journalAppend(handle, line)).toBe(0);
    binding.journalClose(handle);
    expect(readFileSync(path, 'utf8')).toBe(lines.map(lineOf).join(''));
  });

  it('says why a journal can not be opened', () => {
    expect(binding.journalOpen(join(folder, 'missing', 'journal'))).toBe(-ENOENT);
    expect(binding.journalOpen(folder)).toBe(-EISDIR);
  });

  it('knows no journal that was closed or never opened', () => {
    const handle = binding.journalOpen(join(folder, 'journal'));
    binding.journalClose(handle);
    binding.journalClose(handle);
    expect(binding.journalAppend(handle, 'x')).toBe(EBADF);
    expect(binding.journalAppend(-1, 'x')).toBe(EBADF);
    expect(binding.journalAppend(1e6, 'x')).toBe(EBADF);
    expect(binding.journalMove(handle, join(folder, 'other'))).toBe(EBADF);
  });

  it('tells when its file was deleted, and goes on elsewhere with all that was written', () => {
    const path = join(folder, 'journal');
    const moved = join(folder, 'moved');
    const handle = binding.journalOpen(path);
    const long = 'long '.repeat(40_000);
    binding.journalAppend(handle, long);
    rmSync(path);
    expect(binding.journalAppend(handle, 'after')).toBe(-1);
    expect(binding.journalMove(handle, join(folder, 'missing', 'journal'))).toBe(ENOENT);
    expect(binding.journalMove(handle, moved)).toBe(0);
    expect(binding.journalAppend(handle, 'later')).toBe(0);
    binding.journalClose(handle);
    expect(readFileSync(moved, 'utf8')).toBe([long, 'after', 'later'].map(lineOf).join(''));
    expect(existsSync(path)).toBe(false);
  });

  it('starts on a new line behind one that was cut off', () => {
    const path = join(folder, 'journal');
    writeFileSync(path, `${lineOf('whole')}cut o`);
    const handle = binding.journalOpen(path);
    binding.journalAppend(handle, 'next');
    binding.journalAppend(handle, 'another');
    binding.journalClose(handle);
    expect(readFileSync(path, 'utf8')).toBe(`${lineOf('whole')}cut o\n${lineOf('next')}${lineOf('another')}`);
  });

  it('goes on at the end when somebody else shortens the file', () => {
    const path = join(folder, 'journal');
    const handle = binding.journalOpen(path);
    binding.journalAppend(handle, 'a long first line');
    truncateSync(path);
    binding.journalAppend(handle, 'second');
    binding.journalClose(handle);
    expect(readFileSync(path, 'utf8')).toBe(lineOf('second'));
  });

  it.runIf(process.platform === 'linux')('hands on that the disk is full', () => {
    const handle = binding.journalOpen('/dev/full');
    expect(binding.journalAppend(handle, 'x')).toBe(ENOSPC);
    binding.journalClose(handle);
  });

  it('does not glue the next line to a write that was cut short', () => {
    // The limit of 1 block lets only a part of the second line through; without the handler the signal would kill.
    const { codes, text } = runScript<{ codes: number[]; text: string }>(
      `
      process.on('SIGXFSZ', () => undefined);
      const fs = require('node:fs');
      const { binding } = collector();
      const handle = binding.journalOpen('journal');
      const codes = ['first', 'x'.repeat(3000)].map((line) => binding.journalAppend(handle, line));
      fs.truncateSync('journal', 40);
      codes.push(binding.journalAppend(handle, 'third'));
      print({ codes, text: fs.readFileSync('journal', 'utf8') });`,
      { env: { SPANMETER_NATIVE: native }, before: ['sh', '-c', 'ulimit -f 1; exec "$@"', 'sh'] },
    );
    expect(codes).toEqual([0, EFBIG, 0]);
    expect(text).toBe(`${lineOf('first')}${'x'.repeat(40 - lineOf('first').length)}\n${lineOf('third')}`);
  });

  it.runIf(process.platform === 'linux')('is not inherited by child processes', () => {
    const handle = binding.journalOpen(join(folder, 'journal'));
    const lock = binding.lock(join(folder, 'lock'));
    const { stdout } = spawnSync('sh', ['-c', 'ls -l /proc/$$/fd'], { encoding: 'utf8' });
    expect(stdout).toMatch(/ -> /);
    expect(stdout).not.toMatch(/journal|lock|clear_refs|statm|status/);
    binding.journalClose(handle);
    binding.unlock(lock);
  });
});

describe('locks', () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  /** A process that holds the lock until it is killed. */
  async function holder(path: string, native: string): Promise<ChildProcess> {
    const collector = resolve(import.meta.dirname, '..', 'dist', 'collector', 'index.js');
    const script = `console.log(require(process.argv[1]).collector().binding.lock(process.argv[2])); setInterval(() => undefined, 1000);`;
    const child = spawn(process.execPath, ['-e', script, collector, path], {
      env: { ...process.env, SPANMETER_NATIVE: native },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const [answer] = (await once(child.stdout, 'data')) as [Buffer];
    expect(answer.toString()).toBe('0\n');
    return child;
  }

  it.each(modes.flatMap(([mine, binding]) => modes.map(([theirs, , native]) => [mine, theirs, binding, native] as const)))(
    '%s respects %s, until that process dies',
    async (_mine, _theirs, binding, native) => {
      const path = join(folder, 'owner.lock');
      const child = await holder(path, native);
      expect(binding.lock(path)).toBe(-EWOULDBLOCK);
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
      const handle = binding.lock(path);
      expect(handle).toBeGreaterThanOrEqual(0);
      binding.unlock(handle);
    },
  );

  it.each(modes)('%s: is held against its own process too, and free after it was given back', (_mode, binding) => {
    const path = join(folder, 'owner.lock');
    const handle = binding.lock(path);
    expect(binding.lock(path)).toBe(-EWOULDBLOCK);
    binding.unlock(handle);
    binding.unlock(handle);
    const again = binding.lock(path);
    expect(again).toBeGreaterThanOrEqual(0);
    binding.unlock(again);
  });

  it.each(modes)('%s: what was given back is free for the other kind', (_mode, binding) => {
    const path = join(folder, 'owner.lock');
    binding.unlock(binding.lock(path));
    for (const [, other] of modes) {
      const handle = other.lock(path);
      expect(handle).toBeGreaterThanOrEqual(0);
      other.unlock(handle);
    }
  });

  it.each(modes)('%s: a folder that was removed meanwhile is no trouble', (_mode, binding) => {
    const inner = join(folder, 'inner');
    writeFileSync(inner, '');
    const handle = binding.lock(inner);
    rmSync(inner);
    binding.unlock(handle);
    expect(existsSync(inner)).toBe(false);
    expect(binding.lock(join(folder, 'missing', 'owner.lock'))).toBe(-ENOENT);
  });

  it.each(modes)('%s: takes a lock over whose text is damaged', (_mode, binding) => {
    const path = join(folder, 'owner.lock');
    closeSync(openSync(path, 'w'));
    for (const text of ['', 'nonsense\n', '99999999 1 javascript\n', `${process.pid} 1 javascript\n`]) {
      writeFileSync(path, text);
      const handle = binding.lock(path);
      expect(handle).toBeGreaterThanOrEqual(0);
      binding.unlock(handle);
    }
  });
});
