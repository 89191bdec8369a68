/** Finds and loads the add-on. */
import { messageOf } from '../model/errors.js';
import type { Binding } from './binding.js';
import { layoutMismatch, type Layout } from './layout.js';

/** The package, from dist/collector. */
const ROOT = `${__dirname}/../../`;

export interface Loaded {
  readonly binding?: Binding;
  /** Why there is none: one line for each place that was tried. */
  readonly reasons: readonly string[];
}

/**
 * Loads by process.dlopen and not by require: test runners replace the latter, and fs, in their sandboxes. So nothing is
 * looked up beforehand either: a file that is not there fails to load, and says so.
 */
export function loadAddon(): Loaded {
  if (process.env.SPANMETER_NATIVE === '0') return { reasons: ['SPANMETER_NATIVE=0 switches the add-on off'] };
  const reasons: string[] = [];
  for (const path of candidates()) {
    const holder: { exports: { layout?: Layout } } = { exports: {} };
    try {
      process.dlopen(holder, path);
    } catch (error) {
      // The loader's message repeats the path and may go over several lines.
      reasons.push(`${path}: ${messageOf(error).replace(`${path}: `, '').split('\n')[0]}`);
      continue;
    }
    const mismatch = layoutMismatch(holder.exports.layout);
    if (mismatch === undefined) return { binding: holder.exports as unknown as Binding, reasons: [] };
    reasons.push(`${path}: built from other sources (${mismatch}); build it again`);
  }
  return { reasons };
}

/**
 * A build of the sources wins over what the package brought (named as prebuildify does). Which C library runs need not be
 * found out: a binary for the other one does not load.
 */
function candidates(): string[] {
  const brought = `${ROOT}prebuilds/${process.platform}-${process.arch}/spanmeter`;
  const tags = process.platform === 'linux' ? ['', '.glibc', '.musl'] : [''];
  return [`${ROOT}build/Release/spanmeter.node`, `${ROOT}build/Debug/spanmeter.node`, ...tags.map((tag) => `${brought}${tag}.node`)];
}
