/** Records each hook by itself, where that is asked for. */
import type { ItemInput, OpenSpan, Recorder } from '../../recorder/index.js';
import type { Attempts } from './attempts.js';
import type { Identities } from './identities.js';
import { between, hasEnded, type InternalHook, type InternalTest, type Method } from './internals.js';

/** In our words, which are the same for every runner. */
const NAMES = { before: 'beforeAll', after: 'afterAll', beforeEach: 'beforeEach', afterEach: 'afterEach' } as const;

export class Hooks {
  readonly #recorder: Recorder;
  readonly #identities: Identities;
  readonly #attempts: Attempts;
  readonly #items = new WeakMap<InternalHook, ItemInput>();
  readonly #owners = new WeakMap<InternalHook, InternalTest>();
  #expecting: InternalTest | undefined;
  /** Of hooks that may end later. */
  readonly #open = new WeakMap<InternalTest, OpenSpan>();

  constructor(recorder: Recorder, identities: Identities, attempts: Attempts) {
    this.#recorder = recorder;
    this.#identities = identities;
    this.#attempts = attempts;
  }

  /** This test is about to get a hook, which is called at once when the test has begun. */
  expect(test: InternalTest): undefined {
    this.#expecting = test;
  }

  /** Hooks of this test are about to run: those that don't know whom they belong to belong to the outermost that has them. */
  noteOwner(test: InternalTest): void {
    for (const [kind, hooks] of Object.entries(test.hooks)) {
      if (!Array.isArray(hooks)) continue;
      for (const hook of hooks as readonly InternalHook[]) {
        if (!this.#owners.has(hook)) this.#owners.set(hook, hook.parentTest ?? outermost(test, kind, hook));
      }
    }
  }

  /** A hook is about to run: gives what is called in the place of `run`. */
  around(hook: InternalHook, run: Method): Method | undefined {
    const owner = hook.parentTest ?? this.#owners.get(hook) ?? this.#expecting;
    if (owner === undefined) return undefined;
    return between(
      hook,
      () => this.#begin(hook, owner),
      run,
      (span: OpenSpan, threw, result) => this.#end(hook, span, threw, result),
    );
  }

  /** The runner has decided. */
  settle(hook: InternalTest, failed: boolean): void {
    const span = this.#open.get(hook);
    if (span !== undefined) this.#recorder.close(span, failed ? 'failed' : 'passed');
  }

  #begin(hook: InternalHook, owner: InternalTest): OpenSpan {
    const item = this.#items.get(hook) ?? this.#itemOf(hook, owner);
    this.#items.set(hook, item);
    const span = this.#recorder.open(item, { parent: this.#attempts.spanIn(owner) });
    this.#open.set(hook, span);
    return span;
  }

  #end(hook: InternalHook, span: OpenSpan, threw: boolean, result: unknown): void {
    if (hasEnded(hook, threw, result)) this.#recorder.close(span, threw ? 'failed' : 'passed');
  }

  #itemOf(hook: InternalHook, owner: InternalTest): ItemInput {
    const { file, describe } = this.#identities.insideOf(owner, hook);
    const all = owner.hooks[hook.hookType] ?? [];
    const own = all.filter((other) => (other.parentTest ?? this.#owners.get(other)) === owner);
    // A hook that is made while its test runs is called before it is listed.
    const ordinal = own.includes(hook) ? own.indexOf(hook) : own.length;
    return { kind: 'hook', name: NAMES[hook.hookType], file, describe, ordinal };
  }
}

/** Node 20 copies the hooks of a suite to all that is inside. */
function outermost(test: InternalTest, kind: string, hook: InternalHook): InternalTest {
  const above = test.parent;
  return above?.hooks[kind]?.includes(hook) === true ? outermost(above, kind, hook) : test;
}
