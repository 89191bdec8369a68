/** Spans that are open on one thread, and who contains whom: what tells nesting from overlapping. */
import type { AsyncLocalStorage } from 'node:async_hooks';
import type { Reading } from '../model/records.js';
import type { JournalWriter } from './journal-writer.js';

export class OpenSpan {
  /** Its number in the journal that it was begun in. */
  readonly sequence: number;
  /** Undefined when it is not recorded. A span may outlive its session, and must not end another one's in the next journal. */
  readonly journal: JournalWriter | undefined;
  readonly parent: OpenSpan | undefined;
  readonly startedAt: number;
  readonly retry: number;
  readonly repeat: number;
  /** Spans that began and ended inside it. */
  #contained = 0;
  #inner: OpenSpan[] | undefined;
  slot = -1;
  isOpen = true;
  /** It stands for all that the process does: nothing counts as running beside it, and it is no container that counts. */
  isWhole = false;
  /** Made when somebody asks for it. */
  reading: Reading | undefined;

  constructor(
    journal: JournalWriter | undefined,
    sequence: number,
    parent: OpenSpan | undefined,
    startedAt: number,
    retry: number,
    repeat: number,
  ) {
    this.journal = journal;
    this.sequence = sequence;
    this.parent = parent;
    this.startedAt = startedAt;
    this.retry = retry;
    this.repeat = repeat;
  }

  /** Spans opened inside it that did not name their parent, oldest first. */
  get inner(): OpenSpan[] {
    return (this.#inner ??= []);
  }

  /**
   * Ends it. A container that ended earlier was none: the two crossed.
   * @param concurrent spans that were open at some time while it was
   * @returns how many of them neither contained it nor were contained in it
   */
  endBeside(concurrent: number): number {
    this.isOpen = false;
    if (this.isWhole) return 0;
    let containers = 0;
    for (let above = this.parent; above !== undefined; above = above.parent) {
      if (!above.isOpen || above.isWhole) continue;
      containers += 1;
      above.#contained += 1;
    }
    return concurrent - containers - this.#contained;
  }
}

/**
 * Finds the span that contains a new one. Work inside `span(name, fn)` is told by its asynchronous context; everything else
 * nests by order: the span that was opened last and is still open.
 */
export class Nesting {
  readonly #outermost: OpenSpan[] = [];
  #contexts: AsyncLocalStorage<OpenSpan> | undefined;

  innermost(): OpenSpan | undefined {
    const context = this.#context();
    return lastOpen(context?.inner ?? this.#outermost) ?? context;
  }

  push(span: OpenSpan): void {
    const siblings = this.#context()?.inner ?? this.#outermost;
    // Clears what has ended, or thousands of tests would pile up under a file.
    lastOpen(siblings);
    siblings.push(span);
  }

  /** Runs `fn` with `span` as the container of all that it starts, also later and asynchronously. */
  run<T>(span: OpenSpan, fn: () => T): T {
    // Loaded when first needed: a process that never uses the form pays nothing for its promises.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    this.#contexts ??= new (require('node:async_hooks') as typeof import('node:async_hooks')).AsyncLocalStorage();
    return this.#contexts.run(span, fn);
  }

  /** What follows on this thread belongs to no such work, although it was started from it: a test that another one's callback led to. */
  leave(): void {
    if (this.#contexts?.getStore() !== undefined) (this.#contexts as AsyncLocalStorage<OpenSpan | undefined>).enterWith(undefined);
  }

  #context(): OpenSpan | undefined {
    const context = this.#contexts?.getStore();
    return context?.isOpen === true ? context : undefined;
  }
}

function lastOpen(spans: OpenSpan[]): OpenSpan | undefined {
  for (;;) {
    const last = spans[spans.length - 1];
    if (last === undefined || last.isOpen) return last;
    spans.pop();
  }
}
