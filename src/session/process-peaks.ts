/** The highest memory of each process that wrote a journal, as its spans read it. */
import { METRIC_INDEX } from '../model/metrics.js';
import { readJournals } from './journals.js';

/** @returns bytes, by process id. A journal that can't be read is left out: delivery says so */
export function processPeaks(folders: readonly string[], session: string): Map<number, number> {
  const peaks = new Map<number, number>();
  for (const reader of readJournals(folders, session).readers) {
    for (const { values } of reader.records()) {
      const peak = values[METRIC_INDEX.peak_rss] ?? NaN;
      const pid = reader.writer?.pid ?? 0;
      // NaN, which is absent, is not greater than anything.
      if (peak > (peaks.get(pid) ?? 0)) peaks.set(pid, peak);
    }
  }
  return peaks;
}
