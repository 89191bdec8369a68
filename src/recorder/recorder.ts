/** The worker side of a session: measures what runners and users open and close, and writes it to this thread's journal. */
import { isMainThread, threadId } from 'node:worker_threads';
import { SLOT_EXTRA, SLOT_STRIDE } from '../collector/binding.js';
import { collectGarbage, type Collector } from '../collector/index.js';
import { METRICS, type ProbeSet } from '../model/metrics.js';
import type { Kind, Reading, Status, Tags } from '../model/records.js';
import { DEFAULT_WORKER_OPTIONS, type HandOver, type WorkerOptions } from './hand-over.js';
import { ItemDictionary } from './items.js';
import {
  MARK_PEAK_IS_LOWER_BOUND,
  MARK_SHARED,
  beginLine,
  endLine,
  headerLine,
  markLine,
  noteLine,
  statusLine,
  type ItemReference,
} from '../journal/format.js';
import { JournalWriter } from './journal-writer.js';
import { Nesting, OpenSpan } from './open-span.js';
import { Patterns } from './patterns.js';
import { makeReading } from './reading.js';
import { warn } from './warn.js';

export interface ItemInput {
  readonly kind: Kind;
  readonly name: string;
  readonly project?: string;
  /** Absolute, or relative to the session's root. */
  readonly file?: string;
  readonly describe?: readonly string[];
  readonly variant?: string;
  readonly ordinal?: number;
  readonly component?: string;
  readonly tags?: Tags;
}

export interface HowToOpen {
  readonly retry?: number;
  readonly repeat?: number;
  /** The containing span; null: none. Left out: the innermost one that is open. */
  readonly parent?: OpenSpan | null;
  /** Default: the session's, else full for what runners measure and core for `span()`. */
  readonly probes?: ProbeSet;
  /** What it contains runs in `nesting.run`; what merely starts while it is open is beside it. */
  readonly scoped?: boolean;
  /** It stands for all that the process does: nothing counts as running beside it. */
  readonly whole?: boolean;
  /** Collect garbage before it starts. Default: as the session says for tests and benchmarks, else not. */
  readonly gc?: boolean;
  /** False: measured, and known to the spans around it, but not written to the journal. */
  readonly recorded?: boolean;
}

/** Changes the numbers of a span in place. */
export type Adjust = (values: Float64Array) => void;

export class Recorder {
  readonly nesting = new Nesting();
  readonly #collector: Collector;
  readonly #peak: WorkerOptions['peak'];
  #handOver: HandOver | undefined;
  #items: ItemDictionary | undefined;
  #patterns: Patterns | undefined;
  #journal: JournalWriter | undefined;
  #sequence = 0;
  /** Spans of this thread that are open, without those that stand for all of it. */
  openCount = 0;

  /** @param peak whether the process's peak may be reset while there is no session, which says it itself */
  constructor(collector: Collector, peak: WorkerOptions['peak'] = DEFAULT_WORKER_OPTIONS.peak) {
    this.#collector = collector;
    this.#peak = peak;
    if (peak === 'leave') collector.binding.setPeak(peak);
  }

  /** Whether spans are written to a journal. */
  get isRecording(): boolean {
    return this.#journal !== undefined;
  }

  get options(): WorkerOptions {
    return this.#handOver?.options ?? DEFAULT_WORKER_OPTIONS;
  }

  /** Whether the session records this kind. */
  wants(kind: Kind): boolean {
    return this.options.scopes.includes(kind);
  }

  /** Whether the session's patterns leave this test in. */
  picks(item: ItemInput): boolean {
    return this.#patterns === undefined || this.#items === undefined || this.#patterns.pick(item, this.#items.fileOf(item));
  }

  /** Begins a journal in the session's folder. Spans that are open stay unrecorded. */
  join(handOver: HandOver): void {
    const { binding } = this.#collector;
    const startedAt = binding.now();
    const writer = `${process.pid}-${threadId}-${startedAt.toString(36)}`;
    this.#handOver = handOver;
    this.#items = new ItemDictionary(handOver);
    this.#patterns = new Patterns(handOver.options);
    this.#sequence = 0;
    binding.setPeak(handOver.options.peak);
    this.#journal = new JournalWriter(binding, handOver, writer, warn);
    const facts = { session: handOver.id, writer, pid: process.pid, thread: threadId, startedAt, rssAtStart: binding.rss() };
    this.#journal.append(headerLine(facts));
  }

  leave(): void {
    if (this.#handOver !== undefined) this.#collector.binding.setPeak(this.#peak);
    this.#journal?.close();
    this.#journal = undefined;
    this.#handOver = undefined;
    this.#items = undefined;
    this.#patterns = undefined;
  }

  /** Writes the begin record, then starts measuring: the last thing that happens before the measured code. */
  open(item: ItemInput, how: HowToOpen = {}): OpenSpan {
    if (how.gc ?? (this.options.gc && (item.kind === 'test' || item.kind === 'bench'))) collectGarbage();
    const parent = how.parent === undefined ? this.nesting.innermost() : (how.parent ?? undefined);
    const { retry = 0, repeat = 0 } = how;
    const journal = how.recorded !== false && this.wants(item.kind) ? this.#journal : undefined;
    const sequence = journal === undefined ? 0 : (this.#sequence += 1);
    const span = new OpenSpan(journal, sequence, parent, this.#collector.binding.now(), retry, repeat);
    const container = recordedAround(parent, journal);
    journal?.append(beginLine(sequence, this.#refer(item), span.startedAt, retry, repeat, container));
    // The whole is no container: it is not counted among what is open at the same time.
    if (how.scoped !== true && how.whole !== true) this.nesting.push(span);
    span.isWhole = how.whole === true;
    if (!span.isWhole) this.openCount += 1;
    span.slot = this.#collector.start(how.probes ?? this.options.probes ?? (item.kind === 'span' ? 'core' : 'full'), how.whole);
    return span;
  }

  /** Stops measuring, for who knows only later what to say of it: `close` or `read` must follow. */
  stop(span: OpenSpan): void {
    if (span.isOpen) this.#collector.stop(span.slot);
  }

  /**
   * Stops measuring first, then writes the end record. Closing it again does nothing.
   * @param adjust may change the values before they are written (in the order of METRICS, NaN: absent): for what was measured elsewhere
   */
  close(span: OpenSpan, status: Status, adjust?: Adjust): void {
    if (!span.isOpen) return;
    this.#end(span, status, adjust);
    this.#release(span, adjust);
  }

  /** Closes it and gives the numbers; again, the same ones. Runners do without: they need no object for each of their tests. */
  read(span: OpenSpan, status: Status, adjust?: Adjust): Reading {
    if (span.isOpen) {
      const overlaps = this.#end(span, status, adjust);
      span.reading = makeReading(span, status, this.#collector.numbers, overlaps, isShared(overlaps));
      this.#release(span, adjust);
    }
    // Who reads a span is the only one who closes it.
    return span.reading as Reading;
  }

  /** Whoever gets the slot next finds no number in it that the probes did not write. */
  #release(span: OpenSpan, adjust: Adjust | undefined): void {
    if (adjust !== undefined) valuesOf(span, this.#collector.numbers).fill(NaN);
    this.#collector.release(span.slot);
  }

  /** @returns how many spans it overlapped. Its numbers stay in their slot until that is released. */
  #end(span: OpenSpan, status: Status, adjust: Adjust | undefined): number {
    this.#collector.stop(span.slot);
    const { numbers } = this.#collector;
    const offset = span.slot * SLOT_STRIDE;
    adjust?.(valuesOf(span, numbers));
    if (!span.isWhole) this.openCount -= 1;
    const overlaps = span.endBeside(numbers[offset + SLOT_EXTRA.concurrent] as number);
    if (span.journal !== undefined) {
      const isLowerBound = numbers[offset + SLOT_EXTRA.peakIsLowerBound] === 1;
      const marks = (isShared(overlaps) ? MARK_SHARED : 0) + (isLowerBound ? MARK_PEAK_IS_LOWER_BOUND : 0);
      span.journal.append(endLine(span.sequence, status, overlaps, marks), span.slot);
    }
    return overlaps;
  }

  /** The status became another after the end record: a hook failed, a retry was not needed. */
  amend(span: OpenSpan, status: Status): void {
    span.journal?.append(statusLine(span.sequence, status));
  }

  /**
   * What became known of a span after it began: a component instead of its item's, tags beside its item's.
   * @param skip no record is made of it after all
   */
  mark(span: OpenSpan, { component, tags, skip = false }: Pick<ItemInput, 'component' | 'tags'> & { readonly skip?: boolean }): void {
    const named = component === undefined ? '' : (this.#items?.componentOf(component) ?? '');
    span.journal?.append(markLine(span.sequence, skip, named, tags));
  }

  /** Records an item that did not run, without numbers. */
  note(item: ItemInput, status: Status, how: { readonly retry?: number; readonly repeat?: number } = {}): void {
    if (this.#journal === undefined) return;
    this.#sequence += 1;
    this.#journal.append(
      noteLine(this.#sequence, this.#refer(item), this.#collector.binding.now(), how.retry ?? 0, how.repeat ?? 0, status),
    );
  }

  #refer(item: ItemInput): ItemReference {
    return (this.#items as ItemDictionary).refer(item);
  }
}

/** @returns the sequence of the innermost container that this journal knows; 0: none */
function recordedAround(parent: OpenSpan | undefined, journal: JournalWriter | undefined): number {
  let around = parent;
  while (around !== undefined && around.journal !== journal) around = around.parent;
  return around?.sequence ?? 0;
}

function valuesOf({ slot }: OpenSpan, numbers: Float64Array): Float64Array {
  return numbers.subarray(slot * SLOT_STRIDE, slot * SLOT_STRIDE + METRICS.length);
}

/** A thread is never alone in its process: the main thread goes on. */
function isShared(overlaps: number): boolean {
  return overlaps > 0 || !isMainThread;
}
