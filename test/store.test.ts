/** The SQLite store keeps the promises of every store. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ReadingRecord } from '../dist/model/records.js';
import { openStore } from '../dist/store/index.js';
import { storeChecks } from './contracts/store.contract.js';
import { readingRecord, sessionRecord, values } from './helpers/records.js';
import { temporaryFolder } from './helpers/temporary.js';

describe('SQLite', () => {
  test.for(storeChecks)('$name', async ({ run }) => {
    const file = join(temporaryFolder(), 'history.db');
    const store = await openStore(file);
    try {
      await run({ store, again: () => openStore(file) });
    } finally {
      await store.close();
    }
  });

  test('more rows in one batch than are sorted at once', { timeout: 120_000 }, async () => {
    const file = join(temporaryFolder(), 'history.db');
    const store = await openStore(file);
    await store.putSession(sessionRecord('s'));
    const count = 110_000;
    function* records(): Generator<ReadingRecord> {
      // The first is interrupted, and finished only when it has long been written; the last comes twice.
      yield readingRecord('s', 1, { status: 'interrupted', values: values({}) });
      for (let sequence = count; sequence > 0; sequence--)
        yield readingRecord('s', sequence, { identity: { name: `item ${sequence % 1000}` } });
      yield readingRecord('s', count);
    }
    expect(await store.putReadings(records())).toBe(count);
    expect(await store.totals('s')).toMatchObject([{ kind: 'test', count, passed: count, wallTime: ((count * (count + 1)) / 2) * 1e6 }]);
    expect((await store.sessions())[0]).toMatchObject({ tests: count, interrupted: 0 });
    expect((await store.readings({ session: 's', orderBy: 'wall_time', limit: 2 })).map(({ sequence }) => sequence)).toEqual([
      count,
      count - 1,
    ]);
    await store.close();
  });
});
