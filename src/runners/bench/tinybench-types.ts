/** What the adapter needs of tinybench, in its version 2 (which Vitest uses) and since version 3. */

export type Hook = (this: unknown, task?: TinybenchTask, mode?: string) => unknown;

export interface TinybenchTask extends Pick<EventTarget, 'addEventListener'> {
  readonly name: string;
  /** Iterations of the last run. */
  readonly runs: number;
  readonly result?: TinybenchResult | undefined;
  run(): unknown;
  warmup(): unknown;
  /** Not in version 2. */
  runSync?(): unknown;
  warmupSync?(): unknown;
}

/** Times are milliseconds. */
export interface TinybenchResult {
  readonly error?: unknown;
  /** Not in version 2. */
  readonly state?: string;
  readonly latency?: { readonly mean: number; readonly p50: number; readonly p99: number };
  /** In version 2 the statistics stand here. */
  readonly mean?: number;
  readonly p99?: number;
  /** Ascending. */
  readonly samples?: readonly number[];
}

/** A `Bench`. Its hooks enclose the iterations of each task and nothing else. */
export interface TinybenchBench extends Pick<EventTarget, 'addEventListener'> {
  /** Not in version 2. */
  readonly name?: string | undefined;
  readonly concurrency: string | null;
  readonly tasks: readonly TinybenchTask[];
  setup: Hook;
  teardown: Hook;
  run(): unknown;
}
