/** Mocha keeps the promises of every runner. */
import { describe } from 'vitest';
import { runnerContract, type SuiteProject } from './contracts/runner.contract.js';
import { TOOLS } from './contracts/runner-suites.js';
import { MOCHAS, MochaProject } from './helpers/mocha-project.js';
import type { Way } from './helpers/runner-project.js';

const PRELUDE = `
const { mark } = require('spanmeter/markers');
const { it: test, before: beforeAll, after: afterAll } = globalThis;
${TOOLS}`;

class MochaSuite extends MochaProject implements SuiteProject {
  readonly reports = ['report.json', 'report.xml'];

  suite(stem: string, body: string): void {
    const prelude = body.includes('mark(') ? PRELUDE : PRELUDE.replace(/.*markers.*\n/, '');
    this.write(this.fileOf(stem), `(() => {${prelude}${body}})();`);
  }

  fileOf(stem: string): string {
    return `${stem}.test.cjs`;
  }

  prepare(way: Way, options?: string): void {
    this.configure(way, options);
  }
}

describe.each(MOCHAS)('%s', (version) => {
  runnerContract({
    name: 'Mocha',
    make: () => new MochaSuite(version),
    modes: [
      { name: 'serial', args: [] },
      { name: 'parallel', args: ['--parallel', '--jobs', '2'] },
    ],
    retried: (name, retries, body) => `test('${name}', function () { this.retries(${retries}); ${body} });`,
    forcedExit: ['--exit'],
    marked: () => `
      describe('billing', () => { mark({ component: 'billing', tags: { team: 'blue' } }); test('belongs', () => {}); });
      test('is left out', mark({ skip: true }, () => {}));`,
    survivesKilledWorker: false,
  });
});
