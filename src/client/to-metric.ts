/** A reading as a store hands it out, as an entity: numbers by name. */
import { METRIC_KEYS } from '../model/metrics.js';
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
  const numbers = Object.fromEntries(
    METRIC_KEYS.flatMap((key, index) => (Number.isNaN(values[index] ?? NaN) ? [] : [[key, values[index]]])),
  );
  return {
    ...identity,
    ...rest,
    foreign,
    ...(parent !== 0 && { parent }),
    ...(!foreign && { status, retry, repeat, overlaps, shared, peakIsLowerBound }),
    ...numbers,
  };
}
