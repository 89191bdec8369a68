// What does a measurement cost? Pairs of start and stop in a hot loop: the add-on's, the collector's with its slots and what only
// JavaScript knows, and span() with its reading; against the same system calls in plain C++ (native/floor), the same fields by Node's
// own calls, and pidusage. All in one process and in turns, in short blocks, so that all meet the same threads, memory and noise.
// A real span meets cold caches: expect two to four times these figures.
//
//   npm run bench:collector -- [--rounds 300] [--pairs 300]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pidusage from 'pidusage';
import { collector } from '../dist/collector/index.js';
import { main } from '../scripts/lib/run.mjs';
import { loadFloor } from './lib/floor.mjs';
import { interleave, median, ratioOfMedians } from './lib/interleaved.mjs';
import { verdict } from './lib/met.mjs';
import { addonPairs, collectorPairs, isolatePairs, scriptPairs, scriptPairsWithThread, spans } from './lib/pairs.mjs';

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '300' }, pairs: { type: 'string', default: '300' } },
});
const size = { rounds: Number(options.rounds), block: Number(options.pairs) };

const FLOOR_CORE = 'core: system calls in plain C++';
const ADDON_CORE = "core: the add-on's start and stop";
const CORE = "core: the collector's, with its slots";
const FLOOR_FULL = 'full: system calls in plain C++';
const ISOLATE = "full: V8's and the event loop's numbers";
const ADDON_FULL = "full: the add-on's start and stop";
const FULL = "full: the collector's";
const SPAN = 'span() and stop(), no session';
const SCRIPT = 'JavaScript only, no thread CPU';
const SCRIPT_ALL = 'JavaScript only, the same fields';
const PIDUSAGE = 'pidusage, twice';
const JOURNAL = 'a line of 200 characters to the journal';

await main(async () => {
  const { floorCore, floorFull } = await loadFloor();
  const journal = openJournal();
  const times = interleave(
    [
      { name: FLOOR_CORE, run: floorCore },
      { name: ADDON_CORE, run: addonPairs(0) },
      { name: CORE, run: collectorPairs('core') },
      { name: FLOOR_FULL, run: floorFull },
      { name: ISOLATE, run: isolatePairs },
      { name: ADDON_FULL, run: addonPairs(1) },
      { name: FULL, run: collectorPairs('full') },
      { name: SPAN, run: spans },
      { name: SCRIPT, run: scriptPairs },
      { name: SCRIPT_ALL, run: scriptPairsWithThread },
      { name: JOURNAL, run: journal.append },
    ],
    size,
  );
  journal.close();
  times.set(PIDUSAGE, await pidusagePairs());
  const fullFloor = times.get(FLOOR_FULL).map((taken, round) => taken + times.get(ISOLATE)[round]);

  const { mode, peakMode } = collector().capabilities;
  print(`\nNode ${process.version}, ${process.platform} ${process.arch}, ${mode} mode, peak by ${peakMode}; nanoseconds a pair`);
  print(`${size.rounds} rounds of ${size.block} pairs of each${'minimum'.padStart(16)}${'median'.padStart(9)}`);
  for (const [name, taken] of times) print(name.padEnd(42) + cell(Math.min(...taken)) + cell(median(taken)));
  print('\nThe system calls of core: write to clear_refs, 2 x getrusage SELF, 2 x THREAD clock, 2 x MONOTONIC, REALTIME; full has');
  print(
    "2 x statm and 2 x getrusage CHILDREN more. V8's and the event loop's numbers are taken twice, from JavaScript, as full takes them.\n",
  );
  ratio('core, add-on / system calls', times.get(ADDON_CORE), times.get(FLOOR_CORE), { most: 1.1 });
  ratio('core, collector / system calls', times.get(CORE), times.get(FLOOR_CORE), { most: 1.1 });
  ratio('full, add-on / system calls', times.get(ADDON_FULL), times.get(FLOOR_FULL), { most: 1.25 });
  ratio('full, collector / system calls alone', times.get(FULL), times.get(FLOOR_FULL), { most: 1.25 });
  ratio("full, collector / system calls and V8's", times.get(FULL), fullFloor, { most: 1.25 });
  ratio('JavaScript, same fields / core', times.get(SCRIPT_ALL), times.get(CORE), { least: 5 });
  ratio('JavaScript, no thread CPU / core', times.get(SCRIPT), times.get(CORE));
  ratio('pidusage / core', times.get(PIDUSAGE), times.get(CORE), { least: 50 });
});

/** A pair takes a hundred times as long as the others, and waits for the file system's threads: fewer of them, afterwards. */
async function pidusagePairs() {
  const times = [];
  for (let round = 0; round < size.rounds; round += 1) {
    const started = process.hrtime.bigint();
    await pidusage(process.pid);
    await pidusage(process.pid);
    times.push(Number(process.hrtime.bigint() - started));
  }
  pidusage.clear();
  return times;
}

function openJournal() {
  const folder = mkdtempSync(join(tmpdir(), 'spanmeter-benchmark-'));
  const { binding } = collector();
  const handle = binding.journalOpen(join(folder, 'journal'));
  const line = 'e\t1\tpassed\t'.padEnd(200, '1234567\t');
  return {
    append(lines) {
      for (let index = 0; index < lines; index += 1) binding.journalAppend(handle, line);
    },
    close() {
      binding.journalClose(handle);
      rmSync(folder, { recursive: true });
    },
  };
}

function ratio(name, above, below, { most, least } = {}) {
  const found = ratioOfMedians(above, below);
  const facts = [`95 %: ${found.low.toFixed(2)} to ${found.high.toFixed(2)}`];
  if (most !== undefined) facts.push(verdict(found.ratio, most));
  if (least !== undefined) facts.push(verdict(found.ratio, least, { atLeast: true }));
  print(`${name.padEnd(42)}${found.ratio.toFixed(2).padStart(8)}  (${facts.join('; ')})`);
}

function cell(nanoseconds) {
  return String(Math.round(nanoseconds)).padStart(9);
}

function print(line) {
  process.stdout.write(`${line}\n`);
}
