/** Starts and stops measurements: a slot of numbers each, taken from the add-on and, where there is none, from JavaScript. */
import type { ProbeSet } from '../model/metrics.js';
import { anchored } from './anchor.js';
import type { Binding, Capabilities } from './binding.js';
import { SLOT_STRIDE, START } from './binding.js';
import { findGarbageCollector } from './garbage.js';
import * as isolate from './isolate.js';
import { loadAddon } from './load.js';

/** One a thread, shared by all copies of this code that the thread evaluates. */
export interface Collector {
  /** What can be measured here. The first call tries a reset of the peak, unless it is to be left alone. */
  readonly capabilities: Capabilities;
  readonly binding: Binding;
  /** SLOT_STRIDE numbers a slot, in the order of METRICS and SLOT_EXTRA. Replaced when it grows: never keep it. */
  numbers: Float64Array;
  /**
   * Takes a slot and starts measuring, as the last thing.
   * @param whole it stands for all that the process does: nothing counts as running beside it
   */
  start(set: ProbeSet, whole?: boolean): number;
  /** Stops measuring, as the first thing. The slot holds the results until it is released. */
  stop(slot: number): void;
  /** Gives the slot back; a span that is still open is forgotten. */
  release(slot: number): void;
}

interface Shared extends Collector {
  /** Found at first use. It lives in a context of its own, which is not to be made anew for each copy of this code. */
  garbageCollector?: () => void;
}

let own: Shared | undefined;

export function collector(): Collector {
  return shared();
}

/**
 * Two full garbage collections: after one, what a finalizer or a weak reference held is still there, and a peak measured
 * next spreads by megabytes. Takes 10-40 ms. Does nothing where the runtime gives no access to its collector.
 */
export function collectGarbage(): void {
  const collect = (shared().garbageCollector ??= findGarbageCollector());
  collect();
  collect();
}

function shared(): Shared {
  own ??= anchored('collector', createCollector);
  return own;
}

function createCollector(): Shared {
  const { binding, reasons } = loadAddon();
  return new Slots(binding ?? fallback(reasons));
}

/** Loaded only where it is needed: five files that nearly nobody runs. */
function fallback(reasons: readonly string[]): Binding {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return (require('./fallback.js') as typeof import('./fallback.js')).createFallback(reasons);
}

/** What a slot is in. */
const FREE = 0;
const OPEN_CORE = 1;
const OPEN_FULL = 2;
const DONE_CORE = 3;
const DONE_FULL = 4;

/**
 * A class, although there is one of it a thread: an object literal with a getter has slow properties, which every span would
 * pay for.
 */
class Slots implements Shared {
  garbageCollector?: () => void;
  numbers: Float64Array;
  readonly #startNative: Binding['start'];
  readonly #stopNative: Binding['stop'];
  #states = new Uint8Array(0);
  /** Free slots, the next one to take last. */
  #free = new Int32Array(0);
  #freeCount = 0;

  constructor(readonly binding: Binding) {
    this.numbers = binding.numbers;
    this.#startNative = binding.start;
    this.#stopNative = binding.stop;
    this.#addSlots(binding.numbers);
  }

  get capabilities(): Capabilities {
    const found = this.binding.capabilities();
    return { ...found, missing: { ...found.missing, ...isolate.missing() } };
  }

  start(set: ProbeSet, whole = false): number {
    if (this.#freeCount === 0) this.#addSlots(this.binding.grow());
    this.#freeCount -= 1;
    const slot = this.#free[this.#freeCount]!;
    const startNative = this.#startNative;
    if (set === 'core') {
      this.#states[slot] = OPEN_CORE;
      startNative(slot, whole ? START.whole : 0);
    } else {
      this.#states[slot] = OPEN_FULL;
      isolate.start(this.numbers, slot, set === 'gc');
      startNative(slot, whole ? START.full | START.whole : START.full);
    }
    return slot;
  }

  stop(slot: number): void {
    const stopNative = this.#stopNative;
    stopNative(slot);
    const state = this.#states[slot];
    if (state === OPEN_CORE) {
      this.#states[slot] = DONE_CORE;
    } else if (state === OPEN_FULL) {
      this.#states[slot] = DONE_FULL;
      isolate.stop(this.numbers, slot);
    }
  }

  release(slot: number): void {
    const state = this.#states[slot];
    if (state === undefined || state === FREE) return;
    if (state === OPEN_CORE || state === OPEN_FULL) this.binding.drop(slot);
    if (state === OPEN_FULL || state === DONE_FULL) isolate.clear(this.numbers, slot);
    this.#states[slot] = FREE;
    this.#free[this.#freeCount++] = slot;
  }

  #addSlots(numbers: Float64Array): void {
    const before = this.#states.length;
    const count = numbers.length / SLOT_STRIDE;
    this.numbers = numbers;
    // Only when none is free, so there is nothing to keep of the old stack.
    this.#free = new Int32Array(count);
    for (let slot = count - 1; slot >= before; slot -= 1) this.#free[this.#freeCount++] = slot;
    const grown = new Uint8Array(count);
    for (let slot = 0; slot < before; slot += 1) grown[slot] = this.#states[slot]!;
    this.#states = grown;
  }
}
