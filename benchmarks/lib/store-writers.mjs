// How many rows a second do several writers get into a store, each with batches of its own? Sessions with their writers are put before
// the clock runs, as they are long before a run's first batch.
import { readings, sessionRecord, writers } from './synthetic.mjs';

/**
 * @param stores of which each writer takes one in turn
 * @param first the number of the first session: every measurement takes sessions of its own
 * @returns rows a second
 */
export async function rateOfWriters(stores, { clients, batches, rows, first = 0 }) {
  const work = [];
  for (let client = 0; client < clients; client++) {
    const store = stores[client % stores.length];
    const own = [];
    for (let batch = 0; batch < batches; batch++) {
      const session = sessionRecord(first + client * batches + batch);
      await store.putSession(session);
      for (const writer of writers(session)) await store.putWriter(writer);
      own.push(readings(session, rows));
    }
    work.push({ store, own });
  }
  const start = performance.now();
  await Promise.all(
    work.map(async ({ store, own }) => {
      for (const records of own) {
        const stored = await store.putReadings(records);
        if (stored !== records.length) throw new Error(`${stored} of ${records.length} stored`);
      }
    }),
  );
  return (clients * batches * rows * 1000) / (performance.now() - start);
}
