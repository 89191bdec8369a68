/** Of dots that would lie upon each other, one. */
import type { Metric } from '../../client/entities.js';
import { didNotPass } from './item-text.js';

export interface Dot<T> {
  readonly item: T;
  /** How many others lie there. */
  readonly hidden: number;
}

/** In pixels, the side of the squares in which one dot stands for all: with many they cover each other anyway. */
const CELL = 2;
const CELL_OF_MANY = 5;
const MANY = 1000;

/**
 * @param place pixels, from any origin
 * @returns in the order in which they are to be drawn: what did not pass stays in sight
 */
export function thinned<T extends { readonly metric: Metric }>(
  items: readonly T[],
  place: (item: T) => readonly [x: number, y: number],
): Dot<T>[] {
  const cell = items.length > MANY ? CELL_OF_MANY : CELL;
  const squares = new Map<string, { readonly item: T; hidden: number }>();
  for (const item of [...items].sort((a, b) => Number(didNotPass(b.metric)) - Number(didNotPass(a.metric)))) {
    const key = place(item)
      .map((at) => Math.floor(at / cell))
      .join();
    const known = squares.get(key);
    if (known === undefined) squares.set(key, { item, hidden: 0 });
    else known.hidden++;
  }
  return [...squares.values()].reverse();
}
