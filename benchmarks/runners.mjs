// What does spanmeter add to a run of each test runner? Trivial tests, one process at a time; each round runs every shape with and
// without our one line, side by side and in changing order, the runners in turns. One table: cost a test, a file and a run (see
// lib/slope.mjs), and the memory that a worker gains. The yardstick is pytest-monitor's figures, measured as a slope as well: a
// ratio of 1/1000 is a thousandth of what it adds to a test.
//
//   node benchmarks/runners.mjs [--runners vitest,jest,mocha,node-test] [--rounds 12] [--pool forks] [--probes full] [--attach]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { RUNNERS, install, prepare } from './lib/runner-suites.mjs';
import { verdict } from './lib/met.mjs';
import { fit, median } from './lib/slope.mjs';

const { values: options } = parseArgs({
  options: {
    runners: { type: 'string', default: Object.keys(RUNNERS).join(',') },
    rounds: { type: 'string', default: '12' },
    pool: { type: 'string', default: 'forks' },
    probes: { type: 'string', default: 'full' },
    attach: { type: 'boolean', default: false },
  },
});
const NAMES = options.runners.split(',');
const ROUNDS = Number(options.rounds);
const SHAPES = [
  { files: 1, tests: 100 },
  { files: 1, tests: 1000 },
  { files: 1, tests: 5000 },
  { files: 8, tests: 100 },
];
/** Microseconds a test, by the slope: with its garbage collection before each test (the default), and without. */
const PYTEST_MONITOR = { 'pytest-monitor': 59_500, 'pytest-monitor without gc': 11_700 };
const GOAL_TEST = 50;
const GOAL_MEMORY = 5;
const MIB = 2 ** 20;
const bin = join(resolve(import.meta.dirname, '..'), 'dist/cli/bin.js');

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'spanmeter-benchmark-')));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const rssFile = join(folder, 'rss');

install(folder, NAMES);
const suites = new Map(
  NAMES.map((name) => [
    name,
    SHAPES.map((shape) =>
      [false, true].map((monitored) => prepare(folder, name, shape, monitored, { ...options, line: monitored && !options.attach })),
    ),
  ]),
);
const rounds = new Map(NAMES.map((name) => [name, []]));
for (const name of NAMES) run(name, 0, true);
for (let round = 0; round < ROUNDS; round += 1) {
  for (const name of NAMES) rounds.get(name).push(SHAPES.map((_, shape) => pair(name, shape, round % 2 === 0)));
}
report();

function pair(name, shape, first) {
  const results = new Map([first, !first].map((monitored) => [monitored, run(name, shape, monitored)]));
  return { added: results.get(true).time - results.get(false).time, memory: results.get(true).rss - results.get(false).rss };
}

/** @returns milliseconds and bytes */
function run(name, shape, monitored) {
  const suite = suites.get(name)[shape][Number(monitored)];
  const attached = monitored && options.attach ? [bin, 'run', '--probes', options.probes, '--', process.execPath] : [];
  const kept = Object.entries(process.env).filter(([variable]) => !/^(SPANMETER|VITEST|JEST|NODE_OPTIONS)/.test(variable));
  const env = { ...Object.fromEntries(kept), RSS_FILE: rssFile, SPANMETER_PROBES: options.probes };
  const before = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, [...attached, ...suite.command], {
    cwd: suite.folder,
    env,
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  const time = performance.now() - before;
  const { files, tests } = SHAPES[shape];
  const measured = stderr.includes(`${files * tests} passed`) && /^spanmeter {2}/m.test(stderr);
  if (status !== 0 || measured !== monitored) throw new Error(`${name}: a run of ${tests} tests went wrong.\n${stdout}${stderr}`);
  return { time, rss: Number(readFileSync(rssFile, 'utf8')) };
}

function report() {
  console.log(
    `Node ${process.version}; medians of ${ROUNDS} rounds, in brackets their 95 % intervals; probes ${options.probes}${options.attach ? ', by `spanmeter run`' : ''}\n`,
  );
  console.log(row('added', 'a test, us', Object.keys(PYTEST_MONITOR), 'a file, ms', 'a run, ms', 'a worker, MiB'));
  const verdicts = [];
  for (const [name, taken] of rounds) {
    const { test, file, run } = fit(
      SHAPES,
      taken.map((shapes) => shapes.map(({ added }) => added)),
    );
    const memory = median(taken.flatMap((shapes) => shapes.map(({ memory }) => memory))) / MIB;
    console.log(row(name, cell(test, 1000), ratios(test.value * 1000), cell(file, 1), cell(run, 1), memory.toFixed(1)));
    verdicts.push(
      `${name.padEnd(20)}a test: ${verdict(test.value * 1000, GOAL_TEST, { unit: 'us' })}; a worker: ${verdict(memory, GOAL_MEMORY, { unit: 'MiB' })}`,
    );
  }
  for (const [name, cost] of Object.entries(PYTEST_MONITOR)) console.log(row(name, String(cost)));
  console.log(['', ...verdicts].join('\n'));
}

/** How small a part of each of pytest-monitor's costs it is. What drowns in the noise is no ratio. */
function ratios(cost) {
  return Object.values(PYTEST_MONITOR).map((theirs) => (cost > 0 ? `1/${Math.round(theirs / cost)}` : '-'));
}

function row(name, test = '', ratios = [], file = '', run = '', memory = '') {
  const widths = [24, 18, 28, 24, 24, 16];
  const [first = '', second = ''] = ratios;
  const cells = [test, first, second, file, run, memory].map((text, index) => text.padStart(widths[index]));
  return `${name.padEnd(26)}${cells.join('')}`.trimEnd();
}

function cell({ value, low, high }, factor) {
  const [middle, from, to] = [value, low, high].map((each) => (each * factor).toFixed(1));
  return `${middle} (${from} to ${to})`;
}
