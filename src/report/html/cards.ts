/** What a session cost in all, large: the first thing that somebody sees. */
import type { KindTotals, StoredReading } from '../../client/rows.js';
import { METRIC_INDEX, type MetricName } from '../../model/metrics.js';
import { formatBytes, formatTime } from '../../model/units.js';
import { plural, statusCounts } from '../words.js';
import { markup, type Markup } from './markup.js';

interface Costs {
  readonly totals: readonly KindTotals[];
  readonly items: readonly StoredReading[];
  readonly whole?: StoredReading;
}

export function cards({ totals, whole, items }: Costs): Markup {
  const [main] = ['test', 'function', 'bench'].flatMap((kind) => totals.find((row) => row.kind === kind) ?? []).concat(totals);
  const of = (name: MetricName): number => whole?.values[METRIC_INDEX[name]] ?? NaN;
  const made: Markup[] = [];
  const card = (value: string, label: string, note = '', tone = ''): void => {
    made.push(markup`<div class="card"><span>${label}</span><b class="${tone}">${value}</b><small>${note}</small></div>`);
  };
  if (main !== undefined) {
    const bad = (main.failed || 0) + (main.interrupted || 0);
    card(
      String(main.count),
      main.count === 1 ? main.kind : plural(main.kind),
      statusCounts(main),
      bad > 0 ? 'bad' : Number.isNaN(main.failed) ? '' : 'good',
    );
  }
  if (!Number.isNaN(of('wall_time')))
    card(formatTime(of('wall_time')), 'the whole command', `cpu ${time(of('children_cpu_time'))}, of processes waited for`);
  if (main !== undefined && !Number.isNaN(main.wallTime)) card(formatTime(main.wallTime), `wall time in ${plural(main.kind)}`, 'their sum');
  if (main !== undefined && !Number.isNaN(main.cpuTime)) card(formatTime(main.cpuTime), `CPU time in ${plural(main.kind)}`, 'their sum');
  if (main !== undefined && !Number.isNaN(main.peakRss))
    card(formatBytes(main.peakRss), 'highest memory', `of one process, during a ${main.kind}`);
  if (!Number.isNaN(of('tree_peak_low')))
    card(
      `≥ ${formatBytes(of('tree_peak_low'))}`,
      'all its processes',
      Number.isNaN(of('tree_peak_high')) ? '' : `the sum of those seen: ${formatBytes(of('tree_peak_high'))}`,
    );
  const doubtful = items.filter(({ overlaps, shared }) => overlaps > 0 || shared).length;
  if (doubtful > 0) card(String(doubtful), 'ran beside others', 'their process-wide numbers are shared', 'warn');
  return markup`<section class="cards">${made}</section>`;
}

function time(nanoseconds: number): string {
  return Number.isNaN(nanoseconds) ? 'not known' : formatTime(nanoseconds);
}
