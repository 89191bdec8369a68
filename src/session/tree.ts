/**
 * The memory of a tree of processes while a command runs, as two bounds. The kernel keeps each process's peak (VmHWM), so
 * that looking only has to find the processes, not to catch the peak: what a process reached is seen at the next look.
 * What grew after the last look at a process, or came and went between two looks, is not seen.
 */
import { familyOf, readProc } from './process-family.js';

export interface TreePeaks {
  /** Bytes: the largest process that was seen. NaN: none was (no /proc). */
  readonly largest: number;
  /** Bytes: the peaks of all processes that were seen, added up, whether or not they lived at the same time. */
  readonly sum: number;
}

export interface TreeWatch {
  /** @param known bytes by process id: what processes that measure themselves, and so reset the kernel's record, know better */
  stop(known: ReadonlyMap<number, number>): TreePeaks;
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
    ended.push([each, alive.get(each)!.peak]);
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
    timer = setTimeout(look, Math.max(pause, affordable - ended));
    pause = Math.min(pause * GROWTH, LONGEST_PAUSE);
  };

  let timer: NodeJS.Timeout;
  look();
  return {
    stop: (known) => {
      clearTimeout(timer);
      for (const each of [...alive.keys()]) bury(each);
      return addUp(ended, known);
    },
  };
}

function addUp(ended: readonly (readonly [pid: number, peak: number])[], known: ReadonlyMap<number, number>): TreePeaks {
  const unseen = new Map(known);
  const peaks = ended.map(([pid, peak]) => {
    const better = Math.max(peak, unseen.get(pid) ?? 0);
    unseen.delete(pid);
    return better;
  });
  peaks.push(...unseen.values());
  if (peaks.length === 0) return { largest: NaN, sum: NaN };
  return { largest: Math.max(...peaks), sum: peaks.reduce((sum, peak) => sum + peak) };
}

/**
 * The first look at a process may still have shown its parent's memory (between fork and exec); the second replaces it. From
 * then on the highest counts: processes that are measured themselves reset the kernel's record for each of their spans.
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
