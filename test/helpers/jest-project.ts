/** Projects with one of the Jests of test/tools in them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from './project.mjs';
import { RunnerProject, type Outcome, type Way } from './runner-project.js';

export const JESTS = ['jest29', 'jest30'] as const;
export type JestVersion = (typeof JESTS)[number];

/** Options of node, which stand before the script. */
const NODE_OPTION = /^--(?:experimental-vm-modules|expose-gc|no-warnings)$/;

/** A reporter of the user's, which writes down all that depends on no clock and no order of files. */
const REPORTER = `
const { writeFileSync } = require('node:fs');
module.exports = class {
  onRunComplete(contexts, { testResults, startTime, openHandles, ...counts }) {
    const test = ({ duration, startAt, startedAt, ...rest }) => rest;
    const file = ({ testFilePath, failureMessage, testExecError, console, testResults }) =>
      ({ testFilePath, failureMessage, testExecError, console, testResults: testResults.map(test) });
    const sorted = testResults.map(file).sort((a, b) => (a.testFilePath < b.testFilePath ? -1 : 1));
    // Whether Node’s own frame is there depends on what woke it.
    const text = JSON.stringify({ counts, files: sorted }, null, 1);
    writeFileSync('outcomes.json', text.replace(/\\\\n +at (?:async )?processTicksAndRejections[^\\\\"]*/g, ''));
  }
};
`;

export class JestProject extends RunnerProject {
  constructor(version: JestVersion) {
    super();
    const modules = join(REPOSITORY, 'test/tools', version, 'node_modules');
    for (const name of ['jest', 'jest-environment-jsdom', 'jest-environment-node', 'jest-jasmine2']) this.link(name, join(modules, name));
    this.write('reporter.js', REPORTER);
  }

  /** @param way with the user's line or without it @param options of spanmeter, as source @param rest of Jest's configuration, as source */
  configure(way: Way, options = '{}', rest = ''): void {
    const ours = way === 'plugin' ? `['spanmeter/jest/reporter', ${options || '{}'}],` : '';
    const line = `${ours && "testRunner: 'spanmeter/jest',"} reporters: ['default', ${ours} './reporter.js'],`;
    const base = "transform: {}, watchman: false, cacheDirectory: '<rootDir>/.cache',";
    this.write('jest.config.js', `module.exports = { ${base} ${line} ${rest} };`);
  }

  /** What Jest prints of failures, and where it says that tests are. */
  shown(): unknown {
    return (JSON.parse(this.read('outcomes.json')) as Outcomes).files.map(({ failureMessage, testResults }) => [
      failureMessage,
      testResults.map(({ title, location }) => [title, location]),
    ]);
  }

  read(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8');
  }

  override command(_: Way, args: readonly string[]): readonly string[] {
    const ofNode = args.filter((word) => NODE_OPTION.test(word));
    const ofJest = args.filter((word) => !NODE_OPTION.test(word));
    return [...ofNode, join(this.folder, 'node_modules/jest/bin/jest.js'), ...ofJest];
  }

  /** What Jest gives all reporters, also those that write its JSON. */
  override reported(): Outcome[] {
    const { files } = JSON.parse(readFileSync(join(this.folder, 'outcomes.json'), 'utf8')) as Outcomes;
    return files.flatMap(({ testFilePath, testResults }) =>
      testResults.map(({ ancestorTitles, title, status }) => ({
        test: JSON.stringify([testFilePath.slice(this.folder.length + 1), ...ancestorTitles, title]),
        status: status === 'todo' || status === 'pending' ? 'skipped' : status,
      })),
    );
  }
}

interface Outcomes {
  readonly files: readonly {
    readonly testFilePath: string;
    readonly failureMessage: string;
    readonly testResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
      readonly location: unknown;
    }[];
  }[];
}
