/** Of what would lie upon each other, one. */

export interface Thinned<T> {
  readonly item: T;
  /** How many others lie there. */
  readonly hidden: number;
}

/**
 * @param place pixels, from any origin
 * @returns in their order the first of each square of `cell` pixels
 */
export function thinned<T>(items: readonly T[], place: (item: T) => readonly [x: number, y: number], cell: number): Thinned<T>[] {
  const squares = new Map<string, { readonly item: T; hidden: number }>();
  for (const item of items) {
    const key = place(item)
      .map((at) => Math.floor(at / cell))
      .join();
    const known = squares.get(key);
    if (known === undefined) squares.set(key, { item, hidden: 0 });
    else known.hidden++;
  }
  return [...squares.values()];
}
