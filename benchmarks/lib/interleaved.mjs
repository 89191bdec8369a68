// Runs contestants in turn, in short blocks, so that whatever disturbs the machine disturbs all of them alike.

/**
 * @param {{ name: string, run: (pairs: number) => void }[]} contestants
 * @param {{ rounds: number, block: number }} size pairs a block; a round is one block of each
 * @returns {Map<string, number[]>} nanoseconds a pair, by name: one number a round
 */
export function interleave(contestants, { rounds, block }) {
  const times = new Map(contestants.map(({ name }) => [name, []]));
  const warmUp = Math.ceil(rounds / 20);
  for (let round = -warmUp; round < rounds; round += 1) {
    // Nobody runs always first, or always after the same one.
    const order = round % 2 === 0 ? contestants : [...contestants].reverse();
    for (const { name, run } of order) {
      const started = process.hrtime.bigint();
      run(block);
      const taken = Number(process.hrtime.bigint() - started) / block;
      if (round >= 0) times.get(name).push(taken);
    }
  }
  return times;
}

export function median(numbers) {
  const sorted = [...numbers].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * The ratio of two medians, with a 95 % confidence interval: rounds are drawn anew, with both of their numbers, 2,000 times.
 *
 * @param {number[]} above one number a round
 * @param {number[]} below of the same rounds
 * @returns {{ ratio: number, low: number, high: number }}
 */
export function ratioOfMedians(above, below) {
  const random = seeded(1);
  const ratios = Array.from({ length: 2000 }, () => {
    const drawn = above.map(() => Math.floor(random() * above.length));
    return median(drawn.map((index) => above[index])) / median(drawn.map((index) => below[index]));
  }).sort((left, right) => left - right);
  return { ratio: median(above) / median(below), low: ratios[50], high: ratios[1949] };
}

/** Marsaglia's xorshift: the same numbers in every run. */
function seeded(seed) {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
