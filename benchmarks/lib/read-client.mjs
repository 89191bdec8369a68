// A client of a history, in a process of its own: reads metrics into an Arrow table once, and says how long it took and how much memory.
//   fork(read-client.mjs), then send { location, query }; it answers { rows, spent, peak }: milliseconds, MiB.
import { readFileSync } from 'node:fs';
import { Monitor } from '../../dist/client.mjs';

process.on('message', async ({ location, query }) => {
  const monitor = await Monitor.open(location);
  const start = performance.now();
  const table = (await monitor.metrics(query)).toArrow();
  const spent = performance.now() - start;
  const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;
  await monitor.close();
  process.send({ rows: table.numRows, spent, peak });
  process.disconnect();
});
