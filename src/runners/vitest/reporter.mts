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
import type { Provided } from './vitals.mjs';

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

class SpanmeterReporter implements Reporter {
  readonly [MARK] = true;
  readonly #vitest: Vitest;
  readonly #options: Partial<Options>;
  #run: Run | undefined;
  /** What is not measured, as far as the user was told. */
  readonly #told = new Set<string>();

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
    const handOver = this.#run?.session.environment.SPANMETER_SESSION;
    if (this.#run?.isRecording !== true || handOver === undefined) return;
    try {
      this.#addSetupFile(handOver);
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

  #addSetupFile(session: string): void {
    const vitest = this.#vitest;
    vitest.provide('spanmeter', { session, ...placesOf(vitest) });
    for (const { config } of vitest.projects) {
      if (config.typecheck.enabled) this.#tell('tests of types are not measured: nothing of them runs');
      if (config.browser.enabled) this.#tell('tests in browsers are not measured');
      else addSetupFile(config);
    }
  }

  /** Once, also for many projects and while watching. */
  #tell(what: string): void {
    if (!this.#told.has(what)) say(what);
    this.#told.add(what);
  }

  /** Not known while thresholds of the coverage, which Vitest checks last, can still turn a success into a failure. */
  #exitCode(): number | undefined {
    const code = Number(process.exitCode ?? 0);
    return code === 0 && this.#vitest.config.coverage.enabled ? undefined : code;
  }
}

/** Vitest 5 has its runner inside. */
function placesOf({ distPath, version }: Vitest): Omit<Provided, 'session'> {
  const major = Number.parseInt(version);
  if (major >= 5) return {};
  const functions = pathToFileURL(createRequire(join(distPath, 'index.js')).resolve('@vitest/runner')).href;
  return { functions, ...(major === 3 && { runners: pathToFileURL(join(distPath, 'runners.js')).href }) };
}

/**
 * Before the user's own: those may replace what ours needs at load. And not as a path, but where Vitest imports natively:
 * it would transform a file outside node_modules, and refuse one outside its root in environments such as jsdom. A data URL
 * goes to node, which imports our file as it is.
 */
function addSetupFile({ experimental, setupFiles }: Vitest['config']): void {
  const isNative = (experimental as Partial<typeof experimental> | undefined)?.viteModuleRunner === false;
  const file = isNative ? SETUP_PATH : SETUP_IMPORT;
  if (!setupFiles.includes(file)) setupFiles.unshift(file);
}
