/** Garbage collection on demand, without the user having to start Node with a flag. */
import v8 from 'node:v8';
import vm from 'node:vm';

// Taken at load: tests replace them later.
const { setFlagsFromString } = v8;
const { runInNewContext } = vm;

/** @returns V8's full garbage collection; a function that does nothing where the runtime gives no access to it */
export function findGarbageCollector(): () => void {
  // With the flag set by the user, every context has gc, and the flag stays.
  const present: unknown = runInNewContext('globalThis.gc');
  if (typeof present === 'function') return present as () => void;
  setFlagsFromString('--expose-gc');
  const exposed: unknown = runInNewContext('globalThis.gc');
  // Otherwise a gc would appear in contexts that the user's tests create.
  setFlagsFromString('--no-expose-gc');
  return typeof exposed === 'function' ? (exposed as () => void) : () => undefined;
}
