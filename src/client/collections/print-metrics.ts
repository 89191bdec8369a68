import { keyOf, METRICS, type MetricName } from '../../model/metrics.js';
import { formatQuantity } from '../../model/units.js';
import type { Metric } from '../entities.js';
import { printed, shortId, type PrintedColumn } from './printed.js';

/** What is shown when nobody chose columns. */
const USUAL: readonly MetricName[] = ['wall_time', 'cpu_time', 'peak_growth'];
const MOST = 6;

type Printable = Iterable<Metric> & { readonly length: number; readonly columns: readonly string[] };

export function printMetrics(metrics: Printable): string {
  const there = METRICS.filter(({ name }) => metrics.columns.includes(name));
  const shown = there.length === METRICS.length ? METRICS.filter(({ name }) => USUAL.includes(name)) : there.slice(0, MOST);
  return printed('metrics', metrics, [
    { heading: 'session', text: ({ session }: Partial<Metric>) => shortId(session ?? '') },
    { heading: 'kind', text: ({ kind }: Partial<Metric>) => kind ?? '' },
    { heading: 'item', text: itemText },
    { heading: 'status', text: ({ status }) => status ?? '' },
    ...shown.map(({ name, heading, unit }): PrintedColumn<Metric> => {
      const key = keyOf(name);
      const text = (metric: Metric): string => (metric[key] === undefined ? '' : formatQuantity(metric[key], unit));
      return { heading, align: 'right', text };
    }),
  ]);
}

/** What of the identity was not asked for is left out. */
function itemText({ project, file, describe = [], name, variant }: Partial<Metric>): string {
  return [project, file, ...describe, name, variant].filter(Boolean).join(' > ');
}
