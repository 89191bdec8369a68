// Sessions, readings and journals like those of a real suite, made up: the same ones at every run.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { collector } from '../../dist/collector/index.js';
import { METRIC_NAMES } from '../../dist/model/metrics.js';
import { beginLine, definition, endLine, headerLine, numbersText, placeText } from '../../dist/journal/format.js';

export const WRITERS = 4;
const TESTS_A_FILE = 10;
const START = Date.UTC(2026, 0, 1) * 1000;
const ABSENT = new Set([
  'children_cpu_time',
  'external_before',
  'external_after',
  'loop_active_time',
  'loop_idle_time',
  'gc_count',
  'gc_time',
  'tree_peak_low',
  'tree_peak_high',
]);

// A seeded generator: every run writes the same rows.
let seed = 1;
function random() {
  seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
  return seed / 0x7fffffff;
}

/** Most values small, a few large: as test times and allocations are. */
function lognormal(median, sigma) {
  return median * Math.exp(sigma * Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random()));
}

function numbers() {
  const page = (bytes) => Math.round(bytes / 4096) * 4096;
  const wall = Math.round(lognormal(1.5e6, 1.3));
  const cpu = Math.round((wall * (0.7 + 0.5 * random())) / 1000) * 1000;
  const user = Math.round((cpu * 0.8) / 1000) * 1000;
  const rss = page(1.2e8 + 4e7 * random());
  const growth = random() < 0.5 ? 0 : page(lognormal(3e5, 1.5));
  const heap = Math.round(3e7 + 1e7 * random());
  const known = {
    wall_time: wall,
    cpu_time: cpu,
    thread_cpu_time: Math.round(cpu * 0.9),
    user_time: user,
    kernel_time: cpu - user,
    peak_rss: rss + growth,
    peak_growth: growth,
    minor_faults: Math.round(lognormal(60, 1.5)),
    major_faults: 0,
    voluntary_switches: Math.round(lognormal(2, 1)),
    involuntary_switches: Math.round(lognormal(1, 1)),
    disk_read: 0,
    disk_written: random() < 0.05 ? 4096 : 0,
    rss_before: rss,
    rss_after: rss + growth,
    heap_before: heap,
    heap_after: heap + Math.round(lognormal(2e5, 1)),
  };
  return Float64Array.from(METRIC_NAMES, (name) => (ABSENT.has(name) ? NaN : known[name]));
}

const POOL = Array.from({ length: 10_000 }, numbers);

export function sessionRecord(number) {
  return {
    id: number.toString(16).padStart(8, '0').padEnd(32, 'a'),
    startedAt: START + number * 3.6e9,
    finishedAt: START + number * 3.6e9 + 6e7,
    exitCode: 0,
    description: 'nightly',
    tags: { pipeline_branch: 'main', pipeline_build_no: String(number) },
    scm: { revision: (number * 2654435761).toString(16).padEnd(40, '0'), branch: 'main' },
    context: { hash: 'c'.repeat(32), machine: 'bench', cpuCount: 8, memoryTotal: 2 ** 34 },
    command: 'vitest 4.1.12',
    root: '/project',
    packages: Array.from({ length: 40 }, (_, index) => ({ name: `package-${index}`, version: `1.${index}.${Math.floor(number / 100)}` })),
  };
}

/** As journals give them: writer after writer, each file run by any of them. Each object is new, as a parser makes it. */
export function readings(session, items) {
  const journals = Array.from({ length: WRITERS }, () => []);
  const number = session.startedAt / 3.6e9;
  let writer = 0;
  for (let index = 0; index < items; index++) {
    const file = Math.floor(index / TESTS_A_FILE);
    if (index % TESTS_A_FILE === 0) writer = Math.floor(random() * WRITERS) % WRITERS;
    const sequence = journals[writer].length + 1;
    journals[writer].push({
      session: session.id,
      writer: `writer-${writer}`,
      sequence,
      parent: sequence > 1 ? 1 : 0,
      identity: {
        kind: 'test',
        project: '',
        file: `src/room-${file % 50}/part-${file}.test.ts`,
        describe: ['part', `group ${Math.floor(index / 10) % 7}`],
        name: `does what was asked of it, case ${index}`,
        variant: '',
        ordinal: 0,
      },
      component: `component-${file % 10}`,
      tags: {},
      startedAt: session.startedAt + 500_000 + sequence * 2100,
      status: index % 97 === 0 ? 'failed' : 'passed',
      retry: 0,
      repeat: 0,
      overlaps: index % 5 === 0 ? 1 : 0,
      shared: index % 5 === 0,
      peakIsLowerBound: false,
      values: POOL[Math.floor(index * 31 + number) % POOL.length],
    });
  }
  return journals.flat();
}

/** @returns the facts of a session's writers, as their journals begin with them */
export function writers(session) {
  return Array.from({ length: WRITERS }, (_, index) => ({
    session: session.id,
    writer: `writer-${index}`,
    pid: 100 + index,
    thread: 0,
    startedAt: session.startedAt,
    rssAtStart: 5e7,
  }));
}

/** Writes records as the recorder does, a begin and an end line each, by the add-on. */
export function writeJournals(folder, session, records) {
  mkdirSync(folder);
  const { binding } = collector();
  for (const writer of writers(session)) {
    const journal = binding.journalOpen(path.join(folder, `${writer.writer}.journal`));
    binding.journalAppend(journal, headerLine(writer));
    for (const record of records) if (record.writer === writer.writer) writeRecord(binding, journal, record);
    binding.journalClose(journal);
  }
}

function writeRecord(binding, journal, record) {
  const { sequence, startedAt, status, retry, repeat, parent, overlaps, shared } = record;
  // Each test of a suite is an item of its own, so the sequence serves as its number.
  const item = { number: sequence, definition: definition(record.identity, undefined, placeText(record.identity, record.component)) };
  binding.journalAppend(journal, beginLine(sequence, item, startedAt, retry, repeat, parent));
  binding.journalAppend(journal, endLine(sequence, status, overlaps, Number(shared)) + numbersText(record.values));
}
