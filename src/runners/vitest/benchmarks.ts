/**
 * `vitest bench`, in a worker. Vitest's runner of benchmarks makes one Bench and one Task of tinybench for each benchmark: the
 * tinybench that it imports is led through here.
 */
import type { BenchmarkRunner, RunnerTask, RunnerTestCase, RunnerTestFile } from 'vitest';
import { warn, type ItemInput, type OpenSpan, type Recorder } from '../../recorder/index.js';
import { TaskWatch, guarded, watchHooks } from '../bench/tinybench-task.js';
import type { TinybenchBench, TinybenchTask } from '../bench/tinybench-types.js';
import { whenEnded } from '../attempt.js';
import { fileItem } from '../file-item.js';
import { isBenchmark, itemsOf } from './identities.js';
import { precede } from './precede.js';
import { finalStatus } from './status.js';

type Runner = InstanceType<typeof BenchmarkRunner> & { readonly config: { readonly name?: string } };
type TaskClass = new (bench: TinybenchBench, name: string, ...more: unknown[]) => TinybenchTask;
interface Tinybench {
  readonly Task: TaskClass;
}

export class BenchmarkWatch {
  readonly #recorder: Recorder;
  readonly #root: string;
  readonly #project: string;
  #file: OpenSpan | undefined;
  #items: ReadonlyMap<RunnerTask, ItemInput> = new Map();
  /** Benchmarks whose Task is still to be made, the next one first. */
  #expected: RunnerTestCase[] = [];
  #tinybench: Tinybench | undefined;

  constructor(runner: Runner, recorder: Recorder, root: string) {
    this.#recorder = recorder;
    this.#root = root;
    this.#project = runner.config.name ?? '';
    this.#wrap(runner);
  }

  beginFile(path: string): void {
    this.#items = new Map();
    this.#expected = [];
    const item = this.#recorder.wants('file') ? fileItem(path, this.#root, this.#project) : undefined;
    this.#file = item && this.#recorder.open(item, { parent: null });
  }

  #wrap(runner: Runner): void {
    const methods = runner as unknown as Record<string, (...args: never[]) => unknown> & { importTinybench: () => Promise<Tinybench> };
    precede(methods, 'runSuite', (file: RunnerTestFile) => this.#nameAll(file));
    precede(methods, 'onAfterRunFiles', (files: readonly RunnerTestFile[]) => files.forEach((file) => this.#endFile(file)));
    const { importTinybench } = methods;
    methods.importTinybench = async () => {
      const module = await importTinybench.call(runner);
      this.#tinybench ??= { ...module, Task: this.#watched(module.Task) };
      return this.#tinybench;
    };
  }

  #nameAll(file: RunnerTestFile): void {
    if (!this.#recorder.wants('bench')) return;
    this.#expected = inOrder(file.tasks);
    const benches = [...itemsOf(file).items].filter(([task, item]) => isBenchmark(task) && this.#recorder.picks(item));
    this.#items = new Map(benches);
    for (const [task, item] of benches) if (finalStatus(task) === 'skipped') this.#recorder.note(item, 'skipped');
  }

  #endFile(file: RunnerTestFile): void {
    if (this.#file !== undefined) this.#recorder.close(this.#file, finalStatus(file) ?? 'interrupted');
  }

  #watched(Task: TaskClass): TaskClass {
    const itemOf = (name: string): ItemInput | undefined => this.#itemOf(name);
    const [recorder, fileOf] = [this.#recorder, () => this.#file ?? null];
    return class extends Task {
      #watch: TaskWatch | undefined;

      constructor(bench: TinybenchBench, name: string, ...more: unknown[]) {
        super(bench, name, ...more);
        guarded(() => {
          const item = itemOf(name);
          if (item === undefined) return;
          const watch = new TaskWatch(this, () => ({ recorder, item, parent: fileOf() }));
          this.#watch = watch;
          watchHooks(bench, () => watch);
        });
      }

      override run(): unknown {
        const result = super.run();
        whenEnded(false, result, (threw) => guarded(() => this.#watch?.settle(threw)));
        return result;
      }
    };
  }

  /** Of the Task that is being made now. */
  #itemOf(name: string): ItemInput | undefined {
    const next = this.#expected.shift();
    if (next?.name === name) return this.#items.get(next);
    // Vitest went another way than ours: better no numbers than another's.
    if (next !== undefined) warn('some benchmarks are not measured: Vitest runs them in an order that is not known');
    this.#expected = [];
    return undefined;
  }
}

/** As Vitest's runner goes: first the suites inside, then a suite's own benchmarks. */
function inOrder(tasks: readonly RunnerTask[]): RunnerTestCase[] {
  const running = tasks.filter(({ mode }) => mode === 'run' || mode === 'queued');
  const inside = running.flatMap((task) => (task.type === 'suite' ? inOrder(task.tasks) : []));
  return [...inside, ...running.filter((task) => task.type === 'test' && isBenchmark(task))] as RunnerTestCase[];
}
