/**
 * `mark()`: what a test file says about its suites and tests. What a call means depends on where it stands, and only the runner
 * that is in use knows that: so the call goes to whoever listens on this thread, and nowhere when nobody does.
 */
import { anchored } from '../collector/anchor.js';
import { mergeMarkers, type Markers } from './markers.js';

/**
 * Installed by a runner. It applies the markers to the suite whose body is being evaluated, to the tests of the file that is being
 * evaluated, or to the test that is running (`Attempt.mark`).
 * @param given comes from a test file: `mergeMarkers` checks it
 */
export type MarkListener = (given: unknown) => void;

/** A program that nobody measures may call it for ever. */
const MOST_EARLY = 100;

interface Marks {
  listener: MarkListener | undefined;
  /** Said before anybody listened: node:test is noticed with the first test that it is given. */
  readonly early: unknown[];
  readonly ofFunctions: WeakMap<object, Markers>;
}

/** The file is evaluated anew for each test file of some runners, and two installed copies may meet. */
function marks(): Marks {
  return anchored('marks', () => ({ listener: undefined, early: [], ofFunctions: new WeakMap() }));
}

/**
 * Says what the suite, the file or the test in which it is called belongs to: in the body of a suite it holds for all that is
 * inside, also for what stands before the call; outside of suites for all tests of the file; in a running test for that test.
 * Does nothing when no test is measured. Never throws.
 */
export function mark(markers: Markers): void;
/**
 * The same for the one test that is made of `fn`, told before it runs.
 * @returns `fn` itself
 */
export function mark<Fn>(markers: Markers, fn: Fn): Fn;
export function mark(given: unknown, ...fns: readonly unknown[]): unknown {
  const [fn] = fns;
  try {
    if (fns.length === 0) tell(marks(), given);
    else if (typeof fn === 'function') markFunction(fn, given);
  } catch {
    // A mistake of ours is no failure of the user's test.
  }
  return fn;
}

function tell({ listener, early }: Marks, given: unknown): void {
  if (listener !== undefined) listener(given);
  else if (early.length < MOST_EARLY) early.push(given);
}

function markFunction(fn: object, given: unknown): void {
  const { ofFunctions } = marks();
  const merged = mergeMarkers(ofFunctions.get(fn), given);
  if (merged !== undefined) ofFunctions.set(fn, merged);
}

/** For runners. The last one that listens is the one that is told; the first one hears what was said before. */
export function listenToMarks(listener: MarkListener): void {
  const known = marks();
  known.listener = listener;
  known.early.splice(0).forEach(listener);
}

/** For runners: what `mark(markers, fn)` said of a test's function. */
export function markersOf(fn: unknown): Markers | undefined {
  return typeof fn === 'function' ? marks().ofFunctions.get(fn) : undefined;
}
