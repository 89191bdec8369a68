/** `monitor(bench)` for tinybench: measures each task of one Bench. */
import { callerFile } from '../../recorder/caller-file.js';
import { recorder, type ItemInput, type OpenSpan } from '../../recorder/index.js';
import { whenEnded } from '../attempt.js';
import { Ordinals } from '../ordinals.js';
import { recorderOf, sessionBegun } from './session.js';
import { TaskWatch, guarded, watchHooks, type TaskPlace } from './tinybench-task.js';
import type { TinybenchBench, TinybenchTask } from './tinybench-types.js';

const WATCHED = Symbol.for('spanmeter.bench.watched');
/** Benches of one name in one file are one place. */
const places = new Map<string, Ordinals>();

export function watchBench(bench: TinybenchBench): void {
  if (WATCHED in bench) return;
  Object.defineProperty(bench, WATCHED, { value: true });
  const file = callerFile();
  const describe = bench.name === undefined || bench.name === '' ? [] : [bench.name];
  const ordinals = places.get(file) ?? new Ordinals();
  places.set(file, ordinals);
  const inside = describe.reduce((place, name) => place.inside(name), ordinals);
  const watches = new WeakMap<TinybenchTask, TaskWatch>();

  function watchTask(task: TinybenchTask): void {
    const { name } = task;
    const item: ItemInput = { kind: 'bench', name, file, describe, ordinal: inside.next('test', name) };
    const watch = new TaskWatch(task, () => placeOf(item));
    watches.set(task, watch);
    for (const method of ['run', 'runSync'] as const) watchEnd(task, method, (threw) => watch.settle(threw));
    // One that throws in its warm-up gets no further.
    for (const method of ['warmup', 'warmupSync'] as const) watchEnd(task, method, (threw) => threw && watch.settle(true));
  }

  /** Tasks that run at the same time overlap: none contains another, and what contains all is asked before. */
  let container: OpenSpan | null = null;
  function placeOf(item: ItemInput): TaskPlace {
    const place = { recorder: recorderOf(item), item };
    return bench.concurrency === 'bench' ? { ...place, parent: container } : place;
  }

  bench.tasks.forEach(watchTask);
  bench.addEventListener('add', (event) => guarded(() => watchTask((event as Event & { readonly task: TinybenchTask }).task)));
  watchHooks(bench, (task) => watches.get(task));
  const { run } = bench;
  const start = (): unknown => {
    guarded(() => (container = recorder()?.nesting.innermost() ?? null));
    return run.call(bench);
  };
  bench.run = () => {
    const waiting = sessionBegun('tinybench');
    return waiting === undefined ? start() : waiting.then(start);
  };
}

function watchEnd(task: TinybenchTask, method: 'run' | 'runSync' | 'warmup' | 'warmupSync', ended: (threw: boolean) => unknown): void {
  const original = task[method];
  if (original === undefined) return;
  const tell = (threw: boolean): void => guarded(() => ended(threw));
  Object.defineProperty(task, method, {
    configurable: true,
    writable: true,
    value(this: TinybenchTask) {
      try {
        const result = original.call(this);
        whenEnded(false, result, tell);
        return result;
      } catch (thrown) {
        tell(true);
        throw thrown;
      }
    },
  });
}
