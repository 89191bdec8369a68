/** The items of the page: what its script sorts, filters and shows. */
import type { StoredReading } from '../../client/rows.js';
import { METRICS, type MetricName } from '../../model/metrics.js';
import { STEPS } from '../../model/units.js';
import { isShared } from '../../model/judge.js';
import { isBench } from '../benchmarks.js';
import { itemTitle, valueOf } from '../items.js';
import { visible } from '../../model/visible.js';

export interface PageColumn {
  readonly key: string;
  readonly heading: string;
  /** Of a number. */
  readonly unit?: string;
  /** Rows hold numbers into `texts`. */
  readonly shared?: true;
  /** Is a column of the table; the rest is shown with a row's details. */
  readonly inTable?: true;
}

export interface PageItems {
  readonly columns: readonly PageColumn[];
  readonly rows: readonly (readonly (string | number | null)[])[];
  readonly texts: readonly string[];
  /** How numbers of a unit are written; null: no limit. */
  readonly units: Readonly<Record<string, readonly (readonly [limit: number | null, divisor: number, name: string])[]>>;
}

const USUAL: readonly MetricName[] = ['wall_time', 'cpu_time', 'peak_growth', 'peak_rss'];
const OF_BENCHES: readonly MetricName[] = ['iteration_mean', 'iteration_p99'];

const FACTS: readonly (PageColumn & { readonly of: (reading: StoredReading) => string })[] = [
  { key: 'title', heading: 'item', inTable: true, of: itemTitle },
  { key: 'kind', heading: 'kind', shared: true, of: ({ identity }) => identity.kind },
  { key: 'status', heading: 'status', shared: true, inTable: true, of: statusOf },
  { key: 'attempt', heading: 'attempt', shared: true, of: attemptOf },
  { key: 'component', heading: 'component', shared: true, of: ({ component }) => component },
  { key: 'project', heading: 'project', shared: true, of: ({ identity }) => identity.project },
  { key: 'file', heading: 'file', shared: true, of: ({ identity }) => identity.file },
  { key: 'worker', heading: 'worker', shared: true, of: ({ writer }) => writer.slice(0, 12) },
  { key: 'marks', heading: 'marks', shared: true, of: marksOf },
];

export function pageItems(readings: readonly StoredReading[]): PageItems {
  const metrics = METRICS.filter(({ name }) => readings.some((reading) => !Number.isNaN(valueOf(reading, name))));
  const shown = readings.length > 0 && readings.every(isBench) ? [...OF_BENCHES, ...USUAL] : USUAL;
  const numbers = metrics.map(({ name, heading, unit }): PageColumn => ({
    key: name,
    heading,
    unit,
    ...(shown.includes(name) && { inTable: true }),
  }));
  const known = new Map<string, number>();
  const texts: string[] = [];
  const numberOf = (text: string): number => {
    let found = known.get(text);
    if (found === undefined) {
      known.set(text, (found = texts.length));
      texts.push(text);
    }
    return found;
  };
  const rows = readings.map((reading) => [
    ...FACTS.map(({ of, shared }) => (shared === true ? numberOf(visible(of(reading))) : visible(of(reading)))),
    ...metrics.map(({ name }) => {
      const value = valueOf(reading, name);
      return Number.isNaN(value) ? null : value;
    }),
  ]);
  return { columns: [...FACTS.map(({ of: _, ...column }) => column), ...numbers], rows, texts, units: STEPS };
}

/** pytest-monitor keeps none. */
function statusOf({ foreign, status }: StoredReading): string {
  return foreign ? '' : status;
}

function attemptOf({ foreign, retry, repeat }: StoredReading): string {
  return foreign ? '' : [repeat > 0 ? `repeat ${repeat}` : '', retry > 0 ? `retry ${retry}` : ''].filter(Boolean).join(', ');
}

function marksOf(reading: StoredReading): string {
  return [
    isShared(reading, { scope: 'process' }) ? 'process-wide numbers include what ran beside it' : '',
    reading.peakIsLowerBound ? 'its peak is a lower bound' : '',
  ]
    .filter(Boolean)
    .join('; ');
}
