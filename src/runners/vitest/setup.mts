/**
 * The setup file, evaluated in every worker (for every file, in pools with vm contexts). All it does is to hand on what belongs
 * to this context: the rest is required, past Vitest and its contexts, so that mocks and aliases of the user don't reach it and
 * there is one copy a thread.
 */
import { createRequire } from 'node:module';
import type { Vitals } from './worker.js';

try {
  // Importing 'vitest' could find another copy, or none: spanmeter may be installed elsewhere than the project.
  const { BenchmarkRunner, TestRunner, inject } = (globalThis as unknown as { __vitest_index__: typeof import('vitest') }).__vitest_index__;
  // TestRunner.setTestFn is wrong in 4.1.12: it gets.
  const { getFn, setFn } = (await import(inject('spanmeter').runner)) as Omit<Vitals, 'TestRunner'>;
  const { watch } = createRequire(import.meta.url)('./worker.js') as typeof import('./worker.js');
  watch({ BenchmarkRunner, TestRunner, getFn, setFn });
} catch (thrown) {
  process.stderr.write(`spanmeter: the tests of a worker are not measured: ${String(thrown)}\n`);
}
