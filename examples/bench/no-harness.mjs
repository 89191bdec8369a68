// A benchmark without a harness: `node no-harness.mjs`.
import { gzip } from 'node:zlib';
import { promisify } from 'node:util';
import { asBenchmark, openSession } from 'spanmeter';

const text = 'the quick brown fox jumps over the lazy dog '.repeat(20_000);
const compress = promisify(gzip);

const session = await openSession({ description: 'compression' });
const { mean, p99, perIteration } = await asBenchmark(() => compress(text), { name: 'gzip', iterations: 50, warmup: 5 });
await session.close();

const ms = (nanoseconds) => `${(nanoseconds / 1e6).toFixed(1)} ms`;
// Nearly all of it happens beside the event loop: wall time alone would not say what it costs.
console.log(`gzip: ${ms(mean)} (p99 ${ms(p99)}), cpu ${ms(perIteration.cpuTime)}, of which this thread ${ms(perIteration.threadCpuTime)}`);
