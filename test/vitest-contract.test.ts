/** Vitest keeps the promises of every runner, in each line that is supported. */
import { describe } from 'vitest';
import { runnerContract, type SuiteProject } from './contracts/runner.contract.js';
import { TOOLS } from './contracts/runner-suites.js';
import type { Way } from './helpers/runner-project.js';
import { VITESTS, VitestProject, type VitestVersion } from './helpers/vitest-project.js';

const PRELUDE = `
import { createRequire } from 'node:module';
import { afterAll, afterEach, beforeAll, beforeEach, describe, test } from 'vitest';
const require = createRequire(import.meta.url);
${TOOLS}`;

class VitestSuite extends VitestProject implements SuiteProject {
  readonly reports = ['junit.xml', 'report.json'];

  constructor(version: VitestVersion) {
    super(undefined, version);
  }

  suite(stem: string, body: string): void {
    this.write(this.fileOf(stem), PRELUDE + body);
  }

  fileOf(stem: string): string {
    return `${stem}.test.mjs`;
  }

  prepare(way: Way, options = ''): void {
    const reporters = "reporters: ['default', ['junit', { outputFile: 'junit.xml' }], ['json', { outputFile: 'report.json' }]]";
    this.configure(`maxWorkers: 1, slowTestThreshold: 60_000, ${reporters}`, way === 'plugin' ? `spanmeter(${options})` : '');
  }
}

describe.each(VITESTS)('$name', (version) => {
  runnerContract({
    name: version.name,
    make: () => new VitestSuite(version),
    modes: [
      { name: 'forks', args: [] },
      { name: 'forks without isolation', args: ['--no-isolate'] },
      { name: 'threads', args: ['--pool=threads'], threads: true },
      { name: 'threads without isolation', args: ['--pool=threads', '--no-isolate'], threads: true },
      { name: 'vmForks', args: ['--pool=vmForks'] },
      { name: 'vmThreads', args: ['--pool=vmThreads'], threads: true },
    ],
    // Vitest 3 ends itself then.
    survivesKilledWorker: !version.name.endsWith('3.2'),
    retried: (name, retries, body) => `test('${name}', { retry: ${retries} }, () => { ${body} });`,
    concurrent: (tests) =>
      Object.entries(tests)
        .map(([name, body]) => `test.concurrent('${name}', async () => { ${body} });`)
        .join('\n'),
    marked: () => `
      describe('billing', { meta: { spanmeter: { component: 'billing', tags: { team: 'blue' } } } }, () => { test('belongs', () => {}); });
      test('is left out', { meta: { spanmeter: { skip: true } } }, () => {});`,
  });
});
