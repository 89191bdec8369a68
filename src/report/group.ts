/** What the sessions of a group cost together. */
import type { KindTotals } from '../client/rows.js';
import { formatBytes, formatTime } from '../model/units.js';
import { plural, statusCounts } from './words.js';

/** @returns text that ends in a newline */
export function renderGroup(totals: readonly KindTotals[]): string {
  const lines = totals.map((row) => {
    const parts = [
      [row.count, statusCounts(row)].filter(Boolean).join(': '),
      Number.isNaN(row.wallTime) ? '' : `wall ${formatTime(row.wallTime)}`,
      Number.isNaN(row.cpuTime) ? '' : `cpu ${formatTime(row.cpuTime)}`,
      Number.isNaN(row.peakRss) ? '' : `highest rss ${formatBytes(row.peakRss)}`,
    ];
    return `all ${plural(row.kind)}  ${parts.filter((part) => part !== '').join(', ')}`;
  });
  return ['', ...lines, ''].join('\n');
}
