/** The owner side in Vitest's main process: opens a session for each run, closes it and prints the summary. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Reporter, TestSpecification, Vitest } from 'vitest/node';
import type { Recorder, OpenSpan } from '../../recorder/index.js';
import type { Options } from '../../session/options/index.js';
import type { Session } from '../../session/index.js';
import { unsupported } from './version.js';

// Loaded when a run begins: a plugin in a configuration that only builds costs nothing. And by node itself, whoever
// evaluates this file.
const load = createRequire(import.meta.url);
const SETUP_FILE = new URL('./setup.mjs', import.meta.url);
const SETUP_PATH = fileURLToPath(SETUP_FILE);
const SETUP_IMPORT = `data:text/javascript,${encodeURIComponent(`import ${JSON.stringify(SETUP_FILE.href)};`)}`;
/** Known to every copy of this file: a plugin in the configuration and the one of `spanmeter run` may be two. */
const MARK = Symbol.for('spanmeter.vitest.reporter');

export function isOff(): boolean {
  return process.env['SPANMETER'] === '0';
}

/** @returns undefined where there is nothing to do: another copy was first, or no tests will run */
export function addReporter(vitest: Vitest, options: Partial<Options>): SpanmeterReporter | undefined {
  const { config, mode } = vitest;
  if (isOff() || mode !== 'test' || config.mergeReports) return undefined;
  const refusal = unsupported(vitest.version);
  if (refusal !== undefined) {
    say(refusal);
    return undefined;
  }
  const reporters = config.reporters as unknown[];
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
  #session: Session | undefined;
  #whole: OpenSpan | undefined;

  constructor(vitest: Vitest, options: Partial<Options>) {
    this.#vitest = vitest;
    this.#options = options;
  }

  async onTestRunStart(specifications: readonly TestSpecification[]): Promise<void> {
    if (specifications.length > 0) await this.begin();
  }

  async begin(): Promise<void> {
    try {
      await this.#open();
    } catch (thrown) {
      say(`nothing is measured: ${textOf(thrown)}`);
    }
  }

  async onTestRunEnd(): Promise<void> {
    const session = this.#session;
    if (session === undefined) return;
    this.#session = undefined;
    try {
      await this.#close(session);
    } catch (thrown) {
      say(`the session could not be closed: ${textOf(thrown)}`);
    }
  }

  async #open(): Promise<void> {
    const { openSession } = load('../../session/index.js') as typeof import('../../session/index.js');
    const isJoining = process.env['SPANMETER_SESSION'] !== undefined;
    const session = await openSession(this.#options, { command: `vitest ${this.#vitest.version}`, lenient: true });
    this.#session = session;
    // An outer owner says its own warnings.
    if (!session.owned && !isJoining) session.warnings.forEach(say);
    if (!session.recorder.isRecording) return;
    this.#addSetupFile();
    if (session.owned && session.recorder.wants('session') && !this.#hasThreads) this.#whole = openWhole(session.recorder);
  }

  /** A span of this thread can't contain those of other threads: each would count as running beside it. */
  get #hasThreads(): boolean {
    return this.#vitest.projects.some(({ config }) => config.pool === 'threads' || config.pool === 'vmThreads');
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

  async #close(session: Session): Promise<void> {
    if (this.#whole !== undefined) session.recorder.close(this.#whole, process.exitCode ? 'failed' : 'passed');
    this.#whole = undefined;
    const exitCode = this.#exitCode();
    const { summary, warnings } = await session.close(exitCode === undefined ? {} : { exitCode });
    if (!session.owned) return;
    if (summary === undefined) warnings.forEach(say);
    else if (!session.options.quiet) {
      const { renderSummary } = load('../../report/summary.js') as typeof import('../../report/summary.js');
      const { describeTerminal } = load('../../report/terminal.js') as typeof import('../../report/terminal.js');
      // On standard error: standard output may be a user's JSON.
      process.stderr.write(`\n${renderSummary(summary, describeTerminal(process.stderr, process.env))}`);
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

/**
 * The run as a whole. Only the core numbers: workers are ended while the session closes, so that their part in the children's
 * CPU time would be a matter of luck.
 */
function openWhole(recorder: Recorder): OpenSpan {
  return recorder.open({ kind: 'session', name: 'vitest' }, { parent: null, probes: 'core' });
}

function say(message: string): void {
  process.stderr.write(`spanmeter: ${message}\n`);
}

function textOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
