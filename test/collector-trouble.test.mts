/** What a machine, a container or the process itself may forbid or spoil: caused for real, in processes of their own. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { Capabilities } from '../dist/collector/binding.js';
import { runScript } from './helpers/collector-script.mjs';

const MIB = 2 ** 20;
type Numbers = Record<string, number | 'absent'>;
interface Result {
  capabilities: Capabilities;
  quiet: Numbers;
  risen: Numbers;
}

/** Measures a span that allocates nothing, and one that rises far above all that was before. */
const MEASURE = `
  warmUp();
  const quiet = measure(() => undefined, 'full');
  const risen = measure(() => helper.hold(200 * MIB, 1), 'full');
  print({ capabilities: collector().capabilities, quiet, risen });`;

function expectOnlyRises({ capabilities, quiet, risen }: Result): void {
  expect(capabilities).toMatchObject({ mode: 'native', peakMode: 'left' });
  expect(quiet).toMatchObject({ peak_rss: 'absent', peak_growth: 'absent', cpu_time: expect.any(Number) as unknown });
  expect(risen.peak_growth).toBeGreaterThan(150 * MIB);
  expect(risen.peak_growth).toBeLessThan(210 * MIB);
}

/** Whether this machine lets us make a mount namespace: without it, /proc can't be changed for a test. */
const canUnshare = process.platform === 'linux' && spawnSync('unshare', ['-m', 'true']).status === 0;

describe.runIf(process.platform === 'linux')('no permission', () => {
  it('to reset the peak: says so, and shows the peaks that rise above all before', () => {
    // Files of /proc/self belong to root then. Root itself could open them all the same.
    const result = runScript<Result>(`if (process.getuid() === 0) process.setuid(65534);\nhelper.undumpable();\n${MEASURE}`);
    expectOnlyRises(result);
    expect(result.capabilities.reasons).toContain('open /proc/self/clear_refs: EACCES');
  });

  it('any more, after the add-on was loaded: what was opened goes on working', () => {
    const result = runScript<Result>(
      `collector();\nif (process.getuid() === 0) process.setuid(65534);\nhelper.undumpable();\nprocess.chdir('/');\n${MEASURE}`,
    );
    expect(result.capabilities).toMatchObject({ peakMode: 'maxrss', reasons: [] });
    expect(result.quiet.peak_growth).toBeLessThan(MIB);
    expect(result.risen.peak_growth).toBeGreaterThan(199 * MIB);
  });

  it.runIf(canUnshare)('because /proc is read-only', () => {
    const before = ['unshare', '-m', 'sh', '-c', 'mount -o remount,ro,bind /proc && exec "$@"', 'sh'];
    const result = runScript<Result>(MEASURE, { before });
    expectOnlyRises(result);
    expect(result.capabilities.reasons).toEqual(['open /proc/self/clear_refs: EROFS']);
    expect(result.risen.rss_before).toEqual(expect.any(Number));
  });

  it.runIf(canUnshare)('because /proc is missing', () => {
    const before = ['unshare', '-m', 'sh', '-c', 'mount -t tmpfs none /proc && exec "$@"', 'sh'];
    const { capabilities, risen } = runScript<Result>(MEASURE, { before });
    expect(capabilities.peakMode).toBe('left');
    expect(capabilities.reasons).toEqual(['clear_refs', 'statm', 'status'].map((name) => `open /proc/self/${name}: ENOENT`));
    const why = 'open /proc/self/statm: ENOENT';
    expect(capabilities.missing).toMatchObject({ rss_before: why, rss_after: why, peak_growth: why });
    expect(capabilities.missing).not.toHaveProperty('peak_rss');
    expect(risen).toMatchObject({ rss_before: 'absent', rss_after: 'absent', peak_growth: 'absent' });
    // The kernel's record rose, and says to where; from where is not known.
    expect(risen.peak_rss).toBeGreaterThan(200 * MIB);
    expect(risen.minor_faults).toBeGreaterThan(50_000);
  });
});

describe.runIf(process.platform === 'linux')('the process', () => {
  it('has used up its file descriptors and left a folder that is gone', () => {
    const result = runScript<Result>(
      `
      const fs = require('node:fs');
      fs.mkdirSync('gone'); process.chdir('gone');
      collector();
      fs.rmdirSync('../gone');
      const opened = [];
      try { for (;;) opened.push(fs.openSync('/dev/null')); } catch (error) { if (error.code !== 'EMFILE') throw error; }
      ${MEASURE}`,
      { before: ['sh', '-c', 'ulimit -n 128; exec "$@"', 'sh'] },
    );
    expect(result.capabilities.peakMode).toBe('maxrss');
    expect(result.quiet.peak_growth).toBeLessThan(MIB);
    expect(result.risen.peak_growth).toBeGreaterThan(199 * MIB);
  });

  it('has closed our descriptors: nothing is written into files that it opens next', () => {
    const { text, numbers } = runScript<{ text: string; numbers: Numbers }>(`
      const fs = require('node:fs');
      measure(() => undefined);
      for (const name of fs.readdirSync('/proc/self/fd')) {
        let target = '';
        try { target = fs.readlinkSync('/proc/self/fd/' + name); } catch {}
        if (/clear_refs|statm|status/.test(target)) fs.closeSync(Number(name));
      }
      const few = ['a', 'b', 'c', 'd'].map((name) => fs.openSync(name, 'w+'));
      measure(() => undefined, 'full');
      // Now that it was noticed, also where the numbers that were ours are taken.
      const many = Array.from({ length: 80 }, (_, index) => fs.openSync('e' + index, 'w+'));
      const mine = [...few, ...many];
      const numbers = measure(() => undefined, 'full');
      print({ numbers, text: mine.map((descriptor) => fs.readFileSync(descriptor, 'utf8')).join('') });`);
    expect(text).toBe('');
    expect(numbers).toMatchObject({
      peak_growth: 'absent',
      rss_before: 'absent',
      rss_after: 'absent',
      wall_time: expect.any(Number) as unknown,
    });
  });

  it('was started by a large one, whose peak ru_maxrss shows for ever', () => {
    const result = runScript<Result & { parent: number; maxRss: number; small: Numbers; large: Numbers; core: Numbers; nested: Numbers }>(`
      if (process.argv[2] === undefined) {
        const { spawnSync } = require('node:child_process');
        helper.keep(400 * MIB);
        const { stdout, stderr, status } = spawnSync(process.execPath, [__filename, 'child'], { encoding: 'utf8' });
        if (status !== 0) throw new Error(stderr);
        process.stdout.write(stdout);
      } else {
        const maxRss = process.resourceUsage().maxRSS * 1024;
        warmUp();
        const small = measure(() => helper.hold(16 * MIB, 1), 'full');
        const core = measure(() => helper.hold(16 * MIB, 1), 'core');
        let inner;
        const outer = measure(() => { helper.hold(32 * MIB, 1); inner = measure(() => helper.hold(8 * MIB, 1)); });
        const large = measure(() => helper.hold(600 * MIB, 1), 'full');
        const after = measure(() => helper.hold(16 * MIB, 1), 'full');
        print({ maxRss, small, core, large, quiet: after, risen: outer, nested: inner, capabilities: collector().capabilities, parent: 0 });
      }`);
    expect(result.maxRss).toBeGreaterThan(400 * MIB);
    expect(result.capabilities).toMatchObject({ peakMode: 'hwm', reasons: [] });
    const bound = result.capabilities.peakBound + MIB / 2;
    const off = (numbers: Numbers, expected: number): number => Math.abs((numbers.peak_growth as number) - expected * MIB);
    expect(off(result.small, 16)).toBeLessThan(bound);
    expect(off(result.core, 16)).toBeLessThan(bound);
    expect(off(result.risen, 32)).toBeLessThan(bound);
    expect(off(result.nested, 8)).toBeLessThan(bound);
    expect(off(result.large, 600)).toBeLessThan(bound);
    expect(off(result.quiet, 16)).toBeLessThan(bound);
    expect(result.small.peak_rss).toBeLessThan(200 * MIB);
  });

  it('gets into that state late, when it shrinks below what its parent had', () => {
    const { before, after, mode } = runScript<{ before: Numbers; after: Numbers; mode: string }>(`
      if (process.argv[2] === undefined) {
        const { spawnSync } = require('node:child_process');
        helper.keep(150 * MIB);
        const { stdout, stderr, status } = spawnSync(process.execPath, [__filename, 'child'], { encoding: 'utf8' });
        if (status !== 0) throw new Error(stderr);
        process.stdout.write(stdout);
      } else {
        helper.keep(300 * MIB);
        warmUp();
        const before = measure(() => helper.hold(16 * MIB, 1));
        helper.giveBack();
        const after = measure(() => helper.hold(16 * MIB, 1));
        print({ before, after, mode: collector().capabilities.peakMode });
      }`);
    expect(mode).toBe('hwm');
    expect(Math.abs((before.peak_growth as number) - 16 * MIB)).toBeLessThan(MIB);
    expect(Math.abs((after.peak_growth as number) - 16 * MIB)).toBeLessThan(MIB);
  });

  it('had its peak reset by somebody else: the number is marked as a lower bound', () => {
    const { disturbed, undisturbed } = runScript<{ disturbed: Numbers; undisturbed: Numbers }>(`
      const { execFileSync } = require('node:child_process');
      const reset = () => execFileSync('sh', ['-c', 'printf 5 > /proc/' + process.pid + '/clear_refs']);
      reset();
      helper.keep(100 * MIB);
      const disturbed = measure(() => { helper.giveBack(); reset(); });
      helper.keep(100 * MIB);
      const undisturbed = measure(() => helper.giveBack());
      print({ disturbed, undisturbed });`);
    expect(disturbed.peakIsLowerBound).toBe(1);
    expect(undisturbed.peakIsLowerBound).toBe(0);
  });

  it('keeps its lifetime peak for those who ask, though resets hide it', () => {
    const { hidden, first, between, inside } = runScript<Record<string, number>>(`
      const { binding } = collector();
      helper.hold(100 * MIB, 1);
      measure(() => undefined);
      const first = binding.lifetimePeak();
      helper.hold(200 * MIB, 1);
      measure(() => undefined);
      const hidden = process.resourceUsage().maxRSS * 1024;
      const between = binding.lifetimePeak();
      measure(() => { helper.hold(300 * MIB, 1); measure(() => undefined); });
      measure(() => undefined);
      print({ hidden, first, between, inside: binding.lifetimePeak() });`) as Record<'hidden' | 'first' | 'between' | 'inside', number>;
    expect(hidden).toBeLessThan(100 * MIB);
    expect(first).toBeGreaterThan(100 * MIB);
    expect(between).toBeGreaterThan(200 * MIB);
    expect(inside).toBeGreaterThan(300 * MIB);
  });

  it('wants its peak left alone: no reset, and only what rises above it shows', () => {
    const result = runScript<Result & { maxRss: number[] }>(`
      collector().binding.setPeak('leave');
      helper.hold(100 * MIB, 1);
      const maxRss = [process.resourceUsage().maxRSS * 1024];
      const quiet = measure(() => helper.hold(16 * MIB, 1), 'full');
      maxRss.push(process.resourceUsage().maxRSS * 1024);
      const risen = measure(() => helper.hold(200 * MIB, 1));
      print({ capabilities: collector().capabilities, quiet, risen, maxRss });`);
    expectOnlyRises(result);
    expect(result.capabilities.reasons).toEqual([]);
    expect(result.maxRss[0]).toBeGreaterThan(100 * MIB);
    expect(result.maxRss[1]).toBeGreaterThanOrEqual(result.maxRss[0]!);
  });
});

it('without the add-on, shows a peak only where it rises above all before', () => {
  const { capabilities, quiet, risen } = runScript<Result>(MEASURE, { env: { SPANMETER_NATIVE: '0' } });
  expect(capabilities).toMatchObject({ mode: 'javascript', peakMode: 'left' });
  expect(risen.peak_growth).toBeGreaterThan(199 * MIB);
  expect(risen.peak_growth).toBeLessThan(210 * MIB);
  expect(quiet.wall_time).toEqual(expect.any(Number));
});
