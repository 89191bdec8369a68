/**
 * One value a thread, however many copies of this JavaScript are evaluated: test runners give each file a module registry or
 * a vm context of its own, and two installed copies may meet in one process. Exports objects of built-in modules are the
 * same in all of them (Jest replaces only `process` and `module`), so shared values hang there.
 */
import v8 from 'node:v8';

/** Changes when a shared value's shape changes: different versions then keep apart. */
const VERSION = 2;

export function anchored<T>(name: string, make: () => T): T {
  const key = Symbol.for(`spanmeter.${VERSION}.${name}`);
  const home = v8 as unknown as Record<symbol, T | undefined>;
  const known = home[key];
  if (known !== undefined) return known;
  const made = make();
  // Where the object is frozen, this copy keeps its own.
  Reflect.defineProperty(home, key, { value: made });
  return made;
}
