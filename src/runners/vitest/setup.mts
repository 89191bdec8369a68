/**
 * The setup file, evaluated in every worker (for every file, in pools with vm contexts). All it does is to hand on what belongs
 * to this context: the rest is required, past Vitest and its contexts, so that mocks and aliases of the user don't reach it and
 * there is one copy a thread.
 */
import { createRequire } from 'node:module';
import { findVitals } from './vitals.mjs';

try {
  const { watch } = createRequire(import.meta.url)('./worker.js') as typeof import('./worker.js');
  watch(await findVitals());
} catch (thrown) {
  process.stderr.write(`spanmeter: the tests of a worker are not measured: ${String(thrown)}\n`);
}
