/** Reads quantities as people write them: `64 MiB`, `50 ms`. The other way round: units.ts. */
import type { Unit } from './metrics.js';

const UNITS: Readonly<Record<Unit, Readonly<Record<string, number>>>> = {
  ns: { ns: 1, us: 1e3, ms: 1e6, s: 1e9, min: 60e9, h: 3600e9 },
  bytes: { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 },
  count: { '': 1 },
};
/** Other ways to spell them: both signs for micro, and the capital that many write. */
const SPELLINGS: Readonly<Record<string, string>> = { '\u00b5s': 'us', '\u03bcs': 'us', KB: 'kB' };
const QUANTITY = /^\s*(\d+(?:\.\d+)?|\.\d+)\s*(\p{L}*)\s*$/u;

/** To complete the sentence "expected ...". */
export const QUANTITY_EXPECTED: Readonly<Record<Unit, string>> = {
  ns: `a time such as '50 ms' (${Object.keys(UNITS.ns).join(', ')}) or a number of nanoseconds`,
  bytes: `a size such as '64 MiB' (${Object.keys(UNITS.bytes).join(', ')}) or a number of bytes`,
  count: 'a number',
};

/**
 * @param given text with its unit, or a number in the unit itself
 * @returns nanoseconds, bytes or a count; undefined when it is no such quantity
 */
export function parseQuantity(given: unknown, unit: Unit): number | undefined {
  if (typeof given === 'number') return Number.isFinite(given) && given >= 0 ? given : undefined;
  const [, digits, spelt] = (typeof given === 'string' ? QUANTITY.exec(given) : null) ?? [];
  if (digits === undefined || spelt === undefined) return undefined;
  const name = SPELLINGS[spelt] ?? spelt;
  const factor = Object.hasOwn(UNITS[unit], name) ? UNITS[unit][name] : undefined;
  return factor === undefined ? undefined : Number(digits) * factor;
}
