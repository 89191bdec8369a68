// What does the Vitest plugin add to a run? Trivial tests, one worker; each round runs every shape with and without the plugin,
// side by side and in changing order. A least-squares fit of what is added, by shape (the median of the pairs' differences, since
// other work on the machine disturbs single runs by far more), gives what is added for each run, file and test: a cost of some
// ten microseconds a test is visible only as a slope. The intervals come from resampling the rounds. The yardstick is
// pytest-monitor's figures, measured in the same way.
//
//   node benchmarks/vitest.mjs [--rounds 12] [--pool forks] [--attach] [--probes full]
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '12' },
    pool: { type: 'string', default: 'forks' },
    attach: { type: 'boolean', default: false },
    probes: { type: 'string', default: 'full' },
  },
});
const ROUNDS = Number(options.rounds);
const SHAPES = [
  { files: 1, tests: 100 },
  { files: 1, tests: 1000 },
  { files: 1, tests: 5000 },
  { files: 8, tests: 100 },
];
/** Microseconds a test, by the slope: with its garbage collection before each test (the default), and without. */
const PYTEST_MONITOR = { default: 59_500, 'without gc': 11_700 };
const GOAL = 50;
let seed = 1;
const RESAMPLES = 2000;

const repository = resolve(import.meta.dirname, '..');
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'spanmeter-benchmark-')));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

install();
for (const shape of SHAPES) for (const monitored of [false, true]) prepare(shape, monitored);

run(SHAPES[0], true);
/** Of each round the pair of times of each shape, in milliseconds. */
const rounds = Array.from({ length: ROUNDS }, (_, round) =>
  SHAPES.map((shape) => {
    const first = round % 2 === 0;
    const times = new Map([first, !first].map((monitored) => [monitored, run(shape, monitored)]));
    return { added: times.get(true) - times.get(false), without: times.get(false) };
  }),
);
report();

/** A copy, as npm would install it: a linked package is transformed by Vite like the user's own source. */
function install() {
  const manifest = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
  const modules = join(folder, 'node_modules');
  for (const part of ['package.json', 'dist', 'build/Release/spanmeter.node'])
    cpSync(join(repository, part), join(modules, 'spanmeter', part), { recursive: true });
  for (const name of ['vitest', 'vite', ...Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })]) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(repository, 'node_modules', name), join(modules, name));
  }
}

function folderOf({ files, tests }, monitored) {
  return join(folder, `${files}-${tests}-${monitored}`);
}

function prepare(shape, monitored) {
  const target = folderOf(shape, monitored);
  mkdirSync(target);
  const plugins = monitored && !options.attach ? `spanmeter({ probes: '${options.probes}' })` : '';
  writeFileSync(join(target, 'package.json'), '{ "type": "module" }');
  writeFileSync(
    join(target, 'vitest.config.mjs'),
    `${plugins === '' ? '' : "import spanmeter from 'spanmeter/vitest';\n"}export default { plugins: [${plugins}], test: { pool: '${options.pool}', maxWorkers: 1 } };`,
  );
  const body = Array.from({ length: shape.tests }, (_, index) => `test('test ${index}', () => {});`).join('\n');
  for (let file = 0; file < shape.files; file += 1)
    writeFileSync(join(target, `${file}.test.mjs`), `import { test } from 'vitest';\n${body}\n`);
}

/** @returns milliseconds */
function run(shape, monitored) {
  const vitest = [join(folder, 'node_modules/vitest/vitest.mjs'), 'run'];
  const attached =
    monitored && options.attach ? [join(repository, 'dist/cli/bin.js'), 'run', '--probes', options.probes, '--', process.execPath] : [];
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(SPANMETER|VITEST|NODE_OPTIONS)/.test(name)));
  const before = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, [...attached, ...vitest], {
    cwd: folderOf(shape, monitored),
    env,
    encoding: 'utf8',
  });
  const time = performance.now() - before;
  const measured = stderr.includes(`${shape.files * shape.tests} passed`);
  if (status !== 0 || measured !== monitored) throw new Error(`A run of ${shape.tests} tests went wrong.\n${stdout}${stderr}`);
  return time;
}

function report() {
  SHAPES.forEach(({ files, tests }, shape) => {
    const [without, added] = ['without', 'added'].map((name) => median(rounds.map((round) => round[shape][name])));
    const line = `${String(files).padStart(2)} files x ${String(tests).padStart(4)} tests`;
    console.log(`${line}   without ${without.toFixed(0)} ms, added ${added.toFixed(1)} ms (medians of ${ROUNDS})`);
  });
  const costs = costsOf(rounds);
  const draws = Array.from({ length: RESAMPLES }, () => costsOf(rounds.map(() => rounds[Math.floor(random() * ROUNDS)])));
  const [aRun, aFile, aTest] = costs.map((value, index) => {
    const ordered = draws.map((draw) => draw[index]).sort((x, y) => x - y);
    return { value, low: ordered[Math.floor(RESAMPLES * 0.025)], high: ordered[Math.ceil(RESAMPLES * 0.975) - 1] };
  });
  const range = ({ value, low, high }, factor, unit) =>
    `${(value * factor).toFixed(1)} ${unit} (95 %: ${(low * factor).toFixed(1)} to ${(high * factor).toFixed(1)})`;
  console.log(`\nadded for each run   ${range(aRun, 1, 'ms')}`);
  console.log(`added for each file  ${range(aFile, 1, 'ms')}`);
  console.log(`added for each test  ${range(aTest, 1000, 'us')}   goal: <= ${GOAL} us`);
  for (const [how, cost] of Object.entries(PYTEST_MONITOR)) {
    console.log(`pytest-monitor (${how}): ${cost} us a test, ${(cost / (aTest.value * 1000)).toFixed(0)} times as much`);
  }
}

/** @returns milliseconds for a run, a file and a test: least squares over the shapes, by the normal equations */
function costsOf(some) {
  const rows = SHAPES.map(({ files, tests }) => [1, files, files * tests]);
  const added = SHAPES.map((_, shape) => median(some.map((round) => round[shape].added)));
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

/** Seeded: the same times give the same intervals. */
function random() {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 2 ** 32;
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
}
