/** Finds the parts of Vitest that are watched, in the context of the tests: each version keeps them elsewhere. */
import type { BenchmarkRunner, TestRunner as Runner } from 'vitest';
import type { Body, Vitals } from './worker.js';

/** From the main process. Importing by name could find another copy, or none: spanmeter may be installed elsewhere. */
export interface Provided {
  /** The hand-over of this run's session. In Vitest 3 workers have the environment that the first run of a watching process had. */
  readonly session: string;
  /** URL of `@vitest/runner`; absent in Vitest 5, which has it inside. */
  readonly functions?: string;
  /** URL of `vitest/runners`, in Vitest 3 only. */
  readonly runners?: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    spanmeter: Provided;
  }
}

type Functions = Pick<Vitals, 'getFn' | 'setFn' | 'getHooks'>;

export async function findVitals(): Promise<Vitals> {
  const vitest = (globalThis as unknown as { __vitest_index__: Omit<typeof import('vitest'), 'BenchmarkRunner'> & Runners })
    .__vitest_index__;
  const { session, functions, runners } = vitest.inject('spanmeter');
  const { TestRunner, BenchmarkRunner } = runners === undefined ? vitest : await importRunners(runners);
  const benchmarks = BenchmarkRunner?.prototype;
  const { getFn, setFn, getHooks } = functions === undefined ? fromInside(TestRunner) : ((await import(functions)) as Functions);
  return { session, prototype: TestRunner.prototype, getFn, setFn, getHooks, ...(benchmarks && { benchmarks }) };
}

interface Runners {
  readonly TestRunner: typeof Runner;
  readonly BenchmarkRunner?: typeof BenchmarkRunner;
}

async function importRunners(url: string): Promise<Runners> {
  const { VitestTestRunner, NodeBenchmarkRunner } = (await import(url)) as {
    readonly VitestTestRunner: typeof Runner;
    readonly NodeBenchmarkRunner: typeof BenchmarkRunner;
  };
  return { TestRunner: VitestTestRunner, BenchmarkRunner: NodeBenchmarkRunner };
}

/** The setter that the class of Vitest 4 and 5 shows is a getter. */
function fromInside({ getTestFn, getSuiteHooks }: typeof Runner): Functions {
  const getFn = getTestFn as Functions['getFn'];
  const bodies = mapBehind(getFn);
  return { getFn, setFn: (test, body) => bodies.set(test, body), getHooks: getSuiteHooks as Functions['getHooks'] };
}

/** Vitest 5 gives the functions of its tests to be read only. Looking one up shows the map that they are in. */
function mapBehind(getFn: Functions['getFn']): WeakMap<object, Body> {
  const { prototype } = WeakMap;
  const original = Object.getOwnPropertyDescriptor(prototype, 'get')!;
  let found: WeakMap<object, Body> | undefined;
  const find = (map: WeakMap<object, Body>): void => void (found = map);
  const get = function (this: WeakMap<object, Body>, key: object): Body | undefined {
    find(this);
    return (original.value as typeof prototype.get).call(this, key) as Body | undefined;
  };
  Object.defineProperty(prototype, 'get', { ...original, value: get });
  try {
    getFn({} as never);
  } finally {
    Object.defineProperty(prototype, 'get', original);
  }
  if (found === undefined) throw new Error('the functions of its tests were not found');
  return found;
}
