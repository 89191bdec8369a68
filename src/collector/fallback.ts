/** The add-on's shape in JavaScript, for platforms without one: it measures what Node's own calls can tell. */
import { performance } from 'node:perf_hooks';
import { METRIC_INDEX, type MetricName } from '../model/metrics.js';
import { type Binding, type Capabilities, SLOT_EXTRA, SLOT_STRIDE, START } from './binding.js';
import { callBetween } from './fallback-between.js';
import { createFileJournals } from './fallback-journal.js';
import { lockFile, unlockFile } from './fallback-lock.js';

// Taken at load: tests replace them later.
const { platform } = process;
const clock = process.hrtime.bigint.bind(process.hrtime);
const resourceUsage = process.resourceUsage.bind(process);
const residentSize = process.memoryUsage.rss.bind(process.memoryUsage);
const threadCpuUsage = (process as { threadCpuUsage?: () => NodeJS.CpuUsage }).threadCpuUsage?.bind(process);
const wallClock = performance.now.bind(performance);
const { timeOrigin } = performance;

const FIRST_SLOTS = 64;
const MICROSECOND = 1000;
const KIB = 1024;
/** The first metrics are the add-on's, the others the collector's own. */
const NATIVE_METRICS = METRIC_INDEX.children_cpu_time + 1;
const { wall_time, cpu_time, thread_cpu_time, user_time, kernel_time, peak_rss, peak_growth, rss_before, rss_after } = METRIC_INDEX;

/** Counters of resourceUsage that are what the metric says, by platform: others are kept as 0 or count something else there. */
const COUNTERS: readonly (readonly [MetricName, keyof NodeJS.ResourceUsage, factor: number, platforms: readonly string[]])[] = [
  ['minor_faults', 'minorPageFault', 1, ['linux', 'darwin', 'freebsd', 'openbsd']],
  ['major_faults', 'majorPageFault', 1, ['linux', 'darwin', 'freebsd', 'openbsd']],
  ['voluntary_switches', 'voluntaryContextSwitches', 1, ['linux', 'darwin', 'freebsd', 'openbsd']],
  ['involuntary_switches', 'involuntaryContextSwitches', 1, ['linux', 'darwin', 'freebsd', 'openbsd']],
  ['disk_read', 'fsRead', 512, ['linux']],
  ['disk_written', 'fsWrite', 512, ['linux']],
];
const counters = COUNTERS.filter(([, , , platforms]) => platforms.includes(platform));

interface OpenSlot {
  readonly full: boolean;
  readonly whole: boolean;
  readonly rss: number;
  readonly usage: NodeJS.ResourceUsage;
  readonly threadCpu: number;
  readonly startedBefore: number;
  readonly openBefore: number;
  wall: bigint;
}

/** @param reasons why there is no add-on */
export function createFallback(reasons: readonly string[]): Binding {
  let numbers = emptyNumbers(FIRST_SLOTS);
  const slots: (OpenSlot | undefined)[] = [];
  // Of this thread only: without the add-on, threads do not know of each other.
  let started = 0;
  let opened = 0;

  function start(slot: number, how: number): void {
    drop(slot);
    numbers[slot * SLOT_STRIDE + SLOT_EXTRA.startedAt] = now();
    const whole = (how & START.whole) !== 0;
    const rss = residentSize();
    const usage = resourceUsage();
    const open: OpenSlot = {
      full: (how & START.full) !== 0,
      whole,
      rss,
      usage,
      threadCpu: threadCpu(),
      startedBefore: whole ? started : ++started,
      openBefore: whole ? opened : opened++,
      wall: 0n,
    };
    slots[slot] = open;
    open.wall = clock();
  }

  function stop(slot: number): void {
    const open = slots[slot];
    if (open === undefined) return;
    const wall = Number(clock() - open.wall);
    const threadEnd = threadCpu();
    const usage = resourceUsage();
    drop(slot);
    const base = slot * SLOT_STRIDE;
    numbers.fill(NaN, base, base + NATIVE_METRICS);
    const user = (usage.userCPUTime - open.usage.userCPUTime) * MICROSECOND;
    const kernel = (usage.systemCPUTime - open.usage.systemCPUTime) * MICROSECOND;
    numbers[base + wall_time] = wall;
    numbers[base + user_time] = user;
    numbers[base + kernel_time] = kernel;
    numbers[base + cpu_time] = user + kernel;
    numbers[base + thread_cpu_time] = threadEnd - open.threadCpu;
    for (const [name, counter, factor] of counters) {
      numbers[base + METRIC_INDEX[name]] = (usage[counter] - open.usage[counter]) * factor;
    }
    // The runtime keeps one peak for the whole life of the process. Only one that rose belongs to this span.
    if (usage.maxRSS > open.usage.maxRSS) {
      numbers[base + peak_rss] = usage.maxRSS * KIB;
      numbers[base + peak_growth] = usage.maxRSS * KIB - open.rss;
    }
    if (open.full) {
      numbers[base + rss_before] = open.rss;
      numbers[base + rss_after] = residentSize();
    }
    numbers[base + SLOT_EXTRA.concurrent] = open.whole ? 0 : open.openBefore + (started - open.startedBefore);
    numbers[base + SLOT_EXTRA.peakIsLowerBound] = 0;
  }

  function drop(slot: number): void {
    const open = slots[slot];
    if (open === undefined) return;
    slots[slot] = undefined;
    if (!open.whole) opened -= 1;
  }

  function grow(): Float64Array {
    const grown = emptyNumbers((numbers.length / SLOT_STRIDE) * 2);
    grown.set(numbers);
    numbers = grown;
    return numbers;
  }

  return {
    get numbers() {
      return numbers;
    },
    grow,
    start,
    stop,
    drop,
    setPeak: () => undefined,
    lifetimePeak: () => resourceUsage().maxRSS * KIB,
    childrenPeak: () => NaN,
    rss: residentSize,
    now,
    capabilities: () => describe(reasons),
    callBetween,
    randomId: () => '',
    ...createFileJournals(() => numbers),
    lock: lockFile,
    unlock: unlockFile,
  };
}

function emptyNumbers(slots: number): Float64Array {
  return new Float64Array(slots * SLOT_STRIDE).fill(NaN);
}

function threadCpu(): number {
  if (threadCpuUsage === undefined) return NaN;
  const { user, system } = threadCpuUsage();
  return (user + system) * MICROSECOND;
}

/** Not Date.now: that has milliseconds only, and follows changes of the clock during the run. */
function now(): number {
  return Math.round((timeOrigin + wallClock()) * MICROSECOND);
}

function describe(reasons: readonly string[]): Capabilities {
  const missing: Record<string, string> = { children_cpu_time: 'needs the add-on' };
  if (threadCpuUsage === undefined) missing.thread_cpu_time = 'needs the add-on, or a runtime with process.threadCpuUsage';
  for (const [name, , , platforms] of COUNTERS) {
    if (!platforms.includes(platform)) missing[name] = `needs the add-on: the runtime does not count it on ${platform}`;
  }
  return { platform, mode: 'javascript', peakMode: 'left', reasons, peakBound: NaN, missing };
}
