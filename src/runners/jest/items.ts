/** Names the tests, suites and hooks of a file, once: what the record of each begins with. */
import type { ItemInput } from '../../recorder/index.js';
import { markersOf } from '../mark.js';
import { markedItem, mergeMarkers, type Markers } from '../markers.js';
import { Ordinals } from '../ordinals.js';
import type { Block, Hook, State, Test } from './jest.js';

/** Absent: not to be recorded. */
export interface Items {
  readonly tests: ReadonlyMap<Test, ItemInput>;
  readonly suites: ReadonlyMap<Block, ItemInput>;
  readonly hooks: ReadonlyMap<Hook, ItemInput>;
  /** Suites in which Jest will run nothing. */
  readonly idle: ReadonlySet<Block>;
}

export interface Definitions {
  readonly file: string;
  readonly project: string;
  /** Of the file (under its root block) and of suites. */
  readonly markers: ReadonlyMap<Block, Markers>;
  templateOf(test: Test): string | undefined;
}

interface Enclosing {
  readonly describe: readonly string[];
  readonly markers: Markers | undefined;
  readonly ordinals: Ordinals;
}

export function itemsOf(state: State, { file, project, markers, templateOf }: Definitions): Items {
  const tests = new Map<Test, ItemInput>();
  const suites = new Map<Block, ItemInput>();
  const hooks = new Map<Hook, ItemInput>();
  const idle = new Set<Block>();

  /** What is not to be recorded is counted too, or the others' ordinals would change with it. */
  function addTest(test: Test, { describe, markers: above, ordinals }: Enclosing): void {
    const template = templateOf(test);
    const isFormatted = template !== undefined && template !== test.name;
    const [name, variant] = isFormatted ? [template, test.name] : [test.name, ''];
    const ordinal = ordinals.next('test', isFormatted ? `${name}\0${variant}` : name);
    const own = mergeMarkers(above, markersOf(test.fn));
    if (own?.skip === true) return;
    const item: ItemInput = { kind: 'test', name, project, file, describe, ordinal, ...markedItem(own) };
    tests.set(test, variant === '' ? item : { ...item, variant });
  }

  function addSuite(block: Block, { describe, markers: above, ordinals }: Enclosing): boolean {
    const { name } = block;
    const own = mergeMarkers(above, markers.get(block));
    const ordinal = ordinals.next('suite', name);
    if (own?.skip !== true) suites.set(block, { kind: 'suite', name, project, file, describe, ordinal, ...markedItem(own) });
    return addInside(block, { describe: [...describe, name], markers: own, ordinals: ordinals.inside(name) });
  }

  /** @returns whether Jest will run anything in it */
  function addInside(block: Block, inside: Enclosing): boolean {
    for (const hook of block.hooks) {
      const ordinal = ordinalOf(hook, inside.ordinals);
      if (ordinal === undefined || inside.markers?.skip === true) continue;
      hooks.set(hook, { kind: 'hook', name: hook.type, project, file, describe: inside.describe, ordinal, ...markedItem(inside.markers) });
    }
    let runs = false;
    for (const child of block.children) {
      if (child.type === 'test') addTest(child, inside);
      const childRuns = child.type === 'test' ? willRun(child, state, inside.describe) : addSuite(child, inside);
      runs ||= childRuns;
    }
    if (!runs) idle.add(block);
    return runs;
  }

  const root = state.rootDescribeBlock;
  addInside(root, { describe: [], markers: markers.get(root), ordinals: new Ordinals() });
  return { tests, suites, hooks, idle };
}

/** @returns undefined for Jest's own, which resets mocks: it comes first of all, and from outside of the test's context */
function ordinalOf(hook: Hook, ordinals: Ordinals): number | undefined {
  const { parent, type, fn } = hook;
  const isJests = parent.parent === undefined && fn instanceof Function && parent.hooks.find((each) => each.type === 'beforeEach') === hook;
  return isJests ? undefined : ordinals.next('hook', type);
}

/** As jest-circus decides it. */
function willRun({ name, mode, parent }: Test, { hasFocusedTests, testNamePattern }: State, describe: readonly string[]): boolean {
  if (parent.mode === 'skip' || mode === 'skip' || mode === 'todo') return false;
  if (hasFocusedTests && mode === undefined) return false;
  return testNamePattern?.test([...describe, name].join(' ')) ?? true;
}
