/** `--threshold cpu=5%,50ms`: how large a change of a metric must be. */
import { InvalidArgumentError } from 'commander';
import type { Threshold } from '../analysis/compare/types.js';
import { METRICS, METRIC_INDEX, type MetricName } from '../model/metrics.js';
import { parseQuantity, QUANTITY_EXPECTED } from '../model/quantity.js';
import { metric } from './flags.js';

export type Thresholds = Partial<Record<MetricName, Threshold>>;

const EXPECTED = "Expected a metric, a percentage and a floor, such as cpu=5%,50ms or peak='10%,16 MiB'.";

/** For an option that may be given several times. */
export function threshold(given: string, before: Thresholds = {}): Thresholds {
  const [, word = '', share = '', floor = ''] = /^([^=]+)=\s*(\d+(?:\.\d+)?)\s*%\s*,(.+)$/.exec(given) ?? [];
  if (word === '') throw new InvalidArgumentError(EXPECTED);
  const name = metric(word);
  const { unit } = METRICS[METRIC_INDEX[name]]!;
  const least = parseQuantity(floor, unit);
  if (least === undefined) throw new InvalidArgumentError(`${EXPECTED} For the floor of ${word}: ${QUANTITY_EXPECTED[unit]}.`);
  return { ...before, [name]: { ratio: Number(share) / 100, floor: least } };
}
