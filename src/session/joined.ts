/** A session that somebody else owns, or that is switched off: closing it ends this process's journal and nothing else. */
import { describeContext } from '../context/index.js';
import type { SessionRecord } from '../model/records.js';
import { threadRecorder, type Recorder } from '../recorder/index.js';
import type { ResolvedOptions } from './options/index.js';
import type { Session, SessionResult } from './session.js';

export class JoinedSession implements Session {
  readonly owned = false;
  readonly recorder: Recorder = threadRecorder();
  readonly root: string;
  readonly settled = Promise.resolve();
  readonly warnings: readonly string[];
  readonly #startedAt = Date.now() * 1000;

  constructor(
    readonly id: string,
    readonly options: ResolvedOptions,
    readonly environment: Session['environment'],
    warnings: readonly string[] = options.warnings,
  ) {
    this.root = options.root;
    this.warnings = warnings;
  }

  processPeaks(): ReadonlyMap<number, number> {
    return new Map();
  }

  release(): boolean {
    return false;
  }

  close(): Promise<SessionResult> {
    const { description, tags } = this.options;
    const session: SessionRecord = {
      id: this.id,
      startedAt: this.#startedAt,
      description,
      tags,
      scm: {},
      context: describeContext(),
      command: '',
      root: this.root,
      packages: [],
    };
    return Promise.resolve({ session, delivered: 0, torn: 0, warnings: this.warnings });
  }
}
