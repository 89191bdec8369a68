/** Puts us between jest-circus and the function of a test or hook. */
import { createRequire } from 'node:module';
import { types } from 'node:util';
import { collector } from '../../collector/index.js';
import type { Body } from './jest.js';

const { isPromise, isGeneratorFunction } = types;
const { apply } = Reflect;

export interface Watch<Token> {
  /** The last thing before it. @returns undefined when it is not to be measured */
  begin(): Token | undefined;
  /** The first thing after it. Not called where only Jest gets to know that it has ended: that will tell. */
  end(token: Token, threw: boolean): void;
}

/**
 * A proxy whose trap is native: jest-circus sees the same length, the function the same `this` and arguments, and the stacks of
 * errors no frame of ours.
 */
export function between<Token>(fn: Body, watch: Watch<Token>, circus: string): Body {
  const takesDone = fn.length > 0;
  return trapped(
    takesDone || !isGeneratorFunction(fn) ? fn : driven(fn, circus),
    (args) => {
      const token = watch.begin();
      if (takesDone && token !== undefined) args[0] = watchDone(args[0] as Body, watch, token);
      return token;
    },
    (token, threw, result) => {
      if (threw) watch.end(token, true);
      else if (takesDone) return;
      else if (isPromise(result))
        result.then(
          () => watch.end(token, false),
          () => watch.end(token, true),
        );
      // Other things that can be waited for may do their work each time that somebody asks.
      else if (typeof (result as PromiseLike<unknown> | undefined)?.then !== 'function') watch.end(token, false);
    },
  );
}

function watchDone<Token>(done: Body, watch: Watch<Token>, token: Token): Body {
  return trapped(
    done,
    ([reason]) => {
      watch.end(token, Boolean(reason));
      return undefined;
    },
    () => undefined,
  );
}

/**
 * `fn`, with ourselves before and after each of its calls. @param before gets the arguments, and may replace them
 * @param after is called unless `before` gave undefined
 */
export function trapped<Token>(
  fn: Body,
  before: (args: unknown[]) => Token | undefined,
  after: (token: Token, threw: boolean, result: unknown) => void,
): Body {
  const trap: (...args: unknown[]) => unknown = callBetween().bind(
    undefined,
    (_fn, _self, args) => before(args as unknown[]),
    apply as (...args: unknown[]) => unknown,
    (token, threw, result) => after(token as Token, threw, result),
  );
  return new Proxy<Body>(fn, { apply: trap });
}

/**
 * `fn`, which gives something else instead of its result. It is called where others only look on, so that not even that leaves a
 * frame in stacks that it makes.
 */
export function mapped(fn: Body, map: (result: unknown) => unknown): Body {
  let held: { readonly threw: boolean; readonly result: unknown };
  const call = callBetween().bind(
    undefined,
    () => true,
    apply as (...args: unknown[]) => unknown,
    (_token, threw, result) => {
      held = { threw, result };
    },
  );
  const give = (): unknown => {
    const { threw, result } = held;
    if (threw) throw result;
    return map(result);
  };
  const trap: (...args: unknown[]) => unknown = callBetween().bind(undefined, call, give, () => undefined);
  return new Proxy<Body>(fn, { apply: trap });
}

type CallBetween = (
  before: (...args: unknown[]) => unknown,
  original: (...args: unknown[]) => unknown,
  after: (token: unknown, threw: boolean, result: unknown) => void,
  ...args: unknown[]
) => unknown;

function callBetween(): CallBetween {
  return collector().binding.callBetween;
}

/** As jest-circus drives a generator. */
function driven(fn: Body, circus: string): Body {
  const co = createRequire(circus)('co') as { wrap(fn: Body): Body };
  return co.wrap(fn);
}
