// How right are the numbers? Known amounts of memory and CPU, made by a native helper, 20 times each: what was read, in a bare script
// and in workers of Vitest. The tests hold the same results to tolerances (test/accuracy.test.mts).
//
//   node benchmarks/accuracy.mjs
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main, run } from '../scripts/lib/run.mjs';
import { inRoot } from '../scripts/lib/paths.mjs';

const MIB = 2 ** 20;
const MILLISECOND = 1e6;

function start(args, env = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env: { ...process.env, ...env } });
  if (status !== 0) throw new Error(stdout + stderr);
  return stdout;
}

const inScript = () => JSON.parse(start([inRoot('test/helpers/accuracy.cjs')]));

function inVitest(pool) {
  const folder = mkdtempSync(join(tmpdir(), 'spanmeter-accuracy-'));
  const path = join(folder, 'results.json');
  try {
    const root = inRoot('test/fixtures/accuracy');
    start([inRoot('node_modules/vitest/vitest.mjs'), 'run', '--root', root, '--pool', pool], { ACCURACY_RESULTS: path });
    return JSON.parse(readFileSync(path, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const sorted = (values) => [...values].sort((a, b) => a - b);

/** One line: what was true, and the lowest, middle and highest reading. */
function line(title, values, truth, unit, [within, bound]) {
  const order = sorted(values);
  const shown = [order[0], order[Math.floor(order.length / 2)], order[order.length - 1]].map((value) =>
    (value / unit).toFixed(3).padStart(10),
  );
  const good = values.filter((value) => Math.abs(value - truth) <= bound).length;
  console.log(
    `  ${title.padEnd(44)}${(truth / unit).toFixed(1).padStart(8)}${shown.join('')}  ${good} of ${values.length} within ${within}`,
  );
}

function print(where, results) {
  const { peakMode, peakBound } = results.capabilities;
  const bound = [`${(peakBound / MIB).toFixed(2)} MiB`, peakBound];
  const percent = (truth) => ['2 %', truth * 0.02];
  console.log(`\n${where} (peak by ${peakMode})`);
  console.log(`  ${''.padEnd(44)}${'true'.padStart(8)}${['lowest', 'median', 'highest'].map((word) => word.padStart(10)).join('')}`);
  for (const mib of [64, 10, 1]) line(`peak growth, held for 5 ms, MiB`, results.held[mib], mib * MIB, MIB, bound);
  line('peak growth, filled Buffer after 2 gcs, MiB', results.buffer, 64 * MIB, MIB, bound);
  for (const span of ['inner', 'outer']) {
    const growth = results.nested.map((pair) => pair[span]);
    line(`peak growth, nested allocation, ${span}, MiB`, growth, 16 * MIB, MIB, bound);
  }
  for (const scope of ['process', 'thread']) {
    const times = results.spin.map((cpu) => cpu[scope]);
    line(`${scope} CPU, spinning, ms`, times, 3 * MILLISECOND, MILLISECOND, percent(3 * MILLISECOND));
  }
  const elsewhere = results.elsewhere.map((cpu) => cpu.process);
  line('process CPU, another thread spinning, ms', elsewhere, 10 * MILLISECOND, MILLISECOND, percent(10 * MILLISECOND));
  const own = results.elsewhere.map((cpu) => cpu.thread);
  line('thread CPU, another thread spinning, ms', own, 0, MILLISECOND, ['0.2 ms', 0.2 * MILLISECOND]);
  const { children, own: truth } = results.child;
  line("children's CPU, one child, ms", [children], truth, MILLISECOND, ['20 % (its own end counts)', truth * 0.2]);
}

await main(async () => {
  await run('building the test helper', ['node', inRoot('test/helpers/native/build.mjs')]);
  print('A bare script', inScript());
  print('A worker process of Vitest', inVitest('forks'));
  print('A worker thread of Vitest', inVitest('threads'));
});
