import { configDefaults, defineConfig } from 'vitest/config';

/** Suites that run whole test runs of others: two at a time, with nothing else beside them. */
const CONTRACTS = ['test/{jest,mocha,node-test,vitest}-contract.test.ts'];
/** Tests that compare measured numbers with true ones: they get the machine to themselves, after all others. */
const ALONE = [
  'test/accuracy*.test.{ts,mts}',
  'test/bench*.test.{ts,mts}',
  'test/collector*.test.{ts,mts}',
  'test/jest*.test.{ts,mts}',
  'test/mocha*.test.{ts,mts}',
  'test/node-test*.test.{ts,mts}',
  'test/playwright*.test.{ts,mts}',
  'test/vitest*.test.{ts,mts}',
  'test/cli-run.test.{ts,mts}',
];
const NEVER = [...configDefaults.exclude, 'test/fixtures/**', 'test/tools/**', 'examples/**'];

export default defineConfig({
  test: {
    globalSetup: ['test/helpers/built.mts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: { name: 'together', include: ['test/**/*.test.{ts,mts}'], exclude: [...NEVER, ...ALONE], sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        test: { name: 'contracts', include: CONTRACTS, exclude: NEVER, retry: 1, sequence: { groupOrder: 1 } },
      },
      {
        extends: true,
        // Other work on the machine can disturb a measurement once; what is wrong is wrong twice.
        test: { name: 'alone', include: ALONE, exclude: [...NEVER, ...CONTRACTS], maxWorkers: 1, retry: 1, sequence: { groupOrder: 2 } },
      },
    ],
  },
});
