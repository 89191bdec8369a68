/** callBetween: what it calls in which order, and that nobody can tell from outside that it was there. */
import { describe, expect, it } from 'vitest';
import type { Binding } from '../dist/collector/binding.js';
import { collector } from '../dist/collector/index.js';
import { createFallback } from '../dist/collector/fallback.js';

const IMPLEMENTATIONS: readonly (readonly [string, Binding])[] = [
  ['native', collector().binding],
  ['javascript', createFallback(['asked for by a test'])],
];

function stackOf(call: () => unknown): string[] {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = Infinity;
  try {
    call();
  } catch (thrown) {
    return ((thrown as Error).stack ?? '').split('\n');
  } finally {
    Error.stackTraceLimit = limit;
  }
  throw new Error('It did not throw.');
}

describe.each(IMPLEMENTATIONS)('%s', (_, { callBetween }) => {
  const self = { name: 'self' };

  it('hands on `this`, arguments, token and result', () => {
    const calls: unknown[] = [];
    const before = function (this: unknown, ...args: number[]): string {
      calls.push(['before', this, args]);
      return 'token';
    };
    const original = function (this: unknown, ...args: number[]): number {
      calls.push(['original', this, args]);
      return args.reduce((sum, each) => sum + each, 0);
    };
    const after = function (this: unknown, ...args: unknown[]): void {
      calls.push(['after', this, args]);
    };
    expect(callBetween.call(self, before as never, original as never, after as never, ...([1, 2, 3] as unknown as []))).toBe(6);
    expect(calls).toEqual([
      ['before', self, [1, 2, 3]],
      ['original', self, [1, 2, 3]],
      ['after', self, ['token', false, 6]],
    ]);
  });

  it('takes any number of arguments', () => {
    const many = Array.from({ length: 100 }, (_, index) => index);
    const original = (...args: number[]): number => args.length;
    expect(callBetween.call(self, (() => 1) as never, original as never, () => undefined, ...(many as unknown as []))).toBe(100);
  });

  it.each([new TypeError('error'), 'text', undefined, null, 0])('throws on what was thrown: %s', (thrown) => {
    const seen: unknown[] = [];
    const original = (): never => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- tests may throw anything
      throw thrown;
    };
    let caught: unknown = 'nothing';
    try {
      callBetween.call(
        self,
        () => 'token',
        original,
        (...args) => void seen.push(args),
      );
    } catch (value) {
      caught = value;
    }
    expect(caught).toBe(thrown);
    expect(seen).toEqual([['token', true, thrown]]);
  });

  it('drops what the watchers throw, and the second one when the first gave nothing', () => {
    const fail = (): never => {
      throw new Error('ours');
    };
    let told = 0;
    const after = (): void => void (told += 1);
    expect(callBetween.call(self, fail, () => 'result', after)).toBe('result');
    expect(
      callBetween.call(
        self,
        () => undefined,
        () => 'result',
        after,
      ),
    ).toBe('result');
    expect(
      callBetween.call(
        self,
        () => 'token',
        () => 'result',
        fail,
      ),
    ).toBe('result');
    expect(told).toBe(0);
  });
});

it('the add-on leaves no frame in the stack of an error', () => {
  const { callBetween } = collector().binding;
  const original = (): never => {
    throw new Error('from a test');
  };
  const bare = stackOf(() => original.call(undefined));
  const watched = stackOf(
    callBetween.bind(
      undefined,
      () => 1,
      original,
      () => undefined,
    ),
  );
  const frames = (stack: readonly string[]): (string | undefined)[] => stack.map((line) => /at (?:new )?([\w.]+)/.exec(line)?.[1]);
  // The arrow function that calls `original` in the first case is this test's own; everything else is the same.
  expect(frames(watched)).toEqual(frames(bare).filter((_, index) => index !== 2));
});
