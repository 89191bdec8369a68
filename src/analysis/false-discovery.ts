/**
 * Many tests at once: the procedure of Benjamini and Hochberg (1995) keeps the share of false ones among those that are called, at most at
 * the level that is asked for.
 */

/** @returns each p adjusted: those that are at most the level can be called. In the order of the given ones */
export function adjusted(p: readonly number[]): number[] {
  const order = p.map((_, index) => index).sort((x, y) => p[y]! - p[x]!);
  const result = new Array<number>(p.length);
  let least = 1;
  order.forEach((index, place) => {
    least = Math.min(least, (p[index]! * p.length) / (p.length - place));
    result[index] = least;
  });
  return result;
}
