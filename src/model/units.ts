/** Human units: `12.4 ms`, `38.1 MiB`. Inside, times are nanoseconds and sizes are bytes. */
import type { Unit } from './metrics.js';

const KIB = 1024;
/** Up to which size a number is divided by what, to have which unit. */
type Steps = readonly (readonly [limit: number, divisor: number, unit: string])[];
const TIMES: Steps = [
  [1e3, 1, 'ns'],
  [1e6, 1e3, 'us'],
  [1e9, 1e6, 'ms'],
  [60e9, 1e9, 's'],
];
const SIZES: Steps = [
  [KIB, 1, 'B'],
  [KIB ** 2, KIB, 'KiB'],
  [KIB ** 3, KIB ** 2, 'MiB'],
  [KIB ** 4, KIB ** 3, 'GiB'],
  [Infinity, KIB ** 4, 'TiB'],
];

/** For pages, which format by themselves; JSON has no Infinity. */
export const STEPS: Readonly<Record<'ns' | 'bytes', readonly (readonly [limit: number | null, divisor: number, unit: string])[]>> = {
  ns: [...TIMES, [Infinity, 1e9, 's'] as const].map(finite),
  bytes: SIZES.map(finite),
};

function finite([limit, divisor, unit]: Steps[number]): readonly [number | null, number, string] {
  return [Number.isFinite(limit) ? limit : null, divisor, unit];
}

export function formatQuantity(value: number, unit: Unit): string {
  if (unit === 'ns') return formatTime(value);
  return unit === 'bytes' ? formatBytes(value) : String(value);
}

/** @param nanoseconds any number, negative too */
export function formatTime(nanoseconds: number): string {
  const size = Math.abs(nanoseconds);
  // The bounds leave room for rounding: 999.96 us is shown as 1.0 ms, not as 1000.0 us.
  const row = TIMES.find(([limit]) => size < limit * 0.99995);
  if (row !== undefined) return scaled(nanoseconds, row[1], row[2]);
  const seconds = Math.round(size / 1e9);
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  const sign = nanoseconds < 0 ? '-' : '';
  return hours > 0 ? `${sign}${hours} h ${minutes} min` : `${sign}${minutes} min ${rest} s`;
}

/** @param bytes any number, negative too */
export function formatBytes(bytes: number): string {
  const row = SIZES.find(([limit]) => Math.abs(bytes) < limit * 0.99995) ?? SIZES[SIZES.length - 1]!;
  return scaled(bytes, row[1], row[2]);
}

function scaled(value: number, divisor: number, unit: string): string {
  return `${divisor === 1 ? Math.round(value) : (value / divisor).toFixed(1)} ${unit}`;
}

/** A factor: `x1.60`. */
export function formatRatio(ratio: number): string {
  return `x${ratio >= 100 ? Math.round(ratio) : ratio.toFixed(ratio >= 10 ? 1 : 2)}`;
}
