/**
 * `monitor(mitata)`: measures each benchmark of mitata's module, by the class of its benchmarks. mitata reads a benchmark's
 * function once for each combination of arguments, right before it measures that: so one run begins, and the one before ends.
 */
import { openBenchmark, withStatistics, type BenchStatistics } from '../../recorder/benchmark.js';
import { callerFile } from '../../recorder/caller-file.js';
import { recorder, type ItemInput, type OpenSpan, type Recorder } from '../../recorder/index.js';
import { Ordinals } from '../ordinals.js';
import { recorderOf, sessionBegun } from './session.js';
import { guarded } from './tinybench-task.js';

/** One benchmark: mitata's class `B`. */
interface Trial {
  readonly f: unknown;
  readonly _name: string;
  /** The name of each run, with its arguments in it. */
  _names(): Iterable<string>;
  run(shouldThrow?: boolean): Promise<TrialResult>;
}

interface TrialResult {
  readonly runs: readonly { readonly stats?: MitataStatistics; readonly error?: unknown }[];
}

/** Times are nanoseconds. */
interface MitataStatistics {
  /** Ascending; without the two shortest and the two longest, once there are more than twelve. */
  readonly samples: readonly number[];
  /** Calls in these samples. */
  readonly ticks: number;
  readonly avg: number;
  readonly p50: number;
  readonly p99: number;
}

/** The module itself: `import * as mitata from 'mitata'`. */
export interface MitataModule {
  readonly B: new (...args: never[]) => unknown;
  readonly bench: unknown;
  readonly run: unknown;
}

const WATCHED = Symbol.for('spanmeter.bench.watched');
const FEW_SAMPLES = 12;
const LEFT_OUT = 4;
/** mitata goes on until its samples have taken so long (nanoseconds), if they are more than FEW_SAMPLES. */
const LEAST_TIME = 642e6;

export function watchMitata({ B }: MitataModule): void {
  const prototype = B.prototype as Trial;
  if (WATCHED in prototype) return;
  Object.defineProperty(prototype, WATCHED, { value: true });
  const file = callerFile();
  const ordinals = new Ordinals();
  const { run } = prototype;
  prototype.run = async function (this: Trial, ...given) {
    await sessionBegun('mitata');
    const watch = new TrialWatch(itemsOf(this, file, ordinals));
    try {
      const result = await run.apply(watch.seenBy(this), given);
      guarded(() => watch.end(result));
      return result;
    } catch (thrown) {
      guarded(() => watch.end(undefined));
      throw thrown;
    }
  };
}

/** The name with its placeholders is what all runs have in common. */
function itemsOf(trial: Trial, file: string, ordinals: Ordinals): ItemInput[] {
  const name = trial._name;
  return Array.from(trial._names(), (variant) => ({
    kind: 'bench',
    name,
    file,
    ...(variant !== name && { variant }),
    ordinal: ordinals.next('test', variant),
  }));
}

class TrialWatch {
  readonly #items: readonly ItemInput[];
  readonly #parent: OpenSpan | null;
  /** Of each run that was begun; absent for one that is not to be recorded. */
  readonly #spans: (readonly [Recorder, OpenSpan] | undefined)[] = [];

  constructor(items: readonly ItemInput[]) {
    this.#items = items;
    // A run's span stays open until its statistics are known: it does not contain the next one's.
    this.#parent = recorder()?.nesting.innermost() ?? null;
  }

  /** The benchmark, whose function tells when it is read. */
  seenBy(trial: Trial): Trial {
    const read = (): unknown => {
      guarded(() => this.#beginNext());
      return trial.f;
    };
    return Object.create(trial, { f: { get: read } }) as Trial;
  }

  #beginNext(): void {
    this.#stopLast();
    const item = this.#items[this.#spans.length];
    const found = item && recorderOf(item);
    this.#spans.push(found && [found, openBenchmark(found, item, this.#parent)]);
  }

  #stopLast(): void {
    const last = this.#spans[this.#spans.length - 1];
    last?.[0].stop(last[1]);
  }

  /** @param result undefined: the last run threw */
  end(result: TrialResult | undefined): void {
    this.#stopLast();
    this.#spans.forEach((begun, index) => {
      const stats = result?.runs[index]?.stats;
      const isFailed = result === undefined ? index === this.#spans.length - 1 : stats === undefined;
      begun?.[0].close(begun[1], isFailed ? 'failed' : 'passed', stats && withStatistics(statisticsOf(stats)));
    });
  }
}

function statisticsOf(stats: MitataStatistics): BenchStatistics {
  const { samples, ticks, avg: mean, p50, p99 } = stats;
  const kept = samples.length;
  const callsEach = ticks / kept;
  // What mitata leaves out of its statistics ran too, and is in the span.
  const isWhole = kept === FEW_SAMPLES && kept * callsEach * mean >= LEAST_TIME;
  return { iterations: (isWhole ? kept : kept + LEFT_OUT) * callsEach, mean, p50, p99 };
}
