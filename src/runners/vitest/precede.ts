import { warn } from '../../recorder/index.js';

/**
 * Acts before a method of Vitest's runner, also where it has none. Vitest awaits what each of them gives: this adds no turn of
 * the event loop. Trouble of ours is kept from the user's run.
 */
export function precede<Methods, K extends keyof Methods>(runner: Methods, name: K, act: Methods[K]): void {
  const original = runner[name] as ((...args: unknown[]) => unknown) | undefined;
  const first = act as (...args: unknown[]) => unknown;
  (runner as Record<K, unknown>)[name] = (...args: unknown[]): unknown => {
    try {
      first(...args);
    } catch (thrown) {
      warn(`not everything was measured: ${String(thrown)}`);
    }
    return original?.apply(runner, args);
  };
}
