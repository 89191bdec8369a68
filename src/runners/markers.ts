/** What the author of a test can say about it, whichever way the runner offers: `meta`, a docblock, a call. */

export interface Markers {
  /** The part of the product that it belongs to, such as `billing.invoices`. */
  readonly component?: string;
  readonly tags?: Readonly<Record<string, unknown>>;
  /** True: it is not measured and not recorded. False: it is, also inside a suite that is left out. */
  readonly skip?: boolean;
}

const PLAIN = ['string', 'number', 'boolean'];

/**
 * Adds what an item says of itself to what its suites say. A tag replaces one of the same name.
 * @param given comes from a test file: what is not of the shape is left out
 */
export function mergeMarkers(above: Markers | undefined, given: unknown): Markers | undefined {
  if (typeof given !== 'object' || given === null) return above;
  const own = checked(given);
  const tags = { ...above?.tags, ...own.tags };
  return { ...above, ...own, ...(Object.keys(tags).length > 0 && { tags }) };
}

function checked({ component, tags, skip }: { readonly [K in keyof Markers]?: unknown }): Markers {
  const plain = Object.entries(typeof tags === 'object' && tags !== null ? tags : {}).filter(([, value]) => PLAIN.includes(typeof value));
  return {
    ...(typeof component === 'string' && { component }),
    ...(typeof skip === 'boolean' && { skip }),
    tags: Object.fromEntries(plain),
  };
}

/** The part of an item that markers decide; nothing when they say nothing. */
export function markedItem({ component, tags }: Markers = {}): Pick<Markers, 'component' | 'tags'> | undefined {
  if (component === undefined && tags === undefined) return undefined;
  return { ...(component && { component }), ...(tags && { tags }) };
}
