/**
 * What the owner of a session tells every process below it, in one environment variable. A worker needs nothing else: no
 * file to read, no configuration to find.
 */
import type { ProbeSet } from '../model/metrics.js';
import { KINDS, type Kind } from '../model/records.js';
import type { JournalPlace } from './journal-writer.js';

export const HAND_OVER_VARIABLE = 'SPANMETER_SESSION';

export interface WorkerOptions {
  /** Kinds that are recorded. */
  readonly scopes: readonly Kind[];
  /** Absent: full for what runners measure, core for `span()`. */
  readonly probes?: ProbeSet;
  /** Collect garbage before each test. */
  readonly gc: boolean;
  /** Replaces the component of every item. */
  readonly component?: string;
  /** Stands before the component of every item, with a dot. */
  readonly componentPrefix?: string;
  /** Source of a regular expression: only tests that it fits are recorded. */
  readonly include?: string;
  /** Source of a regular expression: tests that it fits are not recorded. */
  readonly exclude?: string;
  /** `leave`: the process's own peak is not reset; only growth above it is seen. */
  readonly peak: 'reset' | 'leave';
}

export interface HandOver extends JournalPlace {
  readonly id: string;
  /** Absolute; files are recorded relative to it. */
  readonly root: string;
  readonly options: WorkerOptions;
  /** Those of them that the owner was told explicitly: a runner's plugin below it does not override them. */
  readonly given: Partial<WorkerOptions>;
}

export const DEFAULT_WORKER_OPTIONS: WorkerOptions = { scopes: KINDS, gc: false, peak: 'reset' };

export function encodeHandOver(handOver: HandOver): string {
  return JSON.stringify(handOver);
}

/** @returns undefined for anything that `encodeHandOver` did not make: a stranger's variable must not break a run */
export function decodeHandOver(text: string | undefined): HandOver | undefined {
  if (text === undefined || text === '') return undefined;
  try {
    const value = JSON.parse(text) as HandOver;
    const texts = [value.id, value.folder, value.spare, value.root];
    const known = texts.every((field) => typeof field === 'string') && Array.isArray(value.options.scopes);
    if (!known) return undefined;
    const [options, given] = [{ ...DEFAULT_WORKER_OPTIONS, ...value.options }, { ...value.given }];
    [options, given].forEach(tryPatterns);
    return { ...value, options, given };
  } catch {
    return undefined;
  }
}

/** @throws SyntaxError here, and not in every span */
function tryPatterns({ include = '', exclude = '' }: Partial<WorkerOptions>): void {
  for (const source of [include, exclude]) new RegExp(source);
}
