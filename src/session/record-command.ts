/** Records a whole command as one item of kind `session`. */
import { collector } from '../collector/index.js';
import { messageOf } from '../model/errors.js';
import { METRIC_INDEX, type MetricName } from '../model/metrics.js';
import type { Status } from '../model/records.js';
import { warn, type Recorder } from '../recorder/index.js';
import { watchTree, type TreePeaks, type TreeWatch } from './tree.js';

interface Ended {
  readonly code: number;
  /** The name of the signal that ended it. */
  readonly signal?: string;
}

/** The other process-wide numbers are those of the process that waits, which nobody asked for. */
const OF_THE_TREE: readonly MetricName[] = ['wall_time', 'children_cpu_time'];

/**
 * Wall time, the CPU time of all its processes that were waited for (getrusage CHILDREN), and the tree's memory as two bounds.
 * @param run starts the command, calls `started` with its process id, and settles when it has ended
 * @param knownPeaks asked when it has ended: bytes by process id, from the spans of the tree's processes
 */
export async function recordCommand<T extends Ended>(
  recorder: Recorder,
  command: string,
  run: (started: (pid: number) => void) => Promise<T>,
  knownPeaks: () => ReadonlyMap<number, number>,
): Promise<T> {
  let tree: TreeWatch | undefined;
  let status: Status = 'failed';
  const span = recorder.open({ kind: 'session', name: command }, { probes: 'full', parent: null, gc: false, whole: true });
  try {
    const ended = await run((pid) => {
      tree = watchTree(pid);
    });
    status = statusOf(ended);
    return ended;
  } finally {
    recorder.close(span, status, (values) => keepTheTree(values, tree && peaksOf(tree, knownPeaks)));
  }
}

/** What the command ended with stays, whatever trouble we have. @returns undefined when too little is known: the peaks would be too low */
function peaksOf(tree: TreeWatch, knownPeaks: () => ReadonlyMap<number, number>): TreePeaks | undefined {
  let known: ReadonlyMap<number, number> | undefined;
  try {
    known = knownPeaks();
  } catch (thrown) {
    warn(`the command's memory is not known: ${messageOf(thrown)}`);
  }
  const peaks = tree.stop(known ?? new Map(), highestOfChildren());
  return known && peaks;
}

function statusOf({ code, signal }: Ended): Status {
  if (signal !== undefined) return 'interrupted';
  return code === 0 ? 'passed' : 'failed';
}

/**
 * Bytes. Linux counts what a child had of our memory before it became another program, so that only what is above that is its own.
 * NaN: nothing is known.
 */
function highestOfChildren(): number {
  const { binding } = collector();
  const highest = binding.childrenPeak();
  return highest > binding.lifetimePeak() + (binding.capabilities().peakBound || 0) ? highest : NaN;
}

function keepTheTree(values: Float64Array, peaks: TreePeaks | undefined): void {
  const kept = OF_THE_TREE.map((name) => [METRIC_INDEX[name], values[METRIC_INDEX[name]]!] as const);
  values.fill(NaN);
  for (const [index, value] of kept) values[index] = value;
  if (peaks === undefined) return;
  values[METRIC_INDEX.tree_peak_low] = peaks.largest;
  values[METRIC_INDEX.tree_peak_high] = peaks.sum;
}
