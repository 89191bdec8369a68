/** The execution context: machine, limits, runtime. */
import os from 'node:os';
import type { Context } from '../model/records.js';
import { readAllowedCpus } from './affinity.js';
import { readLimits } from './cgroup.js';
import { readCpu } from './cpu.js';
import { canonicalJson, shortHash } from './hash.js';
import { readLibc } from './libc.js';
import { readRuntime } from './runtime.js';

const { hostname, release, totalmem, type } = os;

/** Docker names a container by its random id unless told otherwise, which would make each run another machine. */
const RANDOM_NAME = /^[0-9a-f]{12}$/;

let known: Context | undefined;

/** Read once a process, in a few milliseconds. Facts that can't be had are absent. */
export function describeContext(): Context {
  return (known ??= readContext());
}

/** @param root where `/` of the system is; another folder in tests */
export function readContext(root = '/'): Context {
  const cpu = readCpu(root);
  const limits = readLimits(root);
  const memoryTotal = totalmem();
  const facts: Omit<Context, 'hash'> = withoutAbsent({
    machine: RANDOM_NAME.test(hostname()) ? undefined : hostname(),
    os: type(),
    osRelease: release(),
    arch: process.arch,
    cpuModel: cpu.model,
    cpuVendor: cpu.vendor,
    cpuCount: cpu.count,
    cpuMhz: cpu.mhz,
    memoryTotal,
    // cgroup v1 says "no limit" with a huge number.
    memoryLimit: limits.memory !== undefined && limits.memory < memoryTotal ? limits.memory : undefined,
    cpuLimit: cpuLimit(limits.cpus, readAllowedCpus(root), cpu.count),
    libc: readLibc(root),
    ...readRuntime(),
  });
  return Object.freeze({ hash: shortHash(canonicalJson(facts)), ...facts });
}

/** A quota counts as it stands. The processors that are allowed are a limit where the machine has more. */
function cpuLimit(quota: number | undefined, allowed: number | undefined, count = 0): number | undefined {
  if (allowed === undefined || allowed >= count) return quota;
  return quota === undefined ? allowed : Math.min(quota, allowed);
}

type WithoutUndefined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function withoutAbsent<T extends object>(record: T): WithoutUndefined<T> {
  const entries = Object.entries(record).filter(([, value]) => value !== undefined && value !== '');
  return Object.fromEntries(entries) as WithoutUndefined<T>;
}
