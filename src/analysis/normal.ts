/** The standard normal distribution. */

/**
 * How probable a value above z is. By the continued fraction of Mills' ratio (Abramowitz and Stegun 26.2.14) in the tail, and by the series
 * 26.2.11 in the middle: 12 digits and more.
 * @param z 0 or more
 */
export function normalTail(z: number): number {
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z < 3) {
    let [term, sum] = [z, z];
    for (let odd = 3; Math.abs(term) > 1e-17; odd += 2) sum += term *= (z * z) / odd;
    return 0.5 - density * sum;
  }
  let fraction = 0;
  for (let step = 120; step > 0; step--) fraction = step / (z + fraction);
  return density / (z + fraction);
}

/** The value above which that share lies: the inverse of normalTail. @param share above 0, at most 0.5 */
export function normalQuantile(share: number): number {
  let [low, high] = [0, 40];
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2;
    if (normalTail(middle) > share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
