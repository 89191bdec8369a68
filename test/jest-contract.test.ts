/** Jest keeps the promises of every runner. */
import { describe } from 'vitest';
import { runnerContract, type SuiteProject } from './contracts/runner.contract.js';
import { TOOLS } from './contracts/runner-suites.js';
import { JESTS, JestProject } from './helpers/jest-project.js';
import type { Way } from './helpers/runner-project.js';

/** Jest keeps a single file in its own process, unless it is to watch the memory of workers. */
const WORKERS = ['--maxWorkers=2', '--workerIdleMemoryLimit=4GB'];

class JestSuite extends JestProject implements SuiteProject {
  readonly reports = ['outcomes.json'];

  suite(stem: string, body: string): void {
    const markers = body.includes('mark(') ? "const { mark } = require('spanmeter/markers');" : '';
    this.write(this.fileOf(stem), `${markers}${TOOLS}${body}`);
  }

  fileOf(stem: string): string {
    return `${stem}.test.js`;
  }

  prepare(way: Way, options?: string): void {
    this.configure(way, options);
  }
}

describe.each(JESTS)('%s', (version) => {
  runnerContract({
    name: 'Jest',
    make: () => new JestSuite(version),
    modes: [
      { name: 'workers', args: WORKERS },
      { name: 'in band', args: ['--runInBand'] },
      { name: 'worker threads', args: [...WORKERS, '--workerThreads'], threads: true },
    ],
    retried: (name, retries, body) => `jest.retryTimes(${retries}); test('${name}', () => { ${body} });`,
    concurrent: (tests) =>
      Object.entries(tests)
        .map(([name, body]) => `test.concurrent('${name}', async () => { ${body} });`)
        .join('\n'),
    forcedExit: ['--forceExit'],
    marked: () => `
      describe('billing', () => { mark({ component: 'billing', tags: { team: 'blue' } }); test('belongs', () => {}); });
      test('is left out', mark({ skip: true }, () => {}));`,
  });
});
