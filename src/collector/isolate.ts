/** The metrics that only JavaScript can tell: heap, external memory, event loop, garbage collections. */
import { performance } from 'node:perf_hooks';
import v8 from 'node:v8';
import { METRIC_INDEX } from '../model/metrics.js';
import { SLOT_STRIDE } from './binding.js';

// Taken at load: tests replace them later.
const { getHeapStatistics } = v8;
const GCProfiler = v8.GCProfiler as typeof v8.GCProfiler | undefined;
const timing = performance.nodeTiming;
const { max, round } = Math;

const MILLISECOND = 1e6;
const MICROSECOND = 1e3;
const { heap_before, heap_after, external_before, external_after, loop_active_time, loop_idle_time, gc_count, gc_time, wall_time } =
  METRIC_INDEX;

interface GcResult {
  readonly statistics: readonly { readonly cost: number }[];
}

/** What counts the garbage collections of an open span, by slot. */
const profilers: (v8.GCProfiler | undefined)[] = [];

/** Makes the isolate's metrics of a slot absent, as they are in a new one. Ends its count of garbage collections. */
export function clear(numbers: Float64Array, slot: number): void {
  const base = slot * SLOT_STRIDE;
  for (let index = base + heap_before; index <= base + gc_time; index += 1) numbers[index] = NaN;
  if (profilers.length > slot) endProfile(slot);
}

export function start(numbers: Float64Array, slot: number, gc: boolean): void {
  const base = slot * SLOT_STRIDE;
  if (gc && GCProfiler !== undefined) {
    const profiler = new GCProfiler();
    profiler.start();
    profilers[slot] = profiler;
  }
  const heap = getHeapStatistics();
  numbers[base + heap_before] = heap.used_heap_size;
  numbers[base + external_before] = heap.external_memory;
  numbers[base + loop_idle_time] = timing.idleTime;
}

/** Needs the span's wall time. */
export function stop(numbers: Float64Array, slot: number): void {
  const base = slot * SLOT_STRIDE;
  // The thread is busy when its event loop is not idle. performance.eventLoopUtilization says the same at twice the price,
  // and follows performance.now, which fake timers replace.
  const idle = round((timing.idleTime - numbers[base + loop_idle_time]!) * MILLISECOND);
  numbers[base + loop_idle_time] = idle;
  numbers[base + loop_active_time] = max(numbers[base + wall_time]! - idle, 0);
  const heap = getHeapStatistics();
  numbers[base + heap_after] = heap.used_heap_size;
  numbers[base + external_after] = heap.external_memory;
  const profile = profilers.length > slot ? endProfile(slot) : undefined;
  if (profile === undefined) return;
  let cost = 0;
  for (const collection of profile.statistics) cost += collection.cost;
  numbers[base + gc_count] = profile.statistics.length;
  numbers[base + gc_time] = round(cost * MICROSECOND);
}

function endProfile(slot: number): GcResult | undefined {
  const profiler = profilers[slot];
  profilers[slot] = undefined;
  return profiler?.stop();
}

export function missing(): Record<string, string> {
  if (GCProfiler !== undefined) return {};
  const reason = 'this runtime has no v8.GCProfiler';
  return { gc_count: reason, gc_time: reason };
}
