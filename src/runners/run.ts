/** The owner side of a runner, in its main process: opens a session for one run, closes it and prints the summary. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { messageOf } from '../model/errors.js';
import { HAND_OVER_VARIABLE, type OpenSpan, type Recorder } from '../recorder/index.js';
import { openSession, openSessionNow, type Session, type SessionFacts } from '../session/index.js';
import type { Options } from '../session/options/index.js';
import { OVER_BUDGET, failAtExit } from './fail-at-exit.js';
import type { Released } from './released.js';
import { printNow, say } from './say.js';

/** Milliseconds. What could not be delivered by then is delivered by the next run. */
const LONGEST_DELIVERY = 10_000;
/** Taken at load: a test may have replaced it. */
const { stringify } = JSON;

export interface RunFacts {
  /** The runner's name, for the item that stands for the run as a whole. */
  readonly name: string;
  /** Absent: the command line says more. */
  readonly version?: string;
  /** The runner goes on when the event loop runs dry. */
  readonly stays?: boolean;
}

/** How it ended, as far as the runner knows by then. */
export interface RunEnd {
  readonly failed: boolean;
  /** Absent while something can still change it. */
  readonly exitCode?: number;
  /** Where the summary goes. Default: to the standard error, at once. Standard output may be a user's JSON. */
  readonly print?: (text: string) => void;
}

export class Run {
  readonly session: Session;
  readonly #whole: OpenSpan | undefined;

  private constructor(session: Session, name: string) {
    this.session = session;
    const { recorder, owned } = session;
    if (owned && recorder.isRecording && recorder.wants('session')) this.#whole = openWhole(recorder, name);
    // Before the session's own, which says that it was not closed.
    if (owned) process.prependOnceListener('exit', this.#release);
  }

  /** Joins an outer session where there is one. Never rejects: trouble of ours is a line on the standard error. */
  static async begin(options: Partial<Options>, facts: RunFacts): Promise<Run | undefined> {
    try {
      const isJoining = process.env[HAND_OVER_VARIABLE] !== undefined;
      return Run.#made(await openSession(options, sessionFacts(facts)), isJoining, facts);
    } catch (thrown) {
      say(`nothing is measured: ${messageOf(thrown)}`);
      return undefined;
    }
  }

  /** The same for a runner that waits for nobody before its first test. Never throws. */
  static beginNow(options: Partial<Options>, facts: RunFacts): Run | undefined {
    try {
      const isJoining = process.env[HAND_OVER_VARIABLE] !== undefined;
      return Run.#made(openSessionNow(options, sessionFacts(facts)), isJoining, facts);
    } catch (thrown) {
      say(`nothing is measured: ${messageOf(thrown)}`);
      return undefined;
    }
  }

  static #made(session: Session, isJoining: boolean, facts: RunFacts): Run {
    // An outer owner says its own warnings.
    if (!session.owned && !isJoining) session.warnings.forEach(say);
    return new Run(session, facts.name);
  }

  /** Whether workers will find a session to record into. */
  get isRecording(): boolean {
    return this.session.recorder.isRecording;
  }

  /** What ends the process that runs the tests leaves no time to deliver (process.exit in a test): another process does. */
  readonly #release = (exitCode: number): void => {
    try {
      if (this.#whole !== undefined) this.session.recorder.close(this.#whole, 'interrupted');
      const { id, root, options } = this.session;
      if (!this.session.release(exitCode) || options.db === false) return;
      const { db, quiet, isElsewhere, budget = false } = options;
      const released: Released = { id, root, db, quiet, isElsewhere, budget };
      const env = { ...process.env, NODE_OPTIONS: '' };
      const script = join(__dirname, 'released.js');
      const { status } = spawnSync(process.execPath, [script, stringify(released)], {
        env,
        stdio: ['ignore', 'ignore', 'inherit'],
        timeout: LONGEST_DELIVERY,
      });
      if (status === OVER_BUDGET) failAtExit();
    } catch {
      // Its journals are kept: the next run delivers them.
    }
  };

  /** Never rejects. */
  async end({ failed, exitCode, print = printNow }: RunEnd): Promise<void> {
    const { session } = this;
    try {
      if (this.#whole !== undefined) session.recorder.close(this.#whole, failed ? 'failed' : 'passed');
      // The report is loaded when the tests have ended: until then it would be memory of the process that runs them. Where that
      // fails, the session is still open, and released at the exit.
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      const { sayEnd } = require('./ending.js') as typeof import('./ending.js');
      const { summary, warnings } = await session.close(exitCode === undefined ? {} : { exitCode });
      process.off('exit', this.#release);
      if (!session.owned) return;
      // Quiet is without the summary, not without the trouble that it would tell.
      if (summary === undefined || session.options.quiet) warnings.forEach(say);
      if (summary !== undefined) sayEnd(summary, session.options.quiet, print);
      if (summary?.budget?.failed === true) failAtExit();
    } catch (thrown) {
      say(`the session could not be closed: ${messageOf(thrown)}`);
    }
  }
}

function sessionFacts({ name, version, stays }: RunFacts): SessionFacts {
  const command = version === undefined ? undefined : `${name} ${version}`;
  return { lenient: true, ...(command && { command }), ...(stays && { stays }) };
}

/**
 * The run as a whole. Only the core numbers: workers are ended while the session closes, so that their part in the children's
 * CPU time would be a matter of luck.
 */
function openWhole(recorder: Recorder, name: string): OpenSpan {
  return recorder.open({ kind: 'session', name }, { parent: null, probes: 'core', whole: true });
}
