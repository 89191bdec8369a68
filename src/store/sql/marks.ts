/** `marks` of a row: the status in the lowest bits, then flags. */
import type { ReadingRecord, Status } from '../../model/records.js';

export const STATUS_MASK = 7;
export const SHARED = 8;
export const PEAK_IS_LOWER_BOUND = 16;
/** The row came from pytest-monitor; its exact numbers are in foreign_readings. */
export const FOREIGN = 32;

/** Statuses as numbers; the place in this list is what is stored, so it only ever grows at its end. */
export const STORED_STATUSES = ['passed', 'failed', 'skipped', 'interrupted'] as const satisfies readonly Status[];
export const INTERRUPTED = STORED_STATUSES.indexOf('interrupted');

export function marksOf(record: ReadingRecord): number {
  return STORED_STATUSES.indexOf(record.status) + (record.shared ? SHARED : 0) + (record.peakIsLowerBound ? PEAK_IS_LOWER_BOUND : 0);
}
