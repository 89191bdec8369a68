/** The PostgreSQL store keeps the promises of every store, on a real server. */
import { describe, test } from 'vitest';
import { openStore } from '../dist/store/index.js';
import { storeChecks } from './contracts/store.contract.js';
import { postgres } from './helpers/postgres.js';

const server = postgres();

describe('PostgreSQL', () => {
  test.for(storeChecks)('$name', async ({ run }) => {
    const url = await server().database();
    const store = await openStore(url);
    try {
      await run({ store, again: () => openStore(url) });
    } finally {
      await store.close();
    }
  });
});
