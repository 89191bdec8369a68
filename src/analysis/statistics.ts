/** What many readings of one quantity have in common. */

export interface Statistics {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Sample standard deviation, with n - 1 in the denominator; absent for a single value. */
  readonly deviation?: number;
  readonly p50: number;
  readonly p95: number;
}

/** @param values at least one */
export function statisticsOf(values: readonly number[]): Statistics {
  const sorted = Float64Array.from(values).sort();
  const count = sorted.length;
  const mean = sorted.reduce((sum, value) => sum + value, 0) / count;
  const squares = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    count,
    min: sorted[0]!,
    max: sorted[count - 1]!,
    mean,
    ...(count > 1 && { deviation: Math.sqrt(squares / (count - 1)) }),
    p50: quantile(sorted, 0.5),
    p95: quantile(sorted, 0.95),
  };
}

/** @param values at least one */
export function median(values: readonly number[]): number {
  return quantile(Float64Array.from(values).sort(), 0.5);
}

/** Between the two nearest values in proportion: type 7 of Hyndman and Fan (1996), the default of R and NumPy. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const at = (sorted.length - 1) * share;
  const below = Math.floor(at);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (high - low) * (at - below);
}
