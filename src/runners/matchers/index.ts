/**
 * `import 'spanmeter/matchers'` in a setup file adds the matchers to every `expect` that is in reach; `expect.extend(matchers)` to
 * any other.
 */
import { toStayWithin } from './to-stay-within.js';

export type { SpanmeterMatchers } from './types.js';
export type { MatcherResult } from './to-stay-within.js';

export const matchers = { toStayWithin };

interface Expect {
  readonly extend?: (added: typeof matchers) => void;
}

for (const expect of new Set([globals().expect, ofVitest(), ofJest()])) {
  if (typeof expect?.extend === 'function') expect.extend(matchers);
}

/** As a global: Jest, and Vitest with `globals: true`. */
function globals(): { readonly expect?: Expect; readonly __vitest_index__?: { readonly expect?: Expect } } {
  return globalThis as object;
}

/** Vitest without globals. Importing it could find another copy than the one that runs. */
function ofVitest(): Expect | undefined {
  return globals().__vitest_index__?.expect;
}

/** Jest without globals: its sandbox makes this module itself. */
function ofJest(): Expect | undefined {
  if (process.env['JEST_WORKER_ID'] === undefined) return undefined;
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    return (require('@jest/globals') as { readonly expect?: Expect }).expect;
  } catch {
    // Another runner's worker, or no test file.
    return undefined;
  }
}
