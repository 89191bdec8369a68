/** Projects with one of the Mochas of test/tools in them. */
import { cpSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from './project.mjs';
import { RunnerProject, type Outcome, type Way } from './runner-project.js';

export const MOCHAS = ['mocha10', 'mocha11', 'mocha12'] as const;
export type MochaVersion = (typeof MOCHAS)[number];

/** A reporter of the user's, which hands on to several of Mocha's own, and keeps what Mocha says of each test. */
const REPORTER = `
const { writeFileSync } = require('node:fs');
const { Spec, JSON: Json, XUnit } = require('mocha').reporters;
const { relative } = require('node:path');
const { stringify } = JSON;
module.exports = class {
  constructor(runner, options) {
    new Spec(runner, options);
    new Json(runner, { ...options, reporterOption: { output: 'report.json' } });
    this.xunit = new XUnit(runner, { ...options, reporterOptions: { output: 'report.xml' } });
    const tests = [];
    const folder = process.cwd();
    // With --parallel each event has an object of its own.
    const pending = new Set();
    const id = (test) => test.id ?? test.__mocha_id__;
    runner.on('pending', (test) => pending.add(id(test)));
    runner.on('test end', (test) => tests.push(test));
    runner.on('end', () => {
      const outcome = (test) => ({
        test: stringify([relative(folder, test.file ?? test.parent.file), ...test.titlePath()]),
        status: test.state === 'failed' ? 'failed' : pending.has(id(test)) ? 'skipped' : 'passed',
      });
      writeFileSync('outcomes.json', stringify(tests.map(outcome)));
    });
  }
  done(failures, end) { this.xunit.done(failures, end); }
};
`;

export class MochaProject extends RunnerProject {
  constructor(version: MochaVersion) {
    super();
    this.#install(join(REPOSITORY, 'test/tools', version, 'node_modules'));
    this.write('reporter.cjs', REPORTER);
  }

  /** A copy and not a link: Mocha looks for what it is told to require from where it really lies. */
  #install(modules: string): void {
    for (const part of ['package.json', 'index.js', 'bin', 'lib']) {
      cpSync(join(modules, 'mocha', part), join(this.folder, 'node_modules/mocha', part), { recursive: true });
    }
    const needed = readdirSync(modules).filter((name) => !name.startsWith('.') && name !== 'mocha');
    for (const name of needed) this.link(name, join(modules, name), 'node_modules/mocha');
  }

  /** @param way with the user's line or without it @param options of spanmeter, as source @param rest of Mocha's configuration */
  configure(way: Way, options = '', rest: object = {}): void {
    const line = way === 'plugin' ? { require: ['spanmeter/mocha'] } : {};
    // However busy the machine is: no test is late or, which reporters tell, slow.
    const patience = { timeout: 30_000, slow: 30_000 };
    this.write('.mocharc.json', JSON.stringify({ reporter: './reporter.cjs', spec: ['*.test.*'], ...patience, ...line, ...rest }));
    if (options !== '') this.write('spanmeter.config.mjs', `export default ${options};`);
  }

  override command(_: Way, args: readonly string[]): readonly string[] {
    return [join(this.folder, 'node_modules/mocha/bin/mocha.js'), ...args];
  }

  override reported(): Outcome[] {
    return JSON.parse(readFileSync(join(this.folder, 'outcomes.json'), 'utf8')) as Outcome[];
  }
}
