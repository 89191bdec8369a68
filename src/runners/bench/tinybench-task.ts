/** Follows one task of tinybench: its timed iterations are a span, its statistics go with it. */
import type { Status } from '../../model/records.js';
import { openBenchmark, quantile, withStatistics, type BenchStatistics } from '../../recorder/benchmark.js';
import { warn, type ItemInput, type OpenSpan, type Recorder } from '../../recorder/index.js';
import { whenEnded } from '../attempt.js';
import type { Hook, TinybenchBench, TinybenchResult, TinybenchTask } from './tinybench-types.js';

const MILLISECOND = 1e6;

/** Where a task's span goes, asked when it begins: its session may be opened late. */
export interface TaskPlace {
  readonly recorder: Recorder | undefined;
  readonly item: ItemInput;
  /** Given explicitly where several tasks run at the same time. Left out: the innermost that is open. */
  readonly parent?: OpenSpan | null;
}

export class TaskWatch {
  readonly #task: TinybenchTask;
  readonly #place: () => TaskPlace;
  #recorder: Recorder | undefined;
  #span: OpenSpan | undefined;
  #isRecorded = false;

  constructor(task: TinybenchTask, place: () => TaskPlace) {
    this.#task = task;
    this.#place = place;
    // Before a listener of Vitest that empties the samples.
    task.addEventListener('cycle', () => guarded(() => this.#close(statusOf(task.result))));
  }

  /** The last thing before the first iteration. */
  begin(): void {
    const { recorder, item, parent } = this.#place();
    this.#recorder = recorder;
    this.#span = recorder && openBenchmark(recorder, item, parent);
  }

  /** The first thing after the last iteration: tinybench then sorts its samples. */
  stop(): void {
    if (this.#span !== undefined) this.#recorder?.stop(this.#span);
  }

  /** What has not told its end is aborted, or throws. */
  settle(threw: boolean): void {
    const { recorder, item } = this.#place();
    const { result } = this.#task;
    if (this.#span !== undefined) this.#close(threw ? 'failed' : statusOf(result));
    else if (threw || (result?.error !== undefined && !this.#isRecorded)) recorder?.note(item, 'failed');
    this.#isRecorded = true;
  }

  #close(status: Status): void {
    const [span, recorder] = [this.#span, this.#recorder];
    this.#span = undefined;
    if (span === undefined) return;
    this.#isRecorded = true;
    const statistics = statisticsOf(this.#task);
    recorder?.close(span, status, statistics && withStatistics(statistics));
  }
}

function statusOf(result: TinybenchResult | undefined): Status {
  if (result?.error !== undefined) return 'failed';
  return result === undefined || result.state?.startsWith('aborted') === true ? 'interrupted' : 'passed';
}

function statisticsOf({ runs, result }: TinybenchTask): BenchStatistics | undefined {
  const { mean = NaN, p99 = NaN, samples = [] } = result ?? {};
  const of = result?.latency ?? { mean, p50: quantile(samples, 0.5), p99 };
  if (Number.isNaN(of.mean)) return undefined;
  return { iterations: runs, mean: of.mean * MILLISECOND, p50: of.p50 * MILLISECOND, p99: of.p99 * MILLISECOND };
}

/** Puts itself behind the setup and before the teardown of a bench: what is between them are the iterations. */
export function watchHooks(bench: TinybenchBench, watchOf: (task: TinybenchTask) => TaskWatch | undefined): void {
  const { setup, teardown } = bench;
  bench.setup = function (this: unknown, ...given: Parameters<Hook>) {
    const result = setup.apply(this, given);
    const [task, mode] = given;
    if (mode === 'run') whenEnded(false, result, (threw) => !threw && guarded(() => task && watchOf(task)?.begin()));
    return result;
  };
  bench.teardown = function (this: unknown, ...given: Parameters<Hook>) {
    const [task, mode] = given;
    if (mode === 'run') guarded(() => task && watchOf(task)?.stop());
    return teardown.apply(this, given);
  };
}

export function guarded(act: () => unknown): void {
  try {
    act();
  } catch (thrown) {
    warn(`a benchmark could not be measured: ${String(thrown)}`);
  }
}
