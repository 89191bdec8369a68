/**
 * The memory of a tree of processes while a command runs, as two bounds. The kernel keeps each process's peak (VmHWM), so
 * that looking only has to find the processes, not to catch the peak: what a process reached is seen at the next look.
 * What grew after the last look at a process, or came and went between two looks, is not seen; but the largest of them is
 * told by the kernel when all have ended.
 */
import { familyOf, readProc } from './process-family.js';

export interface TreePeaks {
  /** Bytes: the largest process that was seen. NaN: none was (no /proc). */
  readonly largest: number;
  /** Bytes: the peaks of all processes that were seen, added up, whether or not they lived at the same time. */
  readonly sum: number;
}

export interface TreeWatch {
  /**
   * @param known bytes by process id: what processes that measure themselves, and so reset the kernel's record, know better
   * @param highest bytes: at least one process had as much, as the kernel told at its end. NaN: unknown
   */
  stop(known: ReadonlyMap<number, number>, highest: number): TreePeaks;
}

const FIRST_PAUSE = 10;
const LONGEST_PAUSE = 100;
const GROWTH = 1.25;
/** Looks take less than 1 % of one CPU, apart from this many milliseconds: the first look of all is slow, and what is short must be seen. */
const SHARE = 0.01;
const FREE = 20;
const KIB = 1024;

interface Seen {
  peak: number;
  looks: number;
}

/** @param pid the process at the root of the tree; its descendants count with it */
export function watchTree(pid: number): TreeWatch {
  const alive = new Map<number, Seen>();
  const ended: (readonly [pid: number, peak: number])[] = [];
  const begun = performance.now();
  let pause = FIRST_PAUSE;
  let spent = 0;

  const bury = (each: number): void => {
    const { peak, looks } = alive.get(each)!;
    if (looks > 1) ended.push([each, peak]);
    alive.delete(each);
  };
  const look = (): void => {
    const started = performance.now();
    const found = new Set(familyOf(pid));
    for (const each of found) {
      const peak = peakOf(each);
      if (peak === undefined) found.delete(each);
      else note(alive, each, peak);
    }
    // A number that comes back later is another process.
    for (const each of [...alive.keys()]) if (!found.has(each)) bury(each);
    const ended = performance.now();
    spent += ended - started;
    const affordable = begun + (spent - FREE) / SHARE;
    // To look is no reason to stay.
    timer = setTimeout(look, Math.max(pause, affordable - ended)).unref();
    pause = Math.min(pause * GROWTH, LONGEST_PAUSE);
  };

  let timer: NodeJS.Timeout;
  look();
  return {
    stop: (known, highest) => {
      clearTimeout(timer);
      for (const each of [...alive.keys()]) bury(each);
      return addUp(ended, known, highest);
    },
  };
}

function addUp(ended: readonly (readonly [pid: number, peak: number])[], known: ReadonlyMap<number, number>, highest: number): TreePeaks {
  const unseen = new Map(known);
  const peaks = ended.map(([pid, peak]) => {
    const better = Math.max(peak, unseen.get(pid) ?? 0);
    unseen.delete(pid);
    return better;
  });
  peaks.push(...unseen.values());
  const largest = Math.max(...peaks, 0);
  const sum = peaks.reduce((all, peak) => all + peak, 0);
  // It was one of those that were seen: its last moments were not.
  const rest = highest > largest ? highest - largest : 0;
  return largest + rest > 0 ? { largest: largest + rest, sum: sum + rest } : { largest: NaN, sum: NaN };
}

/**
 * The first look at a process may still have shown its parent's memory (between fork and exec), or that of a program that was
 * just being loaded; the second replaces it, and without a second it counts for nothing. From then on the highest counts: processes that are measured themselves reset the kernel's record for each of their spans.
 */
function note(alive: Map<number, Seen>, pid: number, peak: number): void {
  const seen = alive.get(pid);
  if (seen === undefined) alive.set(pid, { peak, looks: 1 });
  else {
    seen.peak = seen.looks === 1 ? peak : Math.max(seen.peak, peak);
    seen.looks += 1;
  }
}

function peakOf(pid: number): number | undefined {
  const found = /^VmHWM:\s*(\d+) kB$/m.exec(readProc(`${pid}/status`) ?? '');
  return found === null ? undefined : Number(found[1]) * KIB;
}
