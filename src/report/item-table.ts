/** The table of items that `show` and `top` share. */
import type { StoredReading } from '../client/rows.js';
import { isShared } from '../model/judge.js';
import type { MetricName } from '../model/metrics.js';
import { BENCH_COLUMNS, BENCH_METRICS, isBench } from './benchmarks.js';
import { SHARED_NOTE, itemColumn, metricColumn, metricNamed, metricText, statusCell } from './items.js';
import { renderTable, type Cell, type Column } from './table.js';
import { wrap } from '../model/visible.js';
import { painter, type Terminal } from './terminal.js';

const USUAL: readonly MetricName[] = ['wall_time', 'cpu_time', 'peak_growth'];
const TREE: readonly MetricName[] = ['children_cpu_time', 'tree_peak_low', 'tree_peak_high'];
export const LOWER_BOUND_NOTE = '>= at least so much: something else reset the kernel’s record of the peak';

/**
 * @param by the metric that they are sorted by: stands out, and is added when it is none of the usual ones
 * @returns lines, with the notes that the marks in the table need
 */
export function renderItems(
  readings: readonly StoredReading[],
  terminal: Terminal,
  options: {
    readonly by?: MetricName;
    readonly notes: boolean;
    readonly withProject?: boolean;
    /** Default: as the other notes. */ readonly saysLeftOut?: boolean;
  },
): string[] {
  const { by, withProject, saysLeftOut = options.notes } = options;
  // Benchmarks have numbers of their own. A ranking stays in one piece.
  const benches = by === undefined ? readings.filter(isBench) : [];
  if (benches.length > 0 && benches.length < readings.length) {
    const others = readings.filter((reading) => !isBench(reading));
    return [...renderItems(others, terminal, { ...options, notes: false, saysLeftOut }), '', ...renderItems(benches, terminal, options)];
  }
  const metrics = metricsFor(readings, by);
  const derived = readings.length > 0 && readings.every(isBench) ? BENCH_COLUMNS : [];
  const severalKinds = new Set(readings.map((reading) => reading.identity.kind)).size > 1;
  const haveStatus = readings.some((reading) => !reading.foreign);
  const item = itemColumn('item', readings, withProject);
  const columns: Column[] = [
    ...(severalKinds ? [{ heading: 'kind', expendable: 3 }] : []),
    item.column,
    ...(haveStatus ? [{ heading: 'status', expendable: 1 }] : []),
    ...metrics.map((name) => metricColumn(name, name === by ? undefined : 2)),
    ...derived.map(({ heading }): Column => ({ heading, align: 'right', expendable: 3 })),
  ];
  const rows = readings.map((reading): (Cell | string)[] => [
    ...(severalKinds ? [reading.identity.kind] : []),
    item.cell(reading),
    ...(haveStatus ? [statusCell(reading)] : []),
    ...metrics.map((name): Cell => ({ text: metricText(reading, name), ...(name === by ? { paint: 'bold' as const } : {}) })),
    ...derived.map(({ text }) => text(reading)),
  ]);
  const table = renderTable(columns, rows, terminal, { notes: saysLeftOut });
  return options.notes ? [...table, ...notesFor(readings, metrics, terminal)] : table;
}

/** Whole commands have numbers of their own kind, those of a tree of processes; and so have benchmarks. */
function metricsFor(readings: readonly StoredReading[], by: MetricName | undefined): MetricName[] {
  const are = (kind: string): boolean => readings.length > 0 && readings.every((reading) => reading.identity.kind === kind);
  const metrics: MetricName[] = are('session') ? ['wall_time', ...TREE] : are('bench') ? [...BENCH_METRICS] : [...USUAL];
  return by === undefined || metrics.includes(by) ? metrics : [by, ...metrics];
}

function notesFor(readings: readonly StoredReading[], metrics: readonly MetricName[], terminal: Terminal): string[] {
  const { dim } = painter(terminal);
  const shared = readings.some((reading) => metrics.some((name) => isShared(reading, metricNamed(name))));
  const bounded = readings.some((reading) => reading.peakIsLowerBound);
  return [...(shared ? [SHARED_NOTE] : []), ...(bounded ? [LOWER_BOUND_NOTE] : [])]
    .flatMap((note) => wrap(note, terminal.columns))
    .map((line) => dim(line));
}
