/** /api/v1 over PostgreSQL. */
import { openStore } from '../dist/store/index.js';
import type { ServedStore } from '../dist/store/served.js';
import { v1Contract } from './contracts/v1.contract.js';
import { postgres } from './helpers/postgres.js';

const server = postgres();

v1Contract({ name: 'PostgreSQL', open: async () => (await openStore(await server().database())) as ServedStore });
