/** The process that runs each file in a process of its own: it measures nothing, and may own the session. */
import { AsyncResource } from 'node:async_hooks';
import { onRead, type Method } from './internals.js';
import { Owner } from './owner.js';

export function followParent(prototype: object): void {
  const owner = new Owner();
  owner.begin();
  onRead(prototype, 'runInAsyncScope', (test) => {
    if (test.parent === null) return beforeExit(owner);
    // A file that was changed: another run, while the runner watches.
    owner.begin();
    return undefined;
  });
  onRead(prototype, 'postRun', (test) => {
    if (test.parent === null) owner.endLater();
    return undefined;
  });
}

function beforeExit(owner: Owner): Method | undefined {
  const { beforeForcedExit } = owner;
  if (beforeForcedExit === undefined) return undefined;
  return async function (...args) {
    await (AsyncResource.prototype.runInAsyncScope as unknown as Method).apply(this, args);
    await beforeForcedExit();
  };
}
