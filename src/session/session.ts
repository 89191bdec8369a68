/** What an open session offers to runners, commands and scripts, and what it gives when it is closed. */
import type { SummaryInput } from '../analysis/summary.js';
import type { SessionRecord } from '../model/records.js';
import type { HAND_OVER_VARIABLE, Recorder } from '../recorder/index.js';
import type { ResolvedOptions } from './options/index.js';

export interface SessionFacts {
  /** What runs, for people: `vitest 4.1.2`, or a command line. Default: this process's. */
  readonly command?: string;
  /** Mistakes in options become warnings: for test runners, whose run they must not end. */
  readonly lenient?: boolean;
  /** It stays open when the event loop runs dry: for a runner in this process that goes on then. */
  readonly stays?: boolean;
}

export interface Session {
  readonly id: string;
  /** Absolute; files of items are relative to it. */
  readonly root: string;
  readonly options: ResolvedOptions;
  /** Whether this process delivers the journals and says the summary. */
  readonly owned: boolean;
  readonly recorder: Recorder;
  /** For processes that get an environment of their own; already set in this process's. */
  readonly environment: { readonly [HAND_OVER_VARIABLE]?: string };
  /** Settles, never rejects, once the programs that the session asks at its start (git) have ended. */
  readonly settled: Promise<unknown>;
  /** What went wrong so far, a sentence each. */
  readonly warnings: readonly string[];
  /** @returns the highest resident set size, in bytes, that spans of each process have seen so far, by process id */
  processPeaks(): ReadonlyMap<number, number>;
  /**
   * Delivers all journals and ends the session. Closing it again gives the same result.
   * Never rejects: what went wrong is in the result's warnings, and what could not be delivered is kept for `spanmeter recover`.
   */
  close(facts?: { readonly exitCode?: number }): Promise<SessionResult>;
  /**
   * For the end of a process that leaves no time to deliver: writes down how it ended, and lets another process deliver at once.
   * @returns false when there is nothing left to deliver, or somebody else will
   */
  release(exitCode: number): boolean;
}

export interface SessionResult {
  readonly session: SessionRecord;
  /** Records that were new in the history. */
  readonly delivered: number;
  /** Journal lines that were torn or damaged. */
  readonly torn: number;
  /** The server that has the records, how many were sent, and how many of them it did not have. Absent when none was asked for, or it could not be had. */
  readonly remote?: SummaryInput['remote'];
  /** Path or URL of the history; absent when there is none. */
  readonly location?: string;
  readonly warnings: readonly string[];
  /** Absent when this process is not the owner, or nothing could be read back. */
  readonly summary?: SummaryInput;
}
