/**
 * What the container or service manager lets this process use. Limits are set on any level of the cgroup tree and all of them
 * hold, so the smallest of the chain from the process's own cgroup up to the mount counts.
 *
 * Sources: cgroups(7), the kernel's cgroup-v2.rst (memory.max, cpu.max) and cgroup-v1 documents (memory.limit_in_bytes,
 * hierarchical_memory_limit, cpu.cfs_quota_us), proc(5) for mountinfo.
 */
import { join, posix } from 'node:path';
import { readText } from './text-file.js';

export interface Limits {
  /** Bytes. */
  readonly memory?: number;
  /** CPUs, may be fractional. */
  readonly cpus?: number;
}

interface Mount {
  readonly version: 1 | 2;
  /** The cgroup that is mounted, and where. */
  readonly root: string;
  readonly point: string;
  /** Names of the v1 controllers. */
  readonly controllers: readonly string[];
}

/** @param root where `/` of the system is; another folder in tests */
export function readLimits(root = '/'): Limits {
  const groups = (readText(join(root, 'proc/self/cgroup')) ?? '').split('\n').map((line) => /^\d+:([^:]*):(.*)$/.exec(line));
  const folders = readMounts(root).flatMap((mount) =>
    groups
      .filter((group) => group !== null && belongs(group[1]!, mount))
      .flatMap((group) => chain(group![2]!, mount).map((folder) => ({ version: mount.version, folder: join(root, folder) }))),
  );
  const memory = smallest(folders.flatMap(({ version, folder }) => (version === 2 ? memoryOf2(folder) : memoryOf1(folder))));
  const cpus = smallest(folders.map(({ version, folder }) => (version === 2 ? cpusOf2(folder) : cpusOf1(folder))));
  return { ...(memory !== undefined && { memory }), ...(cpus !== undefined && { cpus }) };
}

function readMounts(root: string): Mount[] {
  return (readText(join(root, 'proc/self/mountinfo')) ?? '').split('\n').flatMap((line) => {
    const [mount, source] = line.split(' - ', 2).map((half) => half.split(' '));
    const [type, , options] = source ?? [];
    if (type !== 'cgroup' && type !== 'cgroup2') return [];
    const [, , , group, point] = mount ?? [];
    if (group === undefined || point === undefined) return [];
    return [
      {
        version: type === 'cgroup' ? 1 : 2,
        root: unescapePath(group),
        point: unescapePath(point),
        controllers: (options ?? '').split(','),
      },
    ];
  });
}

/** The v2 hierarchy has no controllers in /proc/self/cgroup, a v1 hierarchy is known by them. */
function belongs(controllers: string, mount: Mount): boolean {
  if (mount.version === 2) return controllers === '';
  return controllers.split(',').some((each) => (each === 'memory' || each === 'cpu') && mount.controllers.includes(each));
}

/**
 * Folders from the process's cgroup up to the mount point. A container may see a path of the host here that its mount does
 * not hold: then the mount point is its own cgroup.
 */
function chain(group: string, mount: Mount): string[] {
  const relative = posix.relative(mount.root, group);
  const steps = relative.startsWith('..') ? [] : relative.split('/').filter((step) => step !== '');
  return Array.from({ length: steps.length + 1 }, (_, up) => posix.join(mount.point, ...steps.slice(0, steps.length - up)));
}

function memoryOf2(folder: string): (number | undefined)[] {
  return [count(readText(join(folder, 'memory.max')))];
}

/** The kernel sums up the levels above a container, which it cannot see, in hierarchical_memory_limit. */
function memoryOf1(folder: string): (number | undefined)[] {
  const above = /^hierarchical_memory_limit (\d+)$/m.exec(readText(join(folder, 'memory.stat')) ?? '');
  return [count(readText(join(folder, 'memory.limit_in_bytes'))), count(above?.[1])];
}

function cpusOf2(folder: string): number | undefined {
  const [quota, period] = (readText(join(folder, 'cpu.max')) ?? '').split(' ');
  return ratio(count(quota), count(period));
}

function cpusOf1(folder: string): number | undefined {
  return ratio(count(readText(join(folder, 'cpu.cfs_quota_us'))), count(readText(join(folder, 'cpu.cfs_period_us'))));
}

/** Numbers above zero: `max` and `-1` mean that there is no limit. */
function count(text: string | undefined): number | undefined {
  const value = /^\s*\d+\s*$/.test(text ?? '') ? Number(text) : 0;
  return value > 0 ? value : undefined;
}

function ratio(quota: number | undefined, period: number | undefined): number | undefined {
  return quota === undefined || period === undefined ? undefined : quota / period;
}

function smallest(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
}

/** mountinfo writes blanks and the like as a backslash and three octal digits. */
function unescapePath(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)));
}
