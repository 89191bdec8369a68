/** `callBetween` where there is no add-on: the same, but with a frame of ours in the stack. */
import type { Binding } from './binding.js';

export const callBetween: Binding['callBetween'] = function (before, original, after, ...args) {
  const token = quietly(() => before.apply(this, args));
  const finish = (threw: boolean, result: unknown): void => {
    if (token !== undefined) quietly(() => after.call(this, token, threw, result));
  };
  let result;
  try {
    result = original.apply(this, args);
  } catch (thrown) {
    finish(true, thrown);
    throw thrown;
  }
  finish(false, result);
  return result;
};

function quietly<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch {
    return undefined;
  }
}
