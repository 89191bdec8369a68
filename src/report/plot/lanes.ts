/** Where on a timeline what ran is drawn. */
import type { Metric } from '../../client/entities.js';
import { didNotPass } from './item-text.js';

export interface Bar {
  /** Of those drawn as this one, the longest, or one that did not pass. */
  readonly metric: Metric;
  /** Nanoseconds since the beginning of the run. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

export interface Worker {
  readonly writer: string;
  /** One unless it did several things at a time. */
  readonly lanes: readonly (readonly Bar[])[];
}

type Drawn = { -readonly [K in keyof Bar]: Bar[K] };

/**
 * @param metrics with a known wall time
 * @param pixel nanoseconds: what is shorter is drawn together with its neighbours
 * @returns in the order in which they began
 */
export function workersOf(metrics: readonly Metric[], start: number, pixel: number): Worker[] {
  const workers = new Map<string, Drawn[][]>();
  for (const metric of [...metrics].sort((a, b) => a.startedAt - b.startedAt || a.sequence - b.sequence)) {
    const from = (metric.startedAt - start) * 1000;
    const to = from + metric.wallTime!;
    let lanes = workers.get(metric.writer);
    if (lanes === undefined) workers.set(metric.writer, (lanes = []));
    // Instants are whole microseconds.
    const lane = lanes.find((bars) => bars[bars.length - 1]!.to <= from + 1000);
    const last = lane?.at(-1);
    if (lane === undefined || last === undefined) lanes.push([{ metric, from, to, count: 1 }]);
    else if (to - from < pixel && from - last.to < pixel / 2 && last.to - last.from < pixel) {
      last.to = to;
      last.count++;
      if (didNotPass(metric) || (!didNotPass(last.metric) && metric.wallTime! > last.metric.wallTime!)) last.metric = metric;
    } else lane.push({ metric, from, to, count: 1 });
  }
  return [...workers].map(([writer, lanes]) => ({ writer, lanes }));
}
