/** Makes the object that users see from the numbers of a slot. */
import { SLOT_EXTRA, SLOT_STRIDE } from '../collector/binding.js';
import { METRIC_KEYS, type MetricKey } from '../model/metrics.js';
import type { Reading, Status } from '../model/records.js';
import type { OpenSpan } from './open-span.js';

export function makeReading(span: OpenSpan, status: Status, numbers: Float64Array, overlaps: number, shared: boolean): Reading {
  const offset = span.slot * SLOT_STRIDE;
  const reading: { -readonly [K in keyof Reading]: Reading[K] } = {
    startedAt: span.startedAt,
    status,
    retry: span.retry,
    repeat: span.repeat,
    overlaps,
    shared,
    peakIsLowerBound: numbers[offset + SLOT_EXTRA.peakIsLowerBound] === 1,
  };
  for (let index = 0; index < METRIC_KEYS.length; index += 1) {
    const value = numbers[offset + index] as number;
    // Only NaN, which stands for an absent number, differs from itself.
    if (value === value) reading[METRIC_KEYS[index] as MetricKey] = value;
  }
  return reading;
}
