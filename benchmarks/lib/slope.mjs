// What is added for each run, file and test, from pairs of runs of several shapes: a least-squares fit of what is added, by shape (the
// median of the pairs' differences, since other work on the machine disturbs single runs by far more). A cost of some ten
// microseconds a test is visible only as a slope. The intervals come from resampling the rounds.

const RESAMPLES = 2000;

/**
 * @param {{ files: number, tests: number }[]} shapes
 * @param {number[][]} rounds of each round, what was added to each shape
 * @returns {{ run: Estimate, file: Estimate, test: Estimate }} in the unit of what was added
 * @typedef {{ value: number, low: number, high: number }} Estimate
 */
export function fit(shapes, rounds) {
  const random = seeded(1);
  const costs = costsOf(shapes, rounds);
  const draws = Array.from({ length: RESAMPLES }, () =>
    costsOf(
      shapes,
      rounds.map(() => rounds[Math.floor(random() * rounds.length)]),
    ),
  );
  const [run, file, test] = costs.map((value, index) => {
    const ordered = draws.map((draw) => draw[index]).sort((x, y) => x - y);
    return { value, low: ordered[Math.floor(RESAMPLES * 0.025)], high: ordered[Math.ceil(RESAMPLES * 0.975) - 1] };
  });
  return { run, file, test };
}

/** By the normal equations. */
function costsOf(shapes, rounds) {
  const rows = shapes.map(({ files, tests }) => [1, files, files * tests]);
  const added = shapes.map((_, shape) => median(rounds.map((round) => round[shape])));
  const sum = (of) => rows.reduce((total, row, shape) => total + of(row, added[shape]), 0);
  const matrix = rows[0].map((_, i) => rows[0].map((__, j) => sum((row) => row[i] * row[j])));
  const right = rows[0].map((_, i) => sum((row, value) => row[i] * value));
  return invert(matrix).map((line) => line.reduce((total, each, i) => total + each * right[i], 0));
}

/** Gauss-Jordan, with the largest pivot. */
function invert(matrix) {
  const size = matrix.length;
  const work = matrix.map((line, i) => [...line, ...line.map((_, j) => Number(i === j))]);
  for (let column = 0; column < size; column += 1) {
    const pivot = work
      .slice(column)
      .reduce((best, line, index) => (Math.abs(line[column]) > Math.abs(work[best][column]) ? index + column : best), column);
    [work[column], work[pivot]] = [work[pivot], work[column]];
    const divisor = work[column][column];
    work[column] = work[column].map((x) => x / divisor);
    for (let row = 0; row < size; row += 1) {
      const factor = work[row][column];
      if (row !== column) work[row] = work[row].map((x, index) => x - factor * work[column][index]);
    }
  }
  return work.map((line) => line.slice(size));
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
}

/** The same times give the same intervals. */
function seeded(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
