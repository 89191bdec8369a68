/** Names the tests and suites of a collected file, once: what the record of each begins with. */
import { relative } from 'node:path';
import type { RunnerTask, RunnerTestCase, RunnerTestFile, RunnerTestSuite } from 'vitest';
import type { ItemInput } from '../../recorder/index.js';
import { markedItem, mergeMarkers, type Markers } from '../markers.js';
import { Ordinals } from '../ordinals.js';

/** Absent: not to be recorded. */
export type Items = ReadonlyMap<RunnerTask, ItemInput>;

interface Enclosing {
  readonly describe: readonly string[];
  readonly markers: Markers | undefined;
  readonly ordinals: Ordinals;
}

/** The item of a file is called as its path says it. */
export function fileItem(path: string, project: string, root: string): ItemInput {
  return { kind: 'file', name: relative(root, path).replaceAll('\\', '/'), project, file: path };
}

export function itemsOf(file: RunnerTestFile): Items {
  const items = new Map<RunnerTask, ItemInput>();
  const project = file.projectName ?? '';
  const { filepath } = file;

  function visit(tasks: readonly RunnerTask[], enclosing: Enclosing): void {
    for (const task of tasks) {
      // Vitest copies a suite's meta to its tests, but replaces what is under one key as a whole.
      const markers = mergeMarkers(enclosing.markers, task.meta.spanmeter);
      keep(task, markers, enclosing);
      if (task.type === 'suite') visitSuite(task, markers, enclosing);
    }
  }

  function visitSuite(suite: RunnerTestSuite, markers: Markers | undefined, { describe, ordinals }: Enclosing): void {
    visit(suite.tasks, { describe: [...describe, suite.name], markers, ordinals: ordinals.inside(suite.name) });
  }

  /** What is not to be recorded is counted too, or the others' ordinals would change with it. */
  function keep(task: RunnerTestCase | RunnerTestSuite, markers: Markers | undefined, { describe, ordinals }: Enclosing): void {
    const { type, name } = task;
    const kind = isBenchmark(task) ? 'bench' : type;
    const ordinal = ordinals.next(type, name);
    if (markers?.skip === true) return;
    const item: ItemInput = { kind, name, project, file: filepath, describe, ordinal };
    const marked = markedItem(markers);
    items.set(task, marked === undefined ? item : { ...item, ...marked });
  }

  visit(file.tasks, { describe: [], markers: undefined, ordinals: new Ordinals() });
  return items;
}

/** Vitest takes benchmarks for tests with a mark. */
export function isBenchmark(task: RunnerTask): boolean {
  return (task.meta as { readonly benchmark?: boolean }).benchmark === true;
}
