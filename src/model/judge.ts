/** Holds what was measured against a limit. What is not known for sure is neither within it nor over it. */
import { metricOf, type Limit, type Measurable } from './limits.js';
import type { Metric } from './metrics.js';
import type { Marks } from './records.js';
import { formatQuantity } from './units.js';

export interface Judgement extends Limit {
  readonly verdict: 'within' | 'exceeded' | 'undecided';
  /** Absent when the number is. */
  readonly measured?: number;
  /** Why it is undecided. */
  readonly reason?: string;
  /** It is undecided because the number includes what others did. */
  readonly isShared?: true;
}

export type Judged = Pick<Marks, 'status' | 'overlaps' | 'shared' | 'peakIsLowerBound'>;

/** @param measured NaN when it is absent */
export function judge(limit: Limit, measured: number, marks: Judged, machine: Measurable): Judgement {
  const metric = metricOf(limit);
  const undecided = (reason: string): Judgement => ({
    ...limit,
    verdict: 'undecided',
    ...(!Number.isNaN(measured) && { measured }),
    reason,
  });
  if (Number.isNaN(measured)) return undecided(whyAbsent(metric, marks, machine));
  if (isShared(marks, metric)) return { ...undecided(besideOthers(marks)), isShared: true };
  const isOver = measured > limit.most;
  // Of one thread: its other spans can only have added to it.
  if (isOver && metric.scope === 'thread' && marks.overlaps > 0) return { ...undecided(besideOthers(marks)), isShared: true };
  if (!isOver && marks.peakIsLowerBound && isPeak(metric)) {
    return undecided(`it was at least ${formatQuantity(measured, metric.unit)}: something else reset the kernel's record of the peak`);
  }
  return { ...limit, verdict: isOver ? 'exceeded' : 'within', measured };
}

/** Processor time of a thread and wall time are the item's own even when others ran beside it. */
export function isShared({ shared, overlaps }: Pick<Marks, 'shared' | 'overlaps'>, { scope }: Pick<Metric, 'scope'>): boolean {
  return (shared || overlaps > 0) && scope !== 'span' && scope !== 'thread';
}

function besideOthers({ overlaps }: Judged): string {
  return overlaps > 0
    ? 'it ran beside others in one process'
    : 'it may have run beside others in one process (it is in a thread, or concurrent)';
}

function whyAbsent(metric: Metric, { status }: Judged, { missing, peakMode, reasons }: Measurable): string {
  const { name, probe, heading } = metric;
  if (status === 'interrupted') return 'it was interrupted';
  const reason = missing[name];
  if (reason !== undefined) return reason;
  if (probe === 'tree') return 'only whole commands have it';
  if (probe !== 'core') return `${heading} is measured only with the probes '${probe}'`;
  const reasonText = reasons.length > 0 ? ` (${reasons.join('; ')})` : '';
  return isPeak(metric) && peakMode === 'left'
    ? `its process had a higher peak before, which is not reset here${reasonText}`
    : `it was not measured${reasonText}`;
}

function isPeak(metric: Metric): boolean {
  return 'least' in metric && metric.least === 'peak';
}
