/** What both sides of the add-on must agree on: a binary that was built from other sources would write elsewhere. */
import { METRIC_INDEX, type MetricName } from '../model/metrics.js';
import { SLOT_EXTRA, SLOT_STRIDE } from './binding.js';

/** The add-on's own description of its slots (native/metrics.h). */
export interface Layout {
  /** The metrics that it writes, in the order of METRICS from the first on. */
  readonly metrics: readonly string[];
  readonly stride: number;
  readonly startedAt: number;
  readonly concurrent: number;
  readonly peakIsLowerBound: number;
}

/** @returns what is different, or undefined when both sides agree */
export function layoutMismatch(layout: Layout | undefined): string | undefined {
  if (layout === undefined) return 'it describes no layout';
  if (layout.stride !== SLOT_STRIDE) return `its slots hold ${layout.stride} numbers`;
  for (const [name, place] of Object.entries(SLOT_EXTRA)) {
    if (layout[name as keyof typeof SLOT_EXTRA] !== place) return `it has ${name} in another place`;
  }
  const stranger = layout.metrics.find((name, index) => METRIC_INDEX[name as MetricName] !== index);
  return stranger === undefined ? undefined : `it has ${stranger} in another place`;
}
