/** Projects with Vitest in them. */
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from './project.mjs';
import { RunnerProject, type Outcome, type Way } from './runner-project.js';
import { BIN, start, type Ended, type Running } from './script.js';

export { named, recorded, sorted, value, type Outcome, type Way } from './runner-project.js';

const TOOLS = join(REPOSITORY, 'test/tools');

/** A line of Vitest that is supported. `npm test` installs them all; here is the one that we use ourselves. */
export interface VitestVersion {
  readonly name: string;
  /** Where it is installed, with what belongs to it. */
  readonly modules: string;
  /** The Node that it needs. Default: ours. */
  readonly runtime?: string;
}

const OWN: VitestVersion = { name: 'Vitest', modules: join(REPOSITORY, 'node_modules') };
const VITEST_3: VitestVersion = { name: 'Vitest 3.2', modules: join(TOOLS, 'vitest3/node_modules') };
/** With more than the one of ours. Present only where `npm test` was here. */
const VITEST_4: VitestVersion = { name: 'Vitest 4.1', modules: join(TOOLS, 'vitest4/node_modules') };
const VITEST_5: VitestVersion = {
  name: 'Vitest 5',
  modules: join(TOOLS, 'vitest5/node_modules'),
  runtime: join(TOOLS, 'node_modules/node22/bin/node'),
};

/** All that are installed. */
export const VITESTS: readonly VitestVersion[] = [VITEST_3, VITEST_4, VITEST_5].filter(
  ({ modules, runtime = process.execPath }) => existsSync(modules) && existsSync(runtime),
);

export class VitestProject extends RunnerProject {
  override readonly runtime: string;

  constructor(fixture?: string, { modules, runtime = process.execPath } = OWN) {
    super();
    this.runtime = runtime;
    for (const name of ['vitest', 'vite', '@vitest/coverage-v8', 'jsdom']) this.link(name, join(modules, name));
    // The driver that fits this Node.
    if (runtime !== process.execPath) this.link('better-sqlite3', join(modules, 'better-sqlite3'));
    if (fixture !== undefined) cpSync(join(REPOSITORY, 'test/fixtures', fixture), this.folder, { recursive: true });
  }

  /** @param test the content of `test: {...}`, as source */
  configure(test: string, plugins: string, more = ''): void {
    const ours = plugins === '' ? '' : "import spanmeter from 'spanmeter/vitest';";
    const source = [ours, more, `export default { plugins: [${plugins}], test: {${test}} };`];
    this.write('vitest.config.mjs', source.join('\n'));
  }

  override command(_: Way, args: readonly string[], command = 'run'): readonly string[] {
    return [join(this.folder, 'node_modules/vitest/vitest.mjs'), command, ...args];
  }

  /** Another of Vitest's commands: `list`, `watch`, `bench`. */
  startOther(way: Way, command: string, args: readonly string[] = []): Running {
    const vitest = this.command(way, args, command);
    const [node, all] = way === 'attach' ? [process.execPath, [BIN, 'run', '--', this.runtime, ...vitest]] : [this.runtime, vitest];
    return start(node, all, { cwd: this.folder, env: { FORCE_COLOR: '0' } });
  }

  vitest(way: Way, args?: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended> {
    return this.run(way, args, env);
  }

  /** By Vitest's own JSON reporter. */
  override reported(file = 'report.json'): Outcome[] {
    const report = JSON.parse(readFileSync(join(this.folder, file), 'utf8')) as JsonReport;
    return report.testResults.flatMap(({ name, assertionResults }) =>
      assertionResults.map(({ ancestorTitles, title, status }) => ({
        test: JSON.stringify([name.slice(this.folder.length + 1), ...ancestorTitles, title]),
        status: status === 'todo' ? 'skipped' : status,
      })),
    );
  }
}

interface JsonReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly ancestorTitles: readonly string[]; readonly title: string; readonly status: string }[];
  }[];
}
