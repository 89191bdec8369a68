/** How pictures write items and their numbers. */
import type { Metric } from '../../client/entities.js';
import { keyOf, type MetricName } from '../../model/metrics.js';
import { formatQuantity } from '../../model/units.js';
import { attemptMark, itemTitle, metricNamed, numberMark } from '../items.js';

/** Describe path and name, without the file; and which attempt it was. */
export function titleOf(metric: Metric): string {
  return `${itemTitle({ identity: metric })}${attemptOf(metric)}`;
}

/** With its project and file. */
export function fullName(metric: Metric): string {
  return `${nameOf(metric)}${attemptOf(metric)}`;
}

/** The same for all attempts. */
export function nameOf(metric: Metric): string {
  const { project, file } = metric;
  const title = itemTitle({ identity: metric });
  return `${project === '' ? '' : `[${project}] `}${file === '' || title.startsWith(file) ? '' : `${file} > `}${title}`;
}

export function attemptOf({ retry = 0, repeat = 0 }: Metric): string {
  return attemptMark({ retry, repeat });
}

/** NaN when it is absent. */
export function valueOf(metric: Metric, name: MetricName): number {
  return metric[keyOf(name)] ?? NaN;
}

/** What stands in place of a picture. @param names of which none of the items has all */
export function whyNothing(metrics: readonly Metric[], ...names: readonly MetricName[]): string {
  return metrics.length === 0 ? 'There are no items to show.' : `No item has ${names.join(' and ')}.`;
}

/** What the note of a picture says of those left out; empty when there are none. */
export function withoutText(metrics: readonly Metric[], known: readonly Metric[], ...names: readonly MetricName[]): string {
  const left = metrics.length - known.length;
  return left === 0 ? '' : `${left} without ${names.join(' or ')} ${left === 1 ? 'is' : 'are'} not shown.`;
}

/** `wall time`, `peak growth`. */
export function metricTitle(name: MetricName): string {
  return name.replaceAll('_', ' ');
}

/** `wall time 12.4 ms`: nothing when it is absent. */
export function quantityLine(metric: Metric, name: MetricName): string {
  return Number.isNaN(valueOf(metric, name)) ? '' : `${metricTitle(name)} ${numberText(metric, name)}`;
}

/** With the marks that tables have. */
export function numberText(metric: Metric, name: MetricName): string {
  const value = valueOf(metric, name);
  return Number.isNaN(value) ? 'not known' : `${markOf(metric, name)}${quantityText(value, name)}`;
}

export function markOf({ shared = false, overlaps = 0, peakIsLowerBound = false }: Metric, name: MetricName): string {
  return numberMark({ shared, overlaps, peakIsLowerBound }, metricNamed(name));
}

export function quantityText(value: number, name: MetricName): string {
  return formatQuantity(value, metricNamed(name).unit);
}

export function didNotPass({ status }: Metric): boolean {
  return status === 'failed' || status === 'interrupted';
}

export function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
