/** Projects with tests of node:test, run by this Node or by another one. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from './project.mjs';
import { RunnerProject, type Outcome, type Way } from './runner-project.js';
import { BIN, start, type Running } from './script.js';

export interface NodeUnderTest {
  readonly name: string;
  readonly path: string;
}

const tool = (name: string): string => join(REPOSITORY, 'test/tools/node_modules', name, 'bin/node');

/** The one that runs these tests, and those that could be installed. */
export const NODES: readonly NodeUnderTest[] = [
  { name: `Node ${process.versions.node.split('.')[0]}`, path: process.execPath },
  ...[22, 24, 26].map((major) => ({ name: `Node ${major}`, path: tool(`node${major}`) })).filter(({ path }) => existsSync(path)),
].filter(({ name }, index, all) => all.findIndex((other) => other.name === name) === index);

/** JUnit's report, and beside it the runner's events, a line each: the reports leave out what tells equal tests apart. */
const REPORTER = `
import { appendFileSync } from 'node:fs';
import { junit } from 'node:test/reporters';
async function* noted(events) {
  for await (const event of events) {
    const { type, data } = event;
    if (type === 'test:pass' || type === 'test:fail') {
      const { name, nesting, file, skip, todo, details } = data;
      const line = { type, name, nesting, file, skip, todo, suite: details.type === 'suite' };
      appendFileSync('events.ndjson', JSON.stringify(line) + '\\n');
    }
    yield event;
  }
}
export default (events) => junit(noted(events));
`;

interface Event {
  readonly type: 'test:pass' | 'test:fail';
  readonly name: string;
  readonly nesting: number;
  readonly file: string;
  readonly skip?: unknown;
  readonly todo?: unknown;
  readonly suite: boolean;
}

export class NodeTestProject extends RunnerProject {
  readonly #node: NodeUnderTest;
  /** The user's one line stands in the command, whichever way it is run. */
  hasLine = false;
  /** Asked for in every run. */
  reporting: readonly string[] = [];

  constructor(node: NodeUnderTest) {
    super();
    this.#node = node;
    this.write('events.mjs', REPORTER);
    if (node.path !== process.execPath) this.link('better-sqlite3', join(REPOSITORY, 'test/tools/sqlite/node_modules/better-sqlite3'));
  }

  override command(way: Way, args: readonly string[]): readonly string[] {
    const line = way === 'plugin' || (way === 'attach' && this.hasLine) ? ['--require', 'spanmeter/node-test'] : [];
    return [...line, ...this.reporting, ...args];
  }

  override start(way: Way, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}, flags: readonly string[] = []): Running {
    const command = this.command(way, args);
    const how = { cwd: this.folder, env: { FORCE_COLOR: '0', ...env } };
    if (way !== 'attach') return start(this.#node.path, command, how);
    return start(process.execPath, [BIN, 'run', ...flags, '--', this.#node.path, ...command], how);
  }

  /** The runner reports a test after those inside it, each file by itself; suites and files are no tests. */
  override reported(): Outcome[] {
    const path = join(this.folder, 'events.ndjson');
    const events = existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
    const outcomes: Outcome[] = [];
    const names: string[] = [];
    for (const event of events.map((line) => JSON.parse(line) as Event).reverse()) {
      names.length = event.nesting;
      names.push(event.name);
      const file = event.file.slice(this.folder.length + 1);
      if (event.suite || (event.nesting === 0 && this.#isFile(event.name))) continue;
      const status = event.skip !== undefined || event.todo !== undefined ? 'skipped' : event.type === 'test:pass' ? 'passed' : 'failed';
      outcomes.push({ test: JSON.stringify([file, ...names]), status });
    }
    return outcomes.reverse();
  }

  #isFile(name: string): boolean {
    return readdirSync(this.folder).some((file) => name.endsWith(file));
  }
}
