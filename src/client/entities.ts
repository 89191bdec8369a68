/** What a history holds, as plain values: whichever store they come from, they are the same. Instants are microseconds since 1970. */
import type { Context, Identity, Marks, Numbers, Tags } from '../model/records.js';
import type { StoredSession } from '../store/contract.js';

export type { Context, Tags };

/** One run of a test command: when, what, of which source, with which packages. */
export interface Session extends Omit<StoredSession, 'context'> {
  /** Where it ran; absent when that is not known, as of a pytest-monitor session without metrics. */
  readonly context?: Context;
}

/** A session as stores hand it out, where an empty hash says that its context is not known. */
export function toEntity({ context, ...session }: StoredSession): Session {
  return context.hash === '' ? session : { ...session, context };
}

type Outcome = Omit<Marks, 'startedAt'>;

/**
 * One stored reading: whose it is, when and where, and its numbers (nanoseconds, bytes and counts; see METRICS). What could not be had, or
 * was not asked for, is absent; pytest-monitor keeps no status, retry and the like.
 */
export interface Metric extends Numbers, Partial<Outcome>, Omit<Identity, 'kind'> {
  /** `test`, `file`, ...; or a text of pytest-monitor's, such as `function`. */
  readonly kind: string;
  /** Id of its session. */
  readonly session: string;
  /** Hash of its context; empty when it is not known. */
  readonly context: string;
  /** Process or thread that measured it, and its place among what that measured: the key, together with the session. */
  readonly writer: string;
  readonly sequence: number;
  /** Sequence of the containing span of the same writer; absent when there is none. */
  readonly parent?: number;
  readonly component: string;
  readonly tags: Tags;
  readonly startedAt: number;
  /** Came from pytest-monitor. */
  readonly foreign: boolean;
}

/** Equal for readings of one item, in whichever session, and different for different items. */
export function itemKey(metric: Pick<Metric, 'kind' | 'project' | 'file' | 'describe' | 'name' | 'variant' | 'ordinal'>): string {
  const { kind, project, file, describe, name, variant, ordinal } = metric;
  return JSON.stringify([kind, project, file, describe, name, variant, ordinal]);
}
