import { createHash } from 'node:crypto';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os, { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readAllowedCpus } from '../dist/context/affinity.js';
import { readLimits } from '../dist/context/cgroup.js';
import { readCpu } from '../dist/context/cpu.js';
import { canonicalJson, shortHash } from '../dist/context/hash.js';
import { describeContext } from '../dist/context/index.js';
import { readLibc } from '../dist/context/libc.js';
import { readContext } from '../dist/context/machine.js';
import { readRuntime } from '../dist/context/runtime.js';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'spanmeter-machine-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function lay(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

const X86 = [0, 1].map(
  (cpu) => `processor\t: ${cpu}\nvendor_id\t: AuthenticAMD\nmodel name\t: AMD EPYC 7B13\ncpu MHz\t\t: 2449.998\nflags\t\t: fpu vme tsc\n`,
);

describe('the context', () => {
  it('is that of this machine, the same in every process', () => {
    const context = describeContext();
    expect(context).toMatchObject({ os: os.type(), arch: process.arch, runtime: 'node', runtimeVersion: process.versions.node });
    expect(context.runtimeDescription).toMatch(/^Node v\d+\.\d+\.\d+ \(V8 \d+\.\d+, \w+ \w+\)$/);
    expect(context.cpuCount).toBe(os.cpus().length);
    expect(context.memoryTotal).toBe(os.totalmem());
    expect(describeContext()).toBe(context);
    const module = join(__dirname, '..', 'dist', 'context', 'index.js');
    const script = 'process.stdout.write(JSON.stringify(require(process.argv[1]).describeContext()))';
    expect(JSON.parse(execFileSync(process.execPath, ['-e', script, module], { encoding: 'utf8' }))).toEqual(context);
  });

  it('hashes texts of every length as SHA-256 does', () => {
    for (let length = 0; length < 200; length += 1) {
      const text = 'ü🙂x'.repeat(length).slice(0, length);
      expect(shortHash(text)).toBe(createHash('sha256').update(text).digest('hex').slice(0, 32));
    }
  });

  it('has a hash over all other fields', () => {
    const { hash, ...facts } = describeContext();
    expect(hash).toMatch(/^[0-9a-f]{32}$/);
    const reversed = Object.fromEntries(Object.entries(facts).reverse());
    expect(shortHash(canonicalJson(reversed))).toBe(hash);
    for (const [key, value] of Object.entries(facts)) {
      expect(shortHash(canonicalJson({ ...facts, [key]: `${value}x` })), key).not.toBe(hash);
    }
  });

  it('leaves out what it cannot find, and a limit that is none', () => {
    expect(Object.values(readContext(root))).not.toContain(undefined);
    expect(readContext(root)).not.toHaveProperty('memoryLimit');
    expect(readContext(root)).not.toHaveProperty('libc');
    lay({
      'proc/self/cgroup': '5:memory:/\n',
      'proc/self/mountinfo': '31 23 0:28 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n',
      'sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
    });
    expect(readContext(root)).not.toHaveProperty('memoryLimit');
    lay({ 'sys/fs/cgroup/memory/memory.limit_in_bytes': '1048576\n' });
    expect(readContext(root)).toHaveProperty('memoryLimit', 1048576);
  });
});

describe('the processors that may be used', () => {
  const cores = Array.from({ length: 4 }, (_, cpu) => `processor\t: ${cpu}\n`).join('\n');
  const quota = (cpus: number) => ({
    'proc/self/cgroup': '0::/\n',
    'proc/self/mountinfo': '31 23 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n',
    'sys/fs/cgroup/cpu.max': `${cpus * 100_000} 100000\n`,
  });
  const allowed = (list: string) => ({
    'proc/self/status': `Name:\tnode\nCpus_allowed:\tf\nCpus_allowed_list:\t${list}\nMems_allowed:\t1\n`,
  });

  it.each([
    ['0', 1],
    ['0-3', 4],
    ['0,2-3,8-11', 7],
    ['', undefined],
    ['none', undefined],
  ])('are counted in the list %j', (list, count) => {
    lay(allowed(list));
    expect(readAllowedCpus(root)).toBe(count);
  });

  it.each([
    ['fewer than the machine has', { ...allowed('0-1') }, 2],
    ['fewer than a quota allows', { ...allowed('0'), ...quota(2.5) }, 1],
    ['more than a quota allows', { ...allowed('0-2'), ...quota(1.5) }, 1.5],
    ['all, beside a quota', { ...allowed('0-3'), ...quota(1.5) }, 1.5],
    ['unknown, beside a quota', quota(1.5), 1.5],
  ])('are a limit: %s', (_, files, limit) => {
    lay({ 'proc/cpuinfo': cores, ...files });
    expect(readContext(root)).toMatchObject({ cpuCount: 4, cpuLimit: limit });
  });

  it.each(['0-3', '0-127'])('are none where all are allowed: %s', (list) => {
    lay({ 'proc/cpuinfo': cores, ...allowed(list) });
    expect(readContext(root)).not.toHaveProperty('cpuLimit');
  });

  const usable = process.platform === 'linux' && spawnSync('taskset', ['--version']).status === 0 ? readAllowedCpus() : undefined;
  it.skipIf(usable === undefined || os.cpus().length < 2)('are those that taskset left to a process', () => {
    const [first] = /^Cpus_allowed_list:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))!.slice(1);
    const script = 'process.stdout.write(JSON.stringify(require(process.argv[1]).describeContext()))';
    const module = join(__dirname, '..', 'dist', 'context', 'index.js');
    const pinned = execFileSync('taskset', ['-c', first!, process.execPath, '-e', script, module], { encoding: 'utf8' });
    expect(JSON.parse(pinned)).toMatchObject({ cpuCount: os.cpus().length, cpuLimit: Math.min(1, readLimits().cpus ?? 1) });
  });
});

describe('the processor', () => {
  it('of a virtual machine, whose frequency is a constant', () => {
    lay({ 'proc/cpuinfo': X86.join('\n') });
    expect(readCpu(root)).toEqual({ model: 'AMD EPYC 7B13', vendor: 'AuthenticAMD', mhz: 2450, count: 2 });
  });

  it('whose frequency changes has its nominal one, or none', () => {
    const changing = X86.join('\n').replaceAll('fpu vme', 'fpu aperfmperf');
    lay({ 'proc/cpuinfo': changing });
    expect(readCpu(root)).not.toHaveProperty('mhz');
    lay({ 'sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq': '3900000\n' });
    expect(readCpu(root)).toHaveProperty('mhz', 3900);
    lay({ 'sys/devices/system/cpu/cpu0/cpufreq/base_frequency': '2400000\n' });
    expect(readCpu(root)).toHaveProperty('mhz', 2400);
  });

  it('of an ARM machine, which has no name', () => {
    lay({ 'proc/cpuinfo': 'processor\t: 0\nBogoMIPS\t: 243.75\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n\nprocessor\t: 1\n' });
    expect(readCpu(root)).toEqual({ model: 'implementer 0x41, part 0xd0c', count: 2 });
  });

  it('without /proc is what Node says', () => {
    expect(readCpu(root)).toHaveProperty('count', os.cpus().length);
  });
});

describe('the C library', () => {
  it.each([
    [
      'glibc',
      '7f00-7f01 r-xp 00000000 08:01 1 /usr/lib/x86_64-linux-gnu/libc.so.6\n7f02-7f03 r--p 0 08:01 2 /usr/lib/ld-linux-x86-64.so.2\n',
    ],
    ['glibc', '7f00-7f01 r-xp 00000000 08:01 1 /lib/ld-linux-aarch64.so.1\n'],
    ['musl', '7f00-7f01 r-xp 00000000 08:01 1 /usr/lib/libstdc++.so.6\n7f02-7f03 r--p 0 08:01 2 /lib/ld-musl-x86_64.so.1\n'],
    [undefined, '00400000-00401000 r-xp 00000000 08:01 1 /usr/local/bin/node\n'],
  ])('is %s', (libc, maps) => {
    lay({ 'proc/self/maps': maps });
    expect(readLibc(root)).toBe(libc);
  });

  it.runIf(process.platform === 'linux')('of this process is the one that Node reports', () => {
    const { header } = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
    expect(readLibc()).toBe(header.glibcVersionRuntime === undefined ? 'musl' : 'glibc');
  });
});

it('runtimes that pretend to be Node are told apart', () => {
  expect(readRuntime({ node: '22.6.0', bun: '1.2.3', webkit: '0123456789abcdef' })).toMatchObject({
    runtime: 'bun',
    runtimeVersion: '1.2.3',
    runtimeDescription: `Bun v1.2.3 (JavaScriptCore 0123456789ab, ${process.platform} ${process.arch})`,
  });
  expect(readRuntime({ node: '22.6.0', deno: '2.1.0', v8: '13.0.245.12-rusty' })).toMatchObject({
    runtime: 'deno',
    runtimeDescription: `Deno v2.1.0 (V8 13.0, ${process.platform} ${process.arch})`,
  });
});
