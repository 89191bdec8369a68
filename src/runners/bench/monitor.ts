/** `spanmeter/bench`: one call that measures the benchmarks of a harness. */
import { SpanmeterError } from '../../model/errors.js';
import { isSwitchedOff } from '../../model/switch.js';
import { watchMitata, type MitataModule } from './mitata.js';
import { watchBench } from './tinybench.js';
import type { TinybenchBench } from './tinybench-types.js';

export type { MitataModule } from './mitata.js';
export type { TinybenchBench, TinybenchResult, TinybenchTask } from './tinybench-types.js';

/**
 * Measures each benchmark from now on: as items of kind `bench`, in the session of `spanmeter run` or of whoever opened one, else
 * in one that begins with the first of them and ends, with a summary, when the script has nothing left to do.
 * @param harness a `Bench` of tinybench, or mitata's module (`import * as mitata from 'mitata'`)
 * @returns the same
 * @throws SpanmeterError SPANMETER_USAGE for anything else
 */
export function monitor<T extends object>(harness: T): T {
  const watch = watchFor(harness);
  if (!isSwitchedOff(process.env)) watch();
  return harness;
}

function watchFor(harness: object): () => void {
  if (isTinybench(harness)) return () => watchBench(harness);
  if (isMitata(harness)) return () => watchMitata(harness);
  const expected = "a Bench of tinybench, or mitata's module (import * as mitata from 'mitata')";
  throw new SpanmeterError('SPANMETER_USAGE', `monitor(): expected ${expected}.`);
}

function isTinybench(value: unknown): value is TinybenchBench {
  const { setup, teardown, run, tasks, addEventListener } = (value ?? {}) as Partial<TinybenchBench>;
  return [setup, teardown, run, addEventListener].every((each) => typeof each === 'function') && Array.isArray(tasks);
}

function isMitata(value: unknown): value is MitataModule {
  const { B } = (value ?? {}) as Partial<MitataModule>;
  const { run, _names: names } = ((B as { readonly prototype?: unknown } | undefined)?.prototype ?? {}) as Record<string, unknown>;
  return typeof run === 'function' && typeof names === 'function';
}
