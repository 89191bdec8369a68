/** Ticks at round numbers of human units: 200 ms, 16 MiB. Inside, times are nanoseconds and sizes are bytes. */
import type { Unit } from '../../model/metrics.js';

const KIB = 1024;
const UNITS: Readonly<Record<Unit, readonly (readonly [size: number, unit: string])[]>> = {
  ns: [
    [60e9, 'min'],
    [1e9, 's'],
    [1e6, 'ms'],
    [1e3, 'us'],
    [1, 'ns'],
  ],
  bytes: [
    [KIB ** 4, 'TiB'],
    [KIB ** 3, 'GiB'],
    [KIB ** 2, 'MiB'],
    [KIB, 'KiB'],
    [1, 'B'],
  ],
  count: [[1, '']],
};
/** Between two ticks of a logarithmic axis. */
const DECADE: Readonly<Record<Unit, number>> = { ns: 10, bytes: 16, count: 10 };
/** A minute is divided otherwise than a second. */
const LONG = 120e9;
const LONG_STEPS = [10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 18_000, 36_000].map((seconds) => seconds * 1e9);

export interface Axis {
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
  readonly format: (value: number) => string;
}

/** From 0 (or a negative number) to the largest value. @param count how many ticks there is room for */
export function linearAxis(values: readonly number[], unit: Unit, count: number): Axis {
  const known = values.filter((value) => !Number.isNaN(value));
  const low = known.reduce((a, b) => Math.min(a, b), 0);
  const high = known.reduce((a, b) => Math.max(a, b), 0);
  const top = low === 0 && high === 0 ? 1 : high;
  // Where there is no room for two ticks, there is one beside 0 all the same.
  const step = Math.min(stepFor((top - low) / count, unit, top), below(top - low, unit));
  const [first, last] = [Math.ceil(low / step), Math.floor(top / step)];
  const all = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
  const ticks = all.length > count + 1 ? [0, last * step] : all;
  return { domain: [low, top], ticks, format: formatter(unit, Math.max(-low, top)) };
}

/** Whole powers of ten, or of sixteen for bytes, around all values. @param least what is less does not count @param count as above */
export function logAxis(values: readonly number[], unit: Unit, least: number, count: number): Axis {
  const base = DECADE[unit];
  const known = values.filter((value) => value >= least);
  const low = known.reduce((a, b) => Math.min(a, b), Infinity);
  const high = known.reduce((a, b) => Math.max(a, b), least);
  const first = Math.floor(exponent(Math.min(low, high), base));
  const last = Math.max(Math.ceil(exponent(high, base)), first + 1);
  const every = Math.max(1, Math.ceil((last - first) / count));
  const ticks = Array.from({ length: Math.floor((last - first) / every) + 1 }, (_, index) => base ** (first + index * every));
  return { domain: [base ** first, base ** last], ticks, format: (value) => formatter(unit, value)(value) };
}

/** Without the last digits of a logarithm, which make 999.9999 of 1000. */
function exponent(value: number, base: number): number {
  return Math.round((Math.log(value) / Math.log(base)) * 1e9) / 1e9;
}

/** The largest round number that is not above. */
function below(value: number, unit: Unit): number {
  if (unit === 'bytes') return Math.max(1, 2 ** Math.floor(Math.log2(value)));
  const next = roundStep(value);
  return next <= value ? next : roundStep(next / 2.5) <= value ? Math.max(1, roundStep(next / 2.5)) : 1;
}

function stepFor(least: number, unit: Unit, top: number): number {
  if (unit === 'bytes') return Math.max(1, 2 ** Math.ceil(Math.log2(least)));
  if (unit === 'ns' && top >= LONG) return LONG_STEPS.find((step) => step >= least) ?? 3.6e12 * roundStep(least / 3.6e12);
  return Math.max(1, roundStep(least));
}

/** 1, 2 or 5 times a power of ten. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(exponent(least, 10));
  return power * ([1, 2, 5].find((factor) => factor * power >= least * 0.999999) ?? 10);
}

/** All labels of an axis have the unit of the largest, so that they can be compared. */
function formatter(unit: Unit, largest: number): (value: number) => string {
  const rows = UNITS[unit];
  const [size, name] = rows.find(([each]) => largest >= (each === 60e9 ? LONG : each)) ?? rows[rows.length - 1]!;
  return (value) => (value === 0 ? '0' : `${short(value / size)} ${name}`.trim());
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
