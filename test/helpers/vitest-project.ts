/** Projects with Vitest in them. */
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from './project.mjs';
import { RunnerProject, type Outcome, type Way } from './runner-project.js';
import { BIN, start, type Ended, type Running } from './script.js';

export { named, recorded, sorted, value, type Outcome, type Way } from './runner-project.js';

export class VitestProject extends RunnerProject {
  constructor(fixture?: string) {
    super();
    for (const name of ['vitest', 'vite', '@vitest/coverage-v8', 'jsdom']) this.link(name, join(REPOSITORY, 'node_modules', name));
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
    const all = way === 'attach' ? [BIN, 'run', '--', process.execPath, ...vitest] : vitest;
    return start(process.execPath, all, { cwd: this.folder, env: { FORCE_COLOR: '0' } });
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
