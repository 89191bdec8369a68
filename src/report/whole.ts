/** A command as a whole: its time, and its memory, which is known by two bounds only, for its processes peak at different times. */
import { METRIC_INDEX, type MetricName } from '../model/metrics.js';
import type { StoredReading } from '../client/rows.js';
import { formatBytes, formatTime } from '../model/units.js';
import type { Fact } from './facts.js';

/**
 * @param whole the item of kind `session`
 * @param took nanoseconds, for an item without a wall time of its own
 */
export function wholeFacts(whole: StoredReading, label: string, took: number): Fact[] {
  const value = (name: MetricName): number => whole.values[METRIC_INDEX[name]] ?? NaN;
  const [wall, low, high] = [value('wall_time'), value('tree_peak_low'), value('tree_peak_high')];
  // A whole command's item has no CPU of its own; a runner's own item has its main process's.
  const cpu = value('children_cpu_time') + (value('cpu_time') || 0);
  const time = Number.isNaN(wall) ? took : wall;
  return [
    { label, text: known([time, `wall ${formatTime(time)}`], [cpu, `cpu ${formatTime(cpu)} (of processes waited for)`]) },
    {
      label: 'memory',
      text: known([low, `>= ${formatBytes(low)} (largest process)`], [high, `about <= ${formatBytes(high)} (all seen)`]),
    },
  ];
}

/** The texts whose number is known: an interrupted command has few. */
function known(...parts: readonly (readonly [value: number, text: string])[]): string {
  return parts
    .filter(([value]) => !Number.isNaN(value))
    .map(([, text]) => text)
    .join(', ');
}
