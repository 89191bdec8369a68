// A start and a stop, over and over, in the ways that the collector's benchmark compares. Each function runs that many pairs in a
// loop of its own.
import { openSync, readSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import v8 from 'node:v8';
import { collector } from '../../dist/collector/index.js';
import { span } from '../../dist/index.js';

const { getHeapStatistics } = v8;
const { nodeTiming } = performance;
const { threadCpuUsage } = process;
/** Where results go, so that no compiler leaves out what nobody looks at. */
export let sink = 0;

export const addonPairs = (full) => {
  const { start, stop } = collector().binding;
  return (pairs) => {
    for (let pair = 0; pair < pairs; pair += 1) {
      start(0, full);
      stop(0);
    }
  };
};

export const collectorPairs = (set) => {
  const shared = collector();
  return (pairs) => {
    for (let pair = 0; pair < pairs; pair += 1) {
      const slot = shared.start(set);
      shared.stop(slot);
      shared.release(slot);
    }
  };
};

export function spans(pairs) {
  for (let pair = 0; pair < pairs; pair += 1) sink += span('benchmark').stop().wallTime;
}

/** What the full set takes from V8 and the event loop. No system call, but no way round it either. */
export function isolatePairs(pairs) {
  for (let call = 0; call < 2 * pairs; call += 1) {
    const heap = getHeapStatistics();
    sink += heap.used_heap_size + heap.external_memory + nodeTiming.idleTime;
  }
}

/** Most of the core set's fields by Node's own calls: on Node 20 none of them tells a thread's CPU. */
export function scriptPairs(pairs) {
  for (let pair = 0; pair < pairs; pair += 1) sink += scriptPair(false).wall;
}

/** All of the core set's fields. Where Node has no call for the thread's CPU, it is read from a file that is kept open. */
export function scriptPairsWithThread(pairs) {
  for (let pair = 0; pair < pairs; pair += 1) sink += scriptPair(true).wall;
}

function scriptPair(withThread) {
  const startedAt = Date.now();
  const rss = process.memoryUsage.rss();
  const start = process.resourceUsage();
  const thread = withThread ? threadCpu() : NaN;
  const clock = process.hrtime.bigint();
  const wall = Number(process.hrtime.bigint() - clock);
  const threadEnd = withThread ? threadCpu() : NaN;
  const end = process.resourceUsage();
  return {
    startedAt,
    wall,
    thread: threadEnd - thread,
    user: end.userCPUTime - start.userCPUTime,
    kernel: end.systemCPUTime - start.systemCPUTime,
    peak: process.memoryUsage.rss() - rss,
    minorFaults: end.minorPageFault - start.minorPageFault,
    majorFaults: end.majorPageFault - start.majorPageFault,
    voluntary: end.voluntaryContextSwitches - start.voluntaryContextSwitches,
    involuntary: end.involuntaryContextSwitches - start.involuntaryContextSwitches,
    read: (end.fsRead - start.fsRead) * 512,
    written: (end.fsWrite - start.fsWrite) * 512,
  };
}

/** Nanoseconds. */
const threadCpu = threadCpuUsage === undefined ? threadCpuOfKernel() : threadCpuOfNode;

function threadCpuOfNode() {
  const { user, system } = threadCpuUsage.call(process);
  return (user + system) * 1000;
}

function threadCpuOfKernel() {
  const file = openSync('/proc/thread-self/schedstat', 'r');
  const bytes = Buffer.alloc(64);
  return () => Number.parseInt(bytes.latin1Slice(0, readSync(file, bytes, 0, 64, 0)), 10);
}
