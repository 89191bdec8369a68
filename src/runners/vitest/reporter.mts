/** The owner side in Vitest's main process: opens a session for each run, closes it and prints the summary. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Reporter, TestSpecification, Vitest } from 'vitest/node';
import type { Options } from '../../session/options/index.js';
import { isSwitchedOff } from '../../model/switch.js';
import type { Run } from '../run.js';
import { say } from '../say.js';
import { unsupported } from './version.js';

// Loaded when a run begins: a plugin in a configuration that only builds costs nothing. And by node itself, whoever
// evaluates this file.
const load = createRequire(import.meta.url);
const SETUP_FILE = new URL('./setup.mjs', import.meta.url);
const SETUP_PATH = fileURLToPath(SETUP_FILE);
const SETUP_IMPORT = `data:text/javascript,${encodeURIComponent(`import ${JSON.stringify(SETUP_FILE.href)};`)}`;
/** Known to every copy of this file: a plugin in the configuration and the one of `spanmeter run` may be two. */
const MARK = Symbol.for('spanmeter.vitest.reporter');

/** @returns undefined where there is nothing to do: another copy was first, or no tests will run */
export function addReporter(vitest: Vitest, options: Partial<Options>): SpanmeterReporter | undefined {
  const { config, mode } = vitest;
  if (isSwitchedOff(process.env) || config.mergeReports) return undefined;
  const refusal = unsupported(vitest.version);
  if (refusal !== undefined) {
    say(refusal);
    return undefined;
  }
  const reporters = (mode === 'benchmark' ? config.benchmark?.reporters : config.reporters) as unknown[] | undefined;
  if (!Array.isArray(reporters)) return undefined;
  if (reporters.some((reporter) => typeof reporter === 'object' && reporter !== null && MARK in reporter)) return undefined;
  const reporter = new SpanmeterReporter(vitest, options);
  reporters.push(reporter);
  return reporter;
}

declare module 'vitest' {
  interface ProvidedContext {
    /** For our setup file. */
    spanmeter: { /** URL of the `@vitest/runner` that this Vitest uses. */ readonly runner: string };
  }
}

class SpanmeterReporter implements Reporter {
  readonly [MARK] = true;
  readonly #vitest: Vitest;
  readonly #options: Partial<Options>;
  #run: Run | undefined;

  constructor(vitest: Vitest, options: Partial<Options>) {
    this.#vitest = vitest;
    this.#options = options;
  }

  async onTestRunStart(specifications: readonly TestSpecification[]): Promise<void> {
    if (specifications.length > 0) await this.begin();
  }

  async begin(): Promise<void> {
    const { Run } = load('../run.js') as typeof import('../run.js');
    this.#run = await Run.begin(this.#options, { name: 'vitest', version: this.#vitest.version });
    if (this.#run?.isRecording !== true) return;
    try {
      this.#addSetupFile();
    } catch (thrown) {
      say(`no test is measured: ${String(thrown)}`);
    }
  }

  async onTestRunEnd(): Promise<void> {
    const run = this.#run;
    this.#run = undefined;
    const exitCode = this.#exitCode();
    await run?.end({ failed: Boolean(process.exitCode), ...(exitCode !== undefined && { exitCode }) });
  }

  #addSetupFile(): void {
    const vitest = this.#vitest;
    const runner = createRequire(join(vitest.distPath, 'index.js')).resolve('@vitest/runner');
    vitest.provide('spanmeter', { runner: pathToFileURL(runner).href });
    for (const { config } of vitest.projects) {
      if (config.browser.enabled) say('tests in browsers are not measured');
      else addSetupFile(config);
    }
  }

  /** Not known while thresholds of the coverage, which Vitest checks last, can still turn a success into a failure. */
  #exitCode(): number | undefined {
    const code = Number(process.exitCode ?? 0);
    return code === 0 && this.#vitest.config.coverage.enabled ? undefined : code;
  }
}

/**
 * Before the user's own: those may replace what ours needs at load. And not as a path, but where Vitest imports natively:
 * it would transform a file outside node_modules, and refuse one outside its root in environments such as jsdom. A data URL
 * goes to node, which imports our file as it is.
 */
function addSetupFile({ experimental, setupFiles }: Vitest['config']): void {
  const file = experimental.viteModuleRunner === false ? SETUP_PATH : SETUP_IMPORT;
  if (!setupFiles.includes(file)) setupFiles.unshift(file);
}
