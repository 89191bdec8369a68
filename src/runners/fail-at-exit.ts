/** The exit code of a run that went well but for its budget. */
import { anchored } from '../collector/anchor.js';

/** What the process that delivers a released session tells by its exit code: neither that all is well nor that it broke down. */
export const OVER_BUDGET = 64;

/** Taken at load: a test may have replaced it, and left it so. */
const { queueMicrotask } = globalThis;

/**
 * Runners that set a code of their own as the process ends (Mocha, Jest with --forceExit) would have the last word: a listener
 * of ours stays behind theirs. A code that says failure stays as it is.
 */
export function failAtExit(): void {
  fail();
  // Once, for all copies of the package: two that want to be the last would never rest.
  const failing = anchored('failing', () => ({ isSet: false }));
  if (failing.isSet) return;
  failing.isSet = true;
  process.on('exit', fail);
  process.on('newListener', (event, listener) => {
    if (event === 'exit' && listener !== fail) queueMicrotask(goLast);
  });
}

function goLast(): void {
  process.off('exit', fail);
  process.on('exit', fail);
}

function fail(): void {
  if (Number(process.exitCode ?? 0) === 0) process.exitCode = 1;
}
