/** How items and their numbers are written in tables. */
import { isShared } from '../model/judge.js';
import { METRICS, METRIC_INDEX, type Metric, type MetricName } from '../model/metrics.js';
import type { Identity, Marks } from '../model/records.js';
import { formatQuantity } from '../model/units.js';
import type { StoredReading } from '../client/rows.js';
import { wholeText, type Cell, type Column } from './table.js';

const STEP = ' > ';
/** Stands for folders and files that there is no room for. */
const LEFT_OUT = '…';

/** Whatever has an identity. */
type Named = Pick<StoredReading, 'identity'>;

/** What stands before a number that includes what others did at the same time. */
export const SHARED_MARK = '~';
export const SHARED_NOTE = `${SHARED_MARK} includes what else ran in the process at the same time`;

/**
 * The title, led by its file. Where that is too long, without what the heading says of all (see `itemColumn`); what else is left out
 * has a mark.
 * @param withProject the session has several: an item is told by its project as well
 * @param shared the file or, with a slash at its end, the folder that all items of the table have in common
 */
export function itemCell(reading: Named, withProject = false, shared = ''): Cell {
  const { file, project } = reading.identity;
  const title = itemTitle(reading);
  const mark = withProject && project !== '' ? `[${project}] ` : '';
  if (!hasLead(reading)) return { text: title, leads: [mark] };
  if (file === shared) return { text: title, leads: [`${mark}${file}${STEP}`, mark] };
  const rest = file.slice(shared.length);
  const below = rest.lastIndexOf('/') + 1;
  const short = below === 0 ? rest : `${LEFT_OUT}/${rest.slice(below)}`;
  return { text: title, leads: [`${mark}${file}${STEP}`, `${mark}${short}${STEP}`, `${mark}${LEFT_OUT}${STEP}`] };
}

/** @returns the column of the items, and the cell of each */
export function itemColumn(
  heading: string,
  readings: readonly Named[],
  withProject = false,
): { readonly column: Column; cell(reading: Named): Cell } {
  const shared = sharedPlace(readings.map(({ identity }) => identity.file));
  const shortened = shared === '' ? {} : { shortenedHeading: `${heading} in ${shared}`.trim() };
  return { column: { heading, shrinks: true, ...shortened }, cell: (reading) => itemCell(reading, withProject, shared) };
}

/** A file is no item in itself. */
function hasLead(reading: Named): boolean {
  return reading.identity.file !== '' && itemTitle(reading) !== reading.identity.file;
}

function sharedPlace(files: readonly string[]): string {
  const [first = '', ...others] = files;
  if (others.every((file) => file === first)) return first;
  let end = first.lastIndexOf('/') + 1;
  while (end > 0 && !others.every((file) => file.startsWith(first.slice(0, end)))) end = first.lastIndexOf('/', end - 2) + 1;
  return first.slice(0, end);
}

/** Its full name. */
export function itemName(reading: Named, withProject = false): string {
  return wholeText(itemCell(reading, withProject));
}

/** Describe path and name, with the variant in brackets; items that are otherwise equal are numbered. */
export function itemTitle({ identity }: { readonly identity: Omit<Identity, 'kind'> }): string {
  const { describe, name, variant, ordinal } = identity;
  const path = [...describe, name].join(STEP);
  return `${path}${variant === '' ? '' : ` [${variant}]`}${ordinal > 0 ? ` #${ordinal + 1}` : ''}`;
}

export function metricNamed(name: MetricName): Metric {
  return METRICS[METRIC_INDEX[name]]!;
}

export function metricColumn(name: MetricName, expendable?: number): Column {
  const column = { heading: metricNamed(name).heading, align: 'right' as const };
  return expendable === undefined ? column : { ...column, expendable };
}

/** @returns NaN when it is absent */
export function valueOf(reading: StoredReading, name: MetricName): number {
  return reading.values[METRIC_INDEX[name]] ?? NaN;
}

/** `-` when the number is absent; marked when it is not the item's alone, or only a lower bound. */
export function metricText(reading: StoredReading, name: MetricName): string {
  const value = valueOf(reading, name);
  if (Number.isNaN(value)) return '-';
  const metric = metricNamed(name);
  if (metric.probe === 'bench' && metric.unit === 'ns') return formatShortTime(value);
  return `${numberMark(reading, metric)}${formatQuantity(value, metric.unit)}`;
}

/** What stands before a number: it is not the item's alone, or only a lower bound. */
export function numberMark(marks: Pick<Marks, 'shared' | 'overlaps' | 'peakIsLowerBound'>, metric: Metric): string {
  const bound = marks.peakIsLowerBound && (metric.name === 'peak_rss' || metric.name === 'peak_growth') ? '>=' : '';
  return `${isShared(marks, metric) ? SHARED_MARK : ''}${bound}`;
}

/** Of one iteration, which can take less than the unit. @param nanoseconds whole ones, or divided */
export function formatShortTime(nanoseconds: number): string {
  return nanoseconds < 0.5 ? '<1 ns' : formatQuantity(nanoseconds, 'ns');
}

const STATUS_PAINT = { passed: 'green', failed: 'red', skipped: 'dim', interrupted: 'yellow' } as const;

export function statusCell(reading: StoredReading): Cell {
  // pytest-monitor does not say how its tests ended.
  if (reading.foreign) return { text: '' };
  return { text: `${reading.status}${attemptMark(reading)}`, paint: STATUS_PAINT[reading.status] };
}

/** What tells the rows of one item apart. The first run needs no mark. */
export function attemptMark({ repeat, retry }: Pick<Marks, 'repeat' | 'retry'>): string {
  const numbers = Object.entries({ repeat, retry }).filter(([, number]) => number > 0);
  return numbers.length === 0 ? '' : ` (${numbers.map(([what, number]) => `${what} ${number}`).join(', ')})`;
}
