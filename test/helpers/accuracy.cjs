/**
 * Known amounts of memory and CPU, measured: used by the accuracy tests, in a bare script and inside a test runner's worker,
 * and by benchmarks/accuracy.mjs. Run as a script, it prints its results.
 */
const { spawnSync } = require('node:child_process');
const { join } = require('node:path');
const { SLOT_STRIDE } = require('../../dist/collector/binding.js');
const { collector, collectGarbage } = require('../../dist/collector/index.js');
const { METRIC_NAMES } = require('../../dist/model/metrics.js');

const HELPER = join(__dirname, 'native', 'build', 'helper.node');
const helper = require(HELPER);

const MIB = 2 ** 20;
const ROUNDS = 20;

function measure(body, set = 'core') {
  const slot = collector().start(set);
  body();
  collector().stop(slot);
  const { numbers } = collector();
  const result = Object.fromEntries(METRIC_NAMES.map((name, index) => [name, numbers[slot * SLOT_STRIDE + index]]));
  collector().release(slot);
  return result;
}

const repeat = (body) => Array.from({ length: ROUNDS }, body);

/** Growth that was read for memory held for 5 ms, as often as ROUNDS says. */
const held = (mib) => repeat(() => measure(() => helper.hold(mib * MIB, 5)).peak_growth);

function filledBuffer(mib) {
  collectGarbage();
  return measure(() => Buffer.alloc(mib * MIB).fill(1)).peak_growth;
}

function nested(mib) {
  let inner;
  const outer = measure(() => {
    inner = measure(() => helper.hold(mib * MIB, 1));
  });
  return { outer: outer.peak_growth, inner: inner.peak_growth };
}

/** A child that spins and tells what it used itself; its own start and end count too. */
function child(milliseconds) {
  const script = `require(process.argv[1]).spin(${milliseconds}); const { user, system } = process.cpuUsage(); console.log((user + system) * 1000)`;
  let own = 0;
  const { children_cpu_time, cpu_time } = measure(() => {
    own = Number(spawnSync(process.execPath, ['-e', script, HELPER], { encoding: 'utf8' }).stdout);
  }, 'full');
  return { children: children_cpu_time, own, process: cpu_time };
}

function measureAccuracy() {
  // First calls compile and load: megabytes that nobody asked about.
  for (let round = 0; round < ROUNDS; round += 1) measure(() => helper.hold(MIB, 0), 'full');
  collectGarbage();
  // Some 150 ms after it, V8's own threads take 2.7 MiB once: part of the footprint, and none of the amounts below.
  for (let round = 0; round < 3 * ROUNDS; round += 1) measure(() => helper.hold(MIB, 5), 'full');
  return {
    capabilities: collector().capabilities,
    held: { 64: held(64), 10: held(10), 1: held(1) },
    buffer: (repeat(() => filledBuffer(64)), repeat(() => filledBuffer(64))),
    nested: repeat(() => nested(16)),
    spin: repeat(() => measure(() => helper.spin(3))).map(({ cpu_time, thread_cpu_time }) => ({
      process: cpu_time,
      thread: thread_cpu_time,
    })),
    elsewhere: repeat(() => measure(() => helper.spinElsewhere(10))).map(({ cpu_time, thread_cpu_time }) => ({
      process: cpu_time,
      thread: thread_cpu_time,
    })),
    child: child(30),
  };
}

module.exports = { measureAccuracy };

if (require.main === module) process.stdout.write(JSON.stringify(measureAccuracy()));
