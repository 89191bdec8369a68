/**
 * Notices that a process runs tests, at the first of them that it defines. Until then a process that runs none pays next to
 * nothing: the runner's root, once it is made, waits for the end of the process with a listener of its own.
 */
import { createHook, executionAsyncResource } from 'node:async_hooks';
import { prototypeOf, type InternalTest } from './internals.js';

export interface Noticed {
  readonly prototype: object;
  /** The process runs each file in a process of its own. */
  readonly isParent: boolean;
  /** Where this process is given several files. */
  readonly root: InternalTest | undefined;
}

/** @param rootIsMade the runner is known to be in use: its next resource is a test */
export function whenTestsBegin(rootIsMade: boolean, found: (noticed: Noticed) => void): void {
  if (rootIsMade) captureFirst(found);
  else if (process.execArgv.includes('--test')) {
    // Where files are run in this process, what is preloaded may be loaded inside the root (24), or before it is made (22).
    const around: object = executionAsyncResource();
    captureFirst(found, { root: prototypeOf(around) === undefined ? undefined : (around as InternalTest) });
  } else {
    process.on('newListener', function look(event: string, listener: (...args: never) => unknown) {
      if (event !== 'beforeExit' || listener.name !== 'exitHandler') return;
      process.off('newListener', look);
      captureFirst(found);
    });
  }
}

/** @param files there may be several: their root, once it is known */
function captureFirst(found: (noticed: Noticed) => void, files?: { root: InternalTest | undefined }): void {
  const hook = createHook({
    init(_id, type, _trigger, resource: object) {
      if (type !== 'Test') return;
      const prototype = prototypeOf(resource);
      if (prototype === undefined) return;
      if (files !== undefined && files.root === undefined) {
        files.root = resource as InternalTest;
        return;
      }
      hook.disable();
      found({ prototype, isParent: resource.constructor.name === 'FileTest', root: files?.root });
    },
  });
  hook.enable();
}
