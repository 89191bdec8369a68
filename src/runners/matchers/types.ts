/** What `expect(...)` offers once the matchers are there, in TypeScript. */
import type { Budget } from '../../model/limits.js';

export interface SpanmeterMatchers<R, T> {
  /**
   * Calls a function, or takes a reading of `span()`, and holds what it cost against limits: `{ peak: '64 MiB', cpu: '50 ms' }`.
   * To be awaited where the function is asynchronous.
   */
  toStayWithin(budget: Budget): T extends (...args: never[]) => PromiseLike<unknown> ? Promise<void> : R;
}

/* eslint-disable @typescript-eslint/no-namespace, @typescript-eslint/no-empty-object-type */
declare global {
  namespace jest {
    // Of @types/jest; the assertions of Vitest extend it as well.
    interface Matchers<R, T> extends SpanmeterMatchers<R, T> {}
  }
}

// Of @jest/globals. Where there is none, there is nothing to add to.
/* eslint-disable-next-line @typescript-eslint/ban-ts-comment -- it must hold in the built declarations too, which keep only such comments */
/** @ts-ignore */
declare module 'expect' {
  interface Matchers<R, T> extends SpanmeterMatchers<R, T> {}
}
