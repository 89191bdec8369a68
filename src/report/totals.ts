/** The table of what a session's items cost, by kind. */
import type { KindTotals } from '../client/rows.js';
import { KINDS } from '../model/records.js';
import { formatBytes, formatTime } from '../model/units.js';
import type { Column } from './table.js';

export const TOTALS: readonly Column[] = [
  { heading: 'kind' },
  { heading: 'count', align: 'right' },
  { heading: 'passed', align: 'right', expendable: 1 },
  { heading: 'failed', align: 'right' },
  { heading: 'skipped', align: 'right', expendable: 2 },
  { heading: 'interrupted', align: 'right', lastlyExpendable: 2 },
  { heading: 'wall', align: 'right' },
  { heading: 'cpu', align: 'right', lastlyExpendable: 1 },
  { heading: 'highest rss', align: 'right', expendable: 3 },
];

/** A row a kind; the command as a whole stands elsewhere: its processes are not one item among others. */
export function totalsRows(totals: readonly KindTotals[]): string[][] {
  return totals
    .filter(({ kind }) => kind !== 'session')
    .sort(byKind)
    .map(totalsRow);
}

/** What people ask about first; foreign kinds, which are not in the list, before all. */
function byKind(one: KindTotals, other: KindTotals): number {
  const place = ({ kind }: KindTotals): number => (KINDS as readonly string[]).indexOf(kind);
  return place(one) - place(other);
}

function totalsRow(totals: KindTotals): string[] {
  const { kind, count, passed, failed, skipped, interrupted, wallTime, cpuTime, peakRss } = totals;
  const known = (value: number, format: (value: number) => string): string => (Number.isNaN(value) ? '-' : format(value));
  const counts = [count, passed, failed, skipped, interrupted].map((value) => known(value, String));
  return [kind, ...counts, known(wallTime, formatTime), known(cpuTime, formatTime), known(peakRss, formatBytes)];
}
