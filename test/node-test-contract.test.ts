/** node:test keeps the promises of every runner, in every Node that has it. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { runnerContract, type Mode, type SuiteProject } from './contracts/runner.contract.js';
import { TOOLS } from './contracts/runner-suites.js';
import { NODES, NodeTestProject } from './helpers/node-test-project.js';
import type { Way } from './helpers/runner-project.js';
import type { Running } from './helpers/script.js';

const PRELUDE = `
const { test, describe, before: beforeAll, after: afterAll, beforeEach, afterEach } = require('node:test');
${TOOLS}`;

class NodeTestSuite extends NodeTestProject implements SuiteProject {
  readonly reports = ['report.xml'];

  suite(stem: string, body: string): void {
    this.write(this.fileOf(stem), PRELUDE + body);
  }

  fileOf(stem: string): string {
    return `${stem}.test.cjs`;
  }

  prepare(way: Way, options?: string): void {
    this.hasLine = way === 'plugin';
    if (this.hasLine && options !== undefined) this.write('spanmeter.config.js', `module.exports = ${options};`);
    const reports = { spec: 'stdout', './events.mjs': 'report.xml' };
    this.reporting = Object.entries(reports).flatMap(([name, to]) => [`--test-reporter=${name}`, `--test-reporter-destination=${to}`]);
  }

  override start(...how: Parameters<NodeTestProject['start']>): Running {
    rmSync(join(this.folder, 'events.ndjson'), { force: true });
    return super.start(...how);
  }
}

const isolations: readonly Mode[] = [{ name: 'one process for all files', args: ['--test', '--experimental-test-isolation=none'] }];

describe.each(NODES)('$name', (node) => {
  runnerContract({
    name: 'node:test',
    make: () => new NodeTestSuite(node),
    modes: [
      { name: 'a process for each file', args: ['--test'] },
      { name: 'one after the other', args: ['--test', '--test-concurrency=1'] },
      ...(node.name === 'Node 20' ? [] : isolations),
    ],
    concurrent: (tests) =>
      `describe('at the same time', { concurrency: true }, () => { ${Object.entries(tests)
        .map(([name, body]) => `test('${name}', async () => { ${body} });`)
        .join('\n')} });`,
    marked: () => `
      const { mark } = require('spanmeter/markers');
      describe('billing', () => {
        mark({ component: 'billing', tags: { team: 'blue' } });
        test('belongs', () => {});
      });
      test('is left out', mark({ skip: true }, () => {}));`,
  });
});
