/** Names what a collected file has, once: what the record of each begins with. */
import type { RunnerTask, RunnerTestCase, RunnerTestFile, RunnerTestSuite } from 'vitest';
import type { ItemInput } from '../../recorder/index.js';
import { markedItem, mergeMarkers, type Markers } from '../markers.js';
import { Ordinals } from '../ordinals.js';

/** Absent: not to be recorded. */
export type Items = ReadonlyMap<RunnerTask, ItemInput>;

/** What a suite says of all that is inside it. */
export interface Place {
  readonly describe: readonly string[];
  readonly markers: Markers | undefined;
  readonly ordinals: Ordinals;
}
export type Places = ReadonlyMap<RunnerTestSuite, Place>;

/** @returns the items of tests and suites, and the places of suites and of the file itself */
export function itemsOf(file: RunnerTestFile): { readonly items: Items; readonly places: Places } {
  const items = new Map<RunnerTask, ItemInput>();
  const places = new Map<RunnerTestSuite, Place>();
  const project = file.projectName ?? '';
  const { filepath } = file;

  function visit(suite: RunnerTestSuite, place: Place): void {
    places.set(suite, place);
    for (const task of suite.tasks) {
      // Vitest copies a suite's meta to its tests, but replaces what is under one key as a whole.
      const markers = mergeMarkers(place.markers, task.meta.spanmeter);
      keep(task, markers, place);
      if (task.type === 'suite') {
        const { name } = task;
        visit(task, { describe: [...place.describe, name], markers, ordinals: place.ordinals.inside(name) });
      }
    }
  }

  /** What is not to be recorded is counted too, or the others' ordinals would change with it. */
  function keep(task: RunnerTestCase | RunnerTestSuite, markers: Markers | undefined, { describe, ordinals }: Place): void {
    const { type, name } = task;
    const kind = isBenchmark(task) ? 'bench' : type;
    const ordinal = ordinals.next(type, name);
    if (markers?.skip === true) return;
    const item: ItemInput = { kind, name, project, file: filepath, describe, ordinal };
    const marked = markedItem(markers);
    items.set(task, marked === undefined ? item : { ...item, ...marked });
  }

  visit(file, { describe: [], markers: undefined, ordinals: new Ordinals() });
  return { items, places };
}

/** Vitest takes benchmarks for tests with a mark. */
export function isBenchmark(task: RunnerTask): boolean {
  return (task.meta as { readonly benchmark?: boolean }).benchmark === true;
}
