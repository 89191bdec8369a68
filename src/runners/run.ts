/** The owner side of a runner, in its main process: opens a session for one run, closes it and prints the summary. */
import { messageOf } from '../model/errors.js';
import { HAND_OVER_VARIABLE, type OpenSpan, type Recorder, type WorkerOptions } from '../recorder/index.js';
import { renderSummary } from '../report/summary.js';
import { describeTerminal } from '../report/terminal.js';
import { openSession, type Session } from '../session/index.js';
import type { Options } from '../session/options/index.js';
import { say } from './say.js';

export interface RunFacts {
  /** The runner's name, for the item that stands for the run as a whole. */
  readonly name: string;
  /** Absent: the command line says more. */
  readonly version?: string;
  /** What the runner knows better than the options. */
  readonly worker?: Partial<WorkerOptions>;
}

/** How it ended, as far as the runner knows by then. */
export interface RunEnd {
  readonly failed: boolean;
  /** Absent while something can still change it. */
  readonly exitCode?: number;
}

export class Run {
  readonly session: Session;
  readonly #whole: OpenSpan | undefined;

  private constructor(session: Session, name: string) {
    this.session = session;
    const { recorder, owned } = session;
    if (owned && recorder.isRecording && recorder.wants('session')) this.#whole = openWhole(recorder, name);
  }

  /** Joins an outer session where there is one. Never rejects: trouble of ours is a line on the standard error. */
  static async begin(options: Partial<Options>, facts: RunFacts): Promise<Run | undefined> {
    try {
      const isJoining = process.env[HAND_OVER_VARIABLE] !== undefined;
      const { name, version, worker } = facts;
      const command = version === undefined ? undefined : `${name} ${version}`;
      const session = await openSession(options, { lenient: true, ...(command && { command }), ...(worker && { worker }) });
      // An outer owner says its own warnings.
      if (!session.owned && !isJoining) session.warnings.forEach(say);
      return new Run(session, facts.name);
    } catch (thrown) {
      say(`nothing is measured: ${messageOf(thrown)}`);
      return undefined;
    }
  }

  /** Whether workers will find a session to record into. */
  get isRecording(): boolean {
    return this.session.recorder.isRecording;
  }

  /** Never rejects. */
  async end({ failed, exitCode }: RunEnd): Promise<void> {
    const { session } = this;
    try {
      if (this.#whole !== undefined) session.recorder.close(this.#whole, failed ? 'failed' : 'passed');
      const { summary, warnings } = await session.close(exitCode === undefined ? {} : { exitCode });
      if (!session.owned) return;
      // Quiet is without the summary, not without the trouble that it would tell.
      if (summary === undefined || session.options.quiet) warnings.forEach(say);
      // On standard error: standard output may be a user's JSON.
      else process.stderr.write(`\n${renderSummary(summary, describeTerminal(process.stderr, process.env))}`);
    } catch (thrown) {
      say(`the session could not be closed: ${messageOf(thrown)}`);
    }
  }
}

/**
 * The run as a whole. Only the core numbers: workers are ended while the session closes, so that their part in the children's
 * CPU time would be a matter of luck.
 */
function openWhole(recorder: Recorder, name: string): OpenSpan {
  return recorder.open({ kind: 'session', name }, { parent: null, probes: 'core', whole: true });
}
