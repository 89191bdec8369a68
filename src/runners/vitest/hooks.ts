/**
 * Measures each hook of a file: where what is registered is called, so that Vitest has read the parameters of the user's own
 * function before. What a hook returns to be called later is no part of its span.
 */
import type { RunnerTestCase, RunnerTestFile, RunnerTestSuite, TestContext } from 'vitest';
import { collector } from '../../collector/index.js';
import type { ItemInput, OpenSpan, Recorder } from '../../recorder/index.js';
import { FIRST_TRY, whenEnded, type TryNumber } from '../attempt.js';
import { markedItem } from '../markers.js';
import type { Places } from './identities.js';
import { isSkip } from './status.js';
import type { Hook, Vitals } from './worker.js';

const ALL = ['beforeAll', 'afterAll'] as const;
const EACH = ['beforeEach', 'afterEach'] as const;

/** What else is known of the file. */
export interface Surroundings {
  /** The span that contains what runs in a suite. */
  spanOf(suite: RunnerTestSuite): OpenSpan | null;
  tryOf(test: RunnerTestCase): TryNumber | undefined;
}

export class Hooks {
  readonly #recorder: Recorder;
  readonly #getHooks: Vitals['getHooks'];
  readonly #surroundings: Surroundings;

  constructor(recorder: Recorder, getHooks: Vitals['getHooks'], surroundings: Surroundings) {
    this.#recorder = recorder;
    this.#getHooks = getHooks;
    this.#surroundings = surroundings;
  }

  /** @param places of the file and its suites */
  watch(file: RunnerTestFile, places: Places): void {
    for (const [suite, { describe, markers, ordinals }] of places) {
      if (markers?.skip === true) continue;
      const hooks = this.#getHooks(suite);
      const shared = { kind: 'hook', project: file.projectName ?? '', file: file.filepath, describe, ...markedItem(markers) } as const;
      for (const name of [...ALL, ...EACH]) {
        const isEach = name === 'beforeEach' || name === 'afterEach';
        // The same array: Vitest has it already.
        hooks?.[name].forEach((hook, index, all) => {
          const item = { ...shared, name, ordinal: ordinals.next('hook', name) };
          all[index] = this.#around(hook, isEach ? (context) => this.#openEach(item, context) : () => this.#openAll(item, suite));
        });
      }
    }
  }

  /** Timeouts and places in the source are attached to what is registered. */
  #around(hook: Hook, open: (context: unknown) => OpenSpan): Hook {
    const around = collector().binding.callBetween.bind(undefined, open, hook, (span: unknown, threw: boolean, result: unknown) =>
      this.#end(span as OpenSpan, threw, result),
    );
    return Object.assign(around, hook);
  }

  #openAll(item: ItemInput, suite: RunnerTestSuite): OpenSpan {
    return this.#recorder.open(item, { parent: this.#surroundings.spanOf(suite) });
  }

  #openEach(item: ItemInput, context: unknown): OpenSpan {
    const test = (context as TestContext).task as RunnerTestCase;
    const { retry, repeat } = this.#surroundings.tryOf(test) ?? FIRST_TRY;
    return this.#recorder.open(item, { retry, repeat, parent: this.#surroundings.spanOf(test.suite ?? test.file) });
  }

  #end(span: OpenSpan, threw: boolean, result: unknown): void {
    whenEnded(threw, result, (failed, reason) => this.#recorder.close(span, failed && !isSkip(reason) ? 'failed' : 'passed'));
  }
}
