/** `--threshold cpu=5%,50ms`: how large a change of a metric must be. */
import { InvalidArgumentError } from 'commander';
import { thresholdOf } from '../analysis/compare/thresholds.js';
import type { Threshold } from '../analysis/compare/types.js';
import { METRICS, METRIC_INDEX, type MetricName } from '../model/metrics.js';
import { parseQuantity, QUANTITY_EXPECTED } from '../model/quantity.js';
import { metric } from './flags.js';

export type Thresholds = Partial<Record<MetricName, Threshold>>;

const EXPECTED = 'Expected a metric with a percentage, a floor, or both, such as cpu=5%,50ms or peak=16MiB.';

/** For an option that may be given several times. What is not named of the two stays as it is. */
export function threshold(given: string, before: Thresholds = {}): Thresholds {
  const [, word = '', ...parts] = /^([^=]+)=([^,]+)(?:,([^,]+))?$/.exec(given) ?? [];
  if (word === '') throw new InvalidArgumentError(EXPECTED);
  const name = metric(word);
  const { unit } = METRICS[METRIC_INDEX[name]]!;
  let { ratio, floor } = before[name] ?? thresholdOf(name);
  for (const part of parts.filter(Boolean)) {
    const [, percent] = /^\s*(\d+(?:\.\d+)?)\s*%\s*$/.exec(part) ?? [];
    const least = parseQuantity(/^\s*\d+\s*$/.test(part) ? Number(part) : part, unit);
    if (percent !== undefined) ratio = Number(percent) / 100;
    else if (least !== undefined) floor = least;
    else throw new InvalidArgumentError(`${EXPECTED} For the floor of ${word}: ${QUANTITY_EXPECTED[unit]}.`);
  }
  return { ...before, [name]: { ratio, floor } };
}
