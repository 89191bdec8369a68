/** What the add-on offers to JavaScript. `native/addon.cc` implements it; `fallback.ts` imitates what it can. */

/**
 * Numbers of one slot in the shared array: first the metrics in the order of METRICS (NaN: absent), then these. `stop` writes
 * the results in place; while the span is open the slot's metrics mean nothing (the collector keeps base values there).
 */
export const SLOT_STRIDE = 40;
export const SLOT_EXTRA = {
  /** Microseconds since 1970, CLOCK_REALTIME. */
  startedAt: 32,
  /** Other spans of the process, over all threads, that were open at some time during this one (nested ones included). */
  concurrent: 33,
  /** 1 when somebody else reset the kernel's peak during the span. */
  peakIsLowerBound: 34,
} as const;

/** How a span is measured; 0 is the core set. */
export const START = {
  full: 1,
  /** It stands for all that the process does, in whichever thread: it is not beside others, and none is beside it. */
  whole: 2,
} as const;

export type PeakMode =
  /** ru_maxrss after a reset through clear_refs: the cheapest. */
  | 'maxrss'
  /** VmHWM, where ru_maxrss has an exec floor. */
  | 'hwm'
  /** macOS: interval_max_phys_footprint. */
  | 'footprint'
  /** The peak is left alone, as asked for or because it can't be reset: it shows only in spans that rise above the lifetime peak, and is absent in others. */
  | 'left'
  | 'none';

export interface Capabilities {
  readonly platform: string;
  readonly mode: 'native' | 'javascript';
  readonly peakMode: PeakMode;
  /** Why the peak is not measured, or why the add-on did not load; with the name of the failing call. */
  readonly reasons: readonly string[];
  /** Bytes: how far a peak or its growth can be off, from the kernel's counter batches. NaN: unknown. */
  readonly peakBound: number;
  /** Metrics that this machine cannot give, with the reason. */
  readonly missing: Readonly<Record<string, string>>;
}

export interface Binding {
  /** Shared with C++: SLOT_STRIDE numbers a slot. Replaced when `grow` is called. */
  readonly numbers: Float64Array;
  /** Doubles the slots; keeps open ones. @returns the new array */
  grow(): Float64Array;
  /** @param how bits of START */
  start(slot: number, how: number): void;
  stop(slot: number): void;
  /** Forgets an open span without a result. */
  drop(slot: number): void;
  /** 'reset' (default) or 'leave' the process's peak alone. */
  setPeak(how: 'reset' | 'leave'): void;
  /** Bytes: the process's peak over its lifetime, which resets would otherwise hide. NaN: unknown. */
  lifetimePeak(): number;
  /**
   * Bytes: the highest memory of any child that ended and was waited for, or of one of its own. What a child had of its parent's
   * before it became another program counts too. NaN: unknown.
   */
  childrenPeak(): number;
  /** Bytes, now. NaN: unknown. */
  rss(): number;
  /** Microseconds since 1970. */
  now(): number;
  /** 128 random bits, as 32 hexadecimal digits. Empty: the system has none. */
  randomId(): string;
  capabilities(): Capabilities;
  /**
   * Calls `original` with the arguments, between `before` and `after`, and gives or throws what it does. The add-on leaves no
   * frame of ours in the stack of what is thrown. `this` is the same for all; what `before` and `after` throw is dropped.
   * @param after is called unless `before` gave undefined
   */
  callBetween<This, Arguments extends unknown[], Result, Token>(
    this: This,
    before: (this: This, ...args: Arguments) => Token | undefined,
    original: (this: This, ...args: Arguments) => Result,
    after: (this: This, token: Token, threw: boolean, result: unknown) => void,
    ...args: Arguments
  ): Result;

  /** Creates and opens for appending (O_APPEND, O_CLOEXEC). @returns a handle >= 0, or -errno */
  journalOpen(path: string): number;
  /**
   * Appends `line`, a tab, its checksum (8 hex digits) and a newline in one write.
   * @returns 0, errno, or -1 when the file was deleted meanwhile
   */
  journalAppend(handle: number, line: string): number;
  /** The same with the first `count` numbers of a slot behind the line, a tab before each. NaN is absent; absent ones at the end are left out. */
  journalAppendSlot(handle: number, line: string, slot: number, count: number): number;
  /** Goes on in another file, with a copy of all that was written so far. @returns 0 or errno */
  journalMove(handle: number, path: string): number;
  /** Whether a process has the journal open for writing. False where that can't be told. */
  journalIsOpen(path: string): boolean;
  journalClose(handle: number): void;

  /** Takes a lock that dies with the process. @returns a handle >= 0, or -errno (EWOULDBLOCK: somebody holds it) */
  lock(path: string): number;
  unlock(handle: number): void;
}
