// How long until there is an answer? `spanmeter report` of 10,000 items, and `spanmeter compare` of 10 and 10 sessions of 2,000 items, each
// as a whole command from a local history to what is printed or written.
//
//   node benchmarks/answers.mjs
//
// Each line is the median of five runs, with its share of the goal, which is the yardstick: 2 s each, and 5 MB for the page.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openStore } from '../dist/store/index.js';
import { verdict } from './lib/met.mjs';
import { readings, sessionRecord, writers } from './lib/synthetic.mjs';

const ROUNDS = 5;
/** Milliseconds, and MB. */
const [GOAL_TIME, GOAL_SIZE] = [2000, 5];
const BIN = path.join(import.meta.dirname, '../dist/cli/bin.js');
const folder = mkdtempSync(path.join(os.tmpdir(), 'spanmeter-bench-'));

/** The first half of the sessions has the tag before, the second one after. */
async function history(name, sessions, items) {
  const location = path.join(folder, name);
  const store = await openStore(location);
  for (let number = 0; number < sessions; number++) {
    const session = sessionRecord(number);
    const group = number < sessions / 2 ? 'before' : 'after';
    await store.putSession({ ...session, tags: { ...session.tags, [group]: true } });
    for (const writer of writers(session)) await store.putWriter(writer);
    await store.putReadings(readings(session, items));
  }
  await store.close();
  return location;
}

function run(...args) {
  const spent = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    execFileSync(process.execPath, [BIN, ...args], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
    spent.push(performance.now() - start);
  }
  return spent.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)];
}

function tell(name, spent) {
  console.log(
    `${name.padEnd(34)}${spent.toFixed(0).padStart(6)} ms, ${ratio(spent, GOAL_TIME)} (${verdict(spent, GOAL_TIME, { unit: 'ms' })})`,
  );
}

const ratio = (value, goal) => `${(value / goal).toFixed(2)} of the goal`;

try {
  const page = path.join(folder, 'report.html');
  const large = await history('large.db', 1, 10_000);
  tell('report of 10,000 items', run('report', '--db', large, '--output', page));
  const size = statSync(page).size / 1e6;
  console.log(
    `${'its page'.padEnd(34)}${size.toFixed(1).padStart(6)} MB, ${ratio(size, GOAL_SIZE)} (${verdict(size, GOAL_SIZE, { unit: 'MB' })})`,
  );
  const many = await history('many.db', 20, 2000);
  const flags = ['compare', 'before', 'after', '--db', many];
  tell('10 + 10 sessions of 2,000 items', run(...flags));
  // Its items are small; lower floors let all of them be tested.
  const tested = ['cpu=5%,1us', 'peak=5%,4KiB', 'wall=10%,1us'].flatMap((each) => ['--threshold', each]);
  tell('the same, with every item tested', run(...flags, ...tested, '--json'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
