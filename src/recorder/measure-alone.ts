/** Measures a function without recording it: for assertions, whose outcome must not depend on whether somebody records. */
import { isMainThread } from 'node:worker_threads';
import type { ProbeSet } from '../model/metrics.js';
import type { Reading } from '../model/records.js';
import { threadRecorder } from './index.js';
import type { OpenSpan } from './open-span.js';
import { measure } from './span.js';

/** @returns a promise where `fn` gives one; what it throws is thrown on */
export function measureAlone(fn: () => unknown, probes: ProbeSet): Reading | Promise<Reading> {
  const recorder = threadRecorder();
  const openBefore = recorder.openCount;
  const open = recorder.open({ kind: 'span', name: fn.name }, { probes, scoped: true, recorded: false });
  const waiting = openBefore - containersOf(open);
  const measured = measure(recorder, open, fn);
  return 'reading' in measured ? withoutWaiting(measured.reading, waiting) : measured.then(({ reading }) => reading);
}

/** While a function runs that is not asynchronous, nothing else does on its thread: what is open there only waits. */
function withoutWaiting(reading: Reading, waiting: number): Reading {
  const overlaps = Math.max(0, reading.overlaps - waiting);
  return { ...reading, overlaps, shared: overlaps > 0 || !isMainThread };
}

function containersOf({ parent }: OpenSpan): number {
  if (parent === undefined) return 0;
  return Number(parent.isOpen && !parent.isWhole) + containersOf(parent);
}
