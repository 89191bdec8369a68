/** What the author of a test can say about it, whichever way the runner offers: `meta`, a docblock, a call. */

import type { Budget } from '../model/limits.js';
import { BUDGET_TAG } from '../model/records.js';

export interface Markers {
  /** The part of the product that it belongs to, such as `billing.invoices`. */
  readonly component?: string;
  readonly tags?: Readonly<Record<string, unknown>>;
  /** What each test may cost, where the run checks budgets. */
  readonly budget?: Budget;
  /** True: it is not measured and not recorded. False: it is, also inside a suite that is left out. */
  readonly skip?: boolean;
}

const PLAIN = ['string', 'number', 'boolean'];

/**
 * Adds what an item says of itself to what its suites say. A tag or a limit replaces one of the same name.
 * @param given comes from a test file: what is not of the shape is left out, but of a budget, which would then guard nothing: that
 *   is told where budgets are checked
 */
export function mergeMarkers(above: Markers | undefined, given: unknown): Markers | undefined {
  if (typeof given !== 'object' || given === null) return above;
  const own = checked(given);
  const tags = { ...above?.tags, ...own.tags };
  const budget = mergeBudgets(above?.budget, own.budget);
  return { ...above, ...own, ...(Object.keys(tags).length > 0 && { tags }), ...(budget !== undefined && { budget }) };
}

function checked({ component, tags, skip, budget }: { readonly [K in keyof Markers]?: unknown }): Markers {
  const plain = Object.entries(typeof tags === 'object' && tags !== null ? tags : {}).filter(([, value]) => isPlain(value));
  return {
    ...(typeof component === 'string' && { component }),
    ...(typeof skip === 'boolean' && { skip }),
    ...(budget !== undefined && { budget: writable(budget) }),
    tags: Object.fromEntries(plain),
  };
}

/** Two objects are merged limit by limit. */
function mergeBudgets(above: Budget | undefined, own: Budget | undefined): Budget | undefined {
  return typeof above === 'object' && typeof own === 'object' ? { ...above, ...own } : (own ?? above);
}

/** What can stand in a journal: its mistakes survive, so that they can be told. */
function writable(budget: unknown): Budget {
  const plain = (value: unknown): unknown => (isPlain(value) ? value : value === null ? 'null' : `a ${typeof value}`);
  if (typeof budget !== 'object' || budget === null || Array.isArray(budget)) return plain(budget) as Budget;
  return Object.fromEntries(Object.entries(budget).map(([key, value]) => [key, plain(value)]));
}

function isPlain(value: unknown): boolean {
  return PLAIN.includes(typeof value);
}

/** The part of an item that markers decide; nothing when they say nothing. */
export function markedItem({ component, tags, budget }: Markers = {}): Pick<Markers, 'component' | 'tags'> | undefined {
  if (component === undefined && tags === undefined && budget === undefined) return undefined;
  const all = budget === undefined ? tags : { ...tags, [BUDGET_TAG]: budget };
  return { ...(component && { component }), ...(all && { tags: all }) };
}
