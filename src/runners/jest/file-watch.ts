/** Follows jest-circus through one test file, from its import to the end of its last hook. */
import type { Status } from '../../model/records.js';
import type { ItemInput, OpenSpan, Recorder } from '../../recorder/index.js';
import { fileItem } from '../file-item.js';
import { mergeMarkers, type Markers } from '../markers.js';
import { between } from './between.js';
import { itemsOf, type Items } from './items.js';
import type { Block, Event, Hook, State } from './jest.js';
import { fileStatus, suiteStatus } from './status.js';
import { Templates } from './templates.js';
import { Tries } from './tries.js';

export interface WatchedFile {
  /** Absolute. */
  readonly path: string;
  readonly project: string;
  /** The folder that files are named from. */
  readonly root: string;
  /** What its docblock says. */
  readonly markers: Markers | undefined;
  /** How often workers before this one died of it. */
  readonly earlier: number;
  /** The jest-circus that runs it. */
  readonly circus: string;
}

export class FileWatch {
  readonly #recorder: Recorder;
  readonly #given: WatchedFile;
  readonly #file: OpenSpan | undefined;
  readonly #templates = new Templates();
  readonly #markers = new Map<Block, Markers>();
  readonly #tries: Tries;
  readonly #suites = new Map<Block, { readonly span: OpenSpan; readonly runs: number }>();
  readonly #hooks = new Map<Hook, { readonly span: OpenSpan; readonly runs: number }>();
  /** Suites whose afterAll failed: Jest tells no test of it. */
  readonly #broken = new Set<Block>();
  #items: Items | undefined;
  #state: State | undefined;

  constructor(recorder: Recorder, given: WatchedFile) {
    this.#recorder = recorder;
    this.#given = given;
    this.#tries = new Tries(recorder, given.earlier, (block) => this.#spanOf(block));
    const { path, root, project, earlier } = given;
    if (!recorder.wants('file') || given.markers?.skip === true) return;
    this.#file = recorder.open(fileItem(path, root, project), { parent: null, retry: earlier });
  }

  handle(event: Event, state: State): void {
    switch (event.name) {
      case 'setup':
        this.#begin(event.runtimeGlobals, state);
        break;
      case 'add_test':
        this.#templates.note(state, event.fn);
        break;
      case 'run_start':
        this.#nameAll(state);
        break;
      case 'run_describe_start':
        this.#enter(event.describeBlock);
        break;
      case 'run_describe_finish':
        this.#leave(event.describeBlock);
        break;
      case 'hook_success':
        this.#endHook(event.hook, 'passed');
        break;
      case 'hook_failure':
        this.#endHook(event.hook, 'failed');
        if (event.hook.type === 'afterAll') this.#broken.add(event.hook.parent);
        break;
      case 'teardown':
        this.#finish(fileStatus(state, this.#broken));
        break;
      default:
        if ('test' in event) this.#tries.handle(event);
    }
  }

  /** What `mark()` says, called in the body of a suite, outside of all, or in a running test. @param given comes from a test file */
  mark(given: unknown): void {
    const state = this.#state;
    if (state === undefined) return;
    if (state.hasStarted) this.#tries.mark(state.currentlyRunningTest, given);
    else this.#addMarkers(state.currentDescribeBlock, given);
  }

  /** However it ends: a file that can't be evaluated comes to no event. */
  end(): void {
    this.#finish('failed');
  }

  #finish(status: Status): void {
    this.#tries.settleAll();
    if (this.#file !== undefined) this.#recorder.close(this.#file, status);
  }

  #begin(words: (Event & { name: 'setup' })['runtimeGlobals'], state: State): void {
    this.#state = state;
    this.#addMarkers(state.rootDescribeBlock, this.#given.markers);
    if (words?.test !== undefined) this.#templates.watch(words.test);
  }

  #addMarkers(block: Block, given: unknown): void {
    const merged = mergeMarkers(this.#markers.get(block), given);
    if (merged !== undefined) this.#markers.set(block, merged);
  }

  /** All tests are defined, and none has begun: later would be too late for concurrent ones. */
  #nameAll(state: State): void {
    const { path: file, project, circus } = this.#given;
    const markers = this.#markers;
    const items = itemsOf(state, { file, project, markers, templateOf: (test) => this.#templates.of(test) });
    this.#items = items;
    if (this.#recorder.wants('test')) this.#tries.watch(items.tests, circus);
    if (!this.#recorder.wants('hook')) return;
    for (const [hook, item] of items.hooks) {
      const begin = (): OpenSpan => this.#beginHook(hook, item);
      hook.fn = between(hook.fn, { begin, end: (span, threw) => this.#recorder.close(span, threw ? 'failed' : 'passed') }, circus);
    }
  }

  #enter(block: Block): void {
    const item = this.#recorder.wants('suite') ? this.#items?.suites.get(block) : undefined;
    if (item === undefined) return;
    const runs = this.#suites.get(block)?.runs ?? 0;
    const retry = this.#given.earlier + runs;
    if (this.#items?.idle.has(block) === true) this.#recorder.note(item, 'skipped', { retry });
    else this.#suites.set(block, { span: this.#recorder.open(item, { parent: this.#spanOf(block.parent), retry }), runs: runs + 1 });
  }

  #leave(block: Block): void {
    const suite = this.#suites.get(block);
    if (suite !== undefined) this.#recorder.close(suite.span, suiteStatus(block, this.#broken));
  }

  #beginHook(hook: Hook, item: ItemInput): OpenSpan {
    const runs = this.#hooks.get(hook)?.runs ?? 0;
    const span = this.#recorder.open(item, { parent: this.#spanOf(hook.parent), retry: this.#given.earlier, repeat: runs });
    this.#hooks.set(hook, { span, runs: runs + 1 });
    return span;
  }

  /** Only Jest knows of a time that ran out, or of something to wait for that is no promise. */
  #endHook(hook: Hook, status: Status): void {
    const span = this.#hooks.get(hook)?.span;
    if (span?.isOpen === true) this.#recorder.close(span, status);
    else if (span !== undefined && status === 'failed') this.#recorder.amend(span, status);
  }

  /** Given explicitly, so that tests that run at the same time count as overlapping. */
  #spanOf(inside: Block | undefined): OpenSpan | null {
    for (let block = inside; block !== undefined; block = block.parent) {
      const suite = this.#suites.get(block);
      if (suite?.span.isOpen === true) return suite.span;
    }
    return this.#file ?? null;
  }
}
