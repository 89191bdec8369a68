/** /api/v1 over SQLite. */
import { openStore } from '../dist/store/index.js';
import type { ServedStore } from '../dist/store/served.js';
import { v1Contract } from './contracts/v1.contract.js';

v1Contract({ name: 'SQLite', open: async () => (await openStore(':memory:')) as ServedStore });
