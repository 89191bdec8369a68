import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readLimits } from '../dist/context/cgroup.js';

const MIB = 1024 ** 2;
/** What cgroup v1 says where no limit is set. */
const NONE_V1 = '9223372036854771712\n';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'spanmeter-cgroup-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function lay(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

/** A line of mountinfo, as the kernel writes it. */
const mount = (cgroup: string, point: string, type: string, options: string) =>
  `31 23 0:28 ${cgroup} ${point} rw,nosuid shared:9 - ${type} ${type} ${options}\n`;
const V2 = mount('/', '/sys/fs/cgroup', 'cgroup2', 'rw,nsdelegate');

describe('cgroup v2', () => {
  it('in a container that sees its own cgroup as the root', () => {
    lay({
      'proc/self/cgroup': '0::/\n',
      'proc/self/mountinfo': `22 1 8:1 / / rw - ext4 /dev/sda1 rw\n${V2}`,
      'sys/fs/cgroup/memory.max': '536870912\n',
      'sys/fs/cgroup/cpu.max': '150000 100000\n',
    });
    expect(readLimits(root)).toEqual({ memory: 512 * MIB, cpus: 1.5 });
  });

  it('without limits gives none', () => {
    lay({
      'proc/self/cgroup': '0::/user.slice/user-0.slice\n',
      'proc/self/mountinfo': V2,
      'sys/fs/cgroup/user.slice/memory.max': 'max\n',
      'sys/fs/cgroup/user.slice/cpu.max': 'max 100000\n',
    });
    expect(readLimits(root)).toEqual({});
  });

  it.each([
    ['the innermost', '1048576', '2097152', '3145728', 1],
    ['the middle', '3145728', '1048576', 'max', 1],
    ['the outermost', 'max', '3145728', '1048576', 1],
  ])('nested: %s level is the smallest', (_, inner, middle, outer, mib) => {
    lay({
      'proc/self/cgroup': '0::/outer.slice/middle/inner.scope\n',
      'proc/self/mountinfo': V2,
      'sys/fs/cgroup/outer.slice/memory.max': `${outer}\n`,
      'sys/fs/cgroup/outer.slice/middle/memory.max': `${middle}\n`,
      'sys/fs/cgroup/outer.slice/middle/inner.scope/memory.max': `${inner}\n`,
      'sys/fs/cgroup/outer.slice/cpu.max': '300000 100000\n',
      'sys/fs/cgroup/outer.slice/middle/cpu.max': '50000 200000\n',
      'sys/fs/cgroup/outer.slice/middle/inner.scope/cpu.max': 'max 100000\n',
    });
    expect(readLimits(root)).toEqual({ memory: mib * MIB, cpus: 0.25 });
  });

  it('leaves out the limits of cgroups beside its own', () => {
    lay({
      'proc/self/cgroup': '0::/mine\n',
      'proc/self/mountinfo': V2,
      'sys/fs/cgroup/mine/memory.max': '2097152\n',
      'sys/fs/cgroup/other/memory.max': '1048576\n',
      'sys/fs/cgroup/mine/below/memory.max': '1048576\n',
    });
    expect(readLimits(root)).toEqual({ memory: 2 * MIB });
  });

  it('with a path of the host that the mount does not hold: the mount is its own', () => {
    lay({
      'proc/self/cgroup': '0::/../../kubepods/pod1/abc\n',
      'proc/self/mountinfo': mount('/kubepods/pod7', '/sys/fs/cgroup', 'cgroup2', 'rw'),
      'sys/fs/cgroup/memory.max': '1048576\n',
    });
    expect(readLimits(root)).toEqual({ memory: MIB });
  });

  it('mounted at a place with a blank in its name', () => {
    lay({
      'proc/self/cgroup': '0::/\n',
      'proc/self/mountinfo': mount('/', '/sys/fs/my\\040groups', 'cgroup2', 'rw'),
      'sys/fs/my groups/memory.max': '1048576\n',
    });
    expect(readLimits(root)).toEqual({ memory: MIB });
  });

  it('with files that hold nonsense gives nothing', () => {
    lay({
      'proc/self/cgroup': 'nonsense\n0::/\n\n',
      'proc/self/mountinfo': `short\n - cgroup2\n${V2}`,
      'sys/fs/cgroup/memory.max': '12 monkeys\n',
      'sys/fs/cgroup/cpu.max': '100000\n',
    });
    expect(readLimits(root)).toEqual({});
  });
});

describe('cgroup v1', () => {
  const MOUNTS =
    mount('/docker/abc', '/sys/fs/cgroup/memory', 'cgroup', 'rw,memory') +
    mount('/docker/abc', '/sys/fs/cgroup/cpu,cpuacct', 'cgroup', 'rw,cpu,cpuacct') +
    mount('/docker/abc', '/sys/fs/cgroup/pids', 'cgroup', 'rw,pids');
  const GROUPS = '12:pids:/docker/abc\n5:memory:/docker/abc/job\n4:cpu,cpuacct:/docker/abc/job\n1:name=systemd:/docker/abc\n';

  it('takes the smallest of the chain', () => {
    lay({
      'proc/self/cgroup': GROUPS,
      'proc/self/mountinfo': MOUNTS,
      'sys/fs/cgroup/memory/job/memory.limit_in_bytes': NONE_V1,
      'sys/fs/cgroup/memory/memory.limit_in_bytes': `${64 * MIB}\n`,
      'sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us': '-1\n',
      'sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us': '100000\n',
      'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '250000\n',
      'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000\n',
    });
    expect(readLimits(root)).toEqual({ memory: 64 * MIB, cpus: 2.5 });
  });

  it('knows of limits above the container from hierarchical_memory_limit', () => {
    lay({
      'proc/self/cgroup': GROUPS,
      'proc/self/mountinfo': MOUNTS,
      'sys/fs/cgroup/memory/job/memory.limit_in_bytes': NONE_V1,
      'sys/fs/cgroup/memory/job/memory.stat': `cache 0\nrss 1\nhierarchical_memory_limit ${32 * MIB}\ntotal_rss 1\n`,
    });
    expect(readLimits(root)).toEqual({ memory: 32 * MIB });
  });

  it('beside an empty v2 hierarchy, as systemd mounts it', () => {
    lay({
      'proc/self/cgroup': `${GROUPS}0::/init.scope\n`,
      'proc/self/mountinfo': MOUNTS + mount('/', '/sys/fs/cgroup/unified', 'cgroup2', 'rw'),
      'sys/fs/cgroup/memory/job/memory.limit_in_bytes': `${MIB}\n`,
      'sys/fs/cgroup/unified/init.scope/cgroup.procs': '1\n',
    });
    expect(readLimits(root)).toEqual({ memory: MIB });
  });
});

it('no cgroups and no /proc give nothing', () => {
  expect(readLimits(root)).toEqual({});
  lay({ 'proc/self/cgroup': '', 'proc/self/mountinfo': '' });
  expect(readLimits(root)).toEqual({});
});
