/** Names the tests and suites of a collected file, once: what the record of each begins with. */
import { relative } from 'node:path';
import type { RunnerTask, RunnerTestCase, RunnerTestFile, RunnerTestSuite } from 'vitest';
import type { ItemInput } from '../../recorder/index.js';
import type { SpanmeterMeta } from './plugin.mjs' with { 'resolution-mode': 'import' };

const PLAIN = ['string', 'number', 'boolean'];

/** Absent: not to be recorded. */
export type Items = ReadonlyMap<RunnerTask, ItemInput>;

interface Enclosing {
  readonly describe: readonly string[];
  readonly meta: SpanmeterMeta | undefined;
  /** How often each name occurred so far; shared by suites of the same path. */
  readonly seen: Seen;
}

class Seen {
  readonly tests = new Map<string, number>();
  readonly suites = new Map<string, number>();
  readonly inside = new Map<string, Seen>();
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
      const meta = mergeMeta(enclosing.meta, task);
      if (task.type === 'suite') visitSuite(task, meta, enclosing);
      else keep(task, meta, enclosing.seen.tests, enclosing.describe);
    }
  }

  function visitSuite(suite: RunnerTestSuite, meta: SpanmeterMeta | undefined, { describe, seen }: Enclosing): void {
    keep(suite, meta, seen.suites, describe);
    const inside = seen.inside.get(suite.name) ?? new Seen();
    seen.inside.set(suite.name, inside);
    visit(suite.tasks, { describe: [...describe, suite.name], meta, seen: inside });
  }

  /** What is not to be recorded is counted too, or the others' ordinals would change with it. */
  function keep(
    task: RunnerTestCase | RunnerTestSuite,
    meta: SpanmeterMeta = {},
    seen: Map<string, number>,
    describe: readonly string[],
  ): void {
    const { type: kind, name } = task;
    const ordinal = seen.get(name) ?? 0;
    seen.set(name, ordinal + 1);
    const { component, tags, skip } = meta;
    if (skip === true) return;
    const item = { kind, name, project, file: filepath, describe, ordinal };
    items.set(
      task,
      component === undefined && tags === undefined ? item : { ...item, ...(component && { component }), ...(tags && { tags }) },
    );
  }

  visit(file.tasks, { describe: [], meta: undefined, seen: new Seen() });
  return items;
}

/** Vitest copies a suite's meta to its tests, but replaces what is under one key as a whole. */
function mergeMeta(above: SpanmeterMeta | undefined, task: RunnerTask): SpanmeterMeta | undefined {
  const given: unknown = task.meta.spanmeter;
  if (typeof given !== 'object' || given === null) return above;
  const own = checked(given);
  const tags = { ...above?.tags, ...own.tags };
  return { ...above, ...own, ...(Object.keys(tags).length > 0 && { tags }) };
}

/** It comes from a test file: what is not of the shape is left out. */
function checked({ component, tags, skip }: { readonly [K in keyof SpanmeterMeta]?: unknown }): SpanmeterMeta {
  const plain = Object.entries(typeof tags === 'object' && tags !== null ? tags : {}).filter(([, value]) => PLAIN.includes(typeof value));
  return { ...(typeof component === 'string' && { component }), ...(skip === true && { skip }), tags: Object.fromEntries(plain) };
}
