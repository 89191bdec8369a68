/** A reading as a store hands it out, as an entity: numbers by name. */
import { METRIC_KEYS, type MetricKey } from '../model/metrics.js';
import type { StoredReading } from '../store/contract.js';
import type { Metric } from './entities.js';

export function toMetric({
  identity,
  values,
  foreign,
  status,
  retry,
  repeat,
  overlaps,
  shared,
  peakIsLowerBound,
  parent,
  ...rest
}: StoredReading): Metric {
  const numbers: Partial<Record<MetricKey, number>> = {};
  METRIC_KEYS.forEach((key, index) => {
    const value = values[index] ?? NaN;
    if (!Number.isNaN(value)) numbers[key] = value;
  });
  return {
    ...identity,
    ...rest,
    foreign,
    ...(parent !== 0 && { parent }),
    ...(!foreign && { status, retry, repeat, overlaps, shared, peakIsLowerBound }),
    ...numbers,
  };
}
