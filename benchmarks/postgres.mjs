// How fast does PostgreSQL take readings? Batches of 2,000 rows from 8 writers at once, into a server that the script starts, with the
// settings that PostgreSQL comes with (commits are waited for).
//
//   node benchmarks/postgres.mjs [--clients 8] [--batches 20] [--rows 2000] [--rounds 3]
import { parseArgs } from 'node:util';
import { openStore } from '../dist/store/index.js';
import { startPostgres } from './lib/postgres.mjs';
import { rateOfWriters } from './lib/store-writers.mjs';

const { values: options } = parseArgs({
  options: {
    clients: { type: 'string', default: '8' },
    batches: { type: 'string', default: '20' },
    rows: { type: 'string', default: '2000' },
    rounds: { type: 'string', default: '3' },
  },
});
const [clients, batches, rows, rounds] = ['clients', 'batches', 'rows', 'rounds'].map((name) => Number(options[name]));

const server = await startPostgres();
try {
  const store = await openStore(server.url);
  for (let round = 0; round < rounds; round++) {
    const rate = await rateOfWriters([store], { clients, batches, rows, first: round * clients * batches });
    console.log(`${clients} writers, batches of ${rows} rows: ${Math.round(rate)} rows/s (goal 50000), round ${round + 1}`);
  }
  await store.close();
} finally {
  await server.stop();
}
