/**
 * Preloaded by NODE_OPTIONS into every node process below `spanmeter run`. Does nothing in all but the main process of a known
 * test runner, and must cost nothing there (0.7 ms): what else it needs, it loads when it has found one.
 */
import { MAYBE_A_RUNNER, NODE_TEST, RUNNERS, type RunnerRow } from './registry.js';

/* eslint-disable @typescript-eslint/no-require-imports */
const script = process.argv[1];
if (process.env['SPANMETER_SESSION'] !== undefined) {
  if (script !== undefined && MAYBE_A_RUNNER.test(script)) attach(script);
  watchForNodeTest();
}

function attach(script: string): void {
  const path = realPath(script);
  const runner = RUNNERS.find(({ main }) => main.test(path.replaceAll('\\', '/')));
  if (runner !== undefined) load(runner, path);
}

/** It is in every node: a process runs tests when it is told to by a flag, or when its script defines one. */
function watchForNodeTest(): void {
  const outer = process.env['SPANMETER_NODE_TEST'];
  if (outer !== undefined || process.execArgv.includes('--test')) {
    // Others are below a test, and are that test's own affair.
    if (outer === undefined || outer === String(process.ppid)) load(NODE_TEST, false);
    return;
  }
  process.on('newListener', function look(event: string, listener: (...args: never) => unknown) {
    if (event !== 'beforeExit' || listener.name !== 'exitHandler') return;
    process.off('newListener', look);
    load(NODE_TEST, true);
  });
}

function load({ name, module }: Pick<RunnerRow, 'name' | 'module'>, what: string | boolean): void {
  if (isOff() || !isMainThread()) return;
  try {
    (require(module) as { attach(what: string | boolean): void }).attach(what);
  } catch (thrown) {
    process.stderr.write(`spanmeter: can't attach to ${name}, its tests are not measured: ${String(thrown)}\n`);
  }
}

function isOff(): boolean {
  return (require('../model/switch.js') as typeof import('../model/switch.js')).isSwitchedOff(process.env);
}

/** Threads preload too, and see the arguments of their process. */
function isMainThread(): boolean {
  return (require('node:worker_threads') as typeof import('node:worker_threads')).isMainThread;
}

/** npm's node_modules/.bin and pnpm's folders are links. */
function realPath(script: string): string {
  try {
    return (require('node:fs') as typeof import('node:fs')).realpathSync(script);
  } catch {
    // Inside an archive (Yarn's zip files) there is nothing to resolve.
    return script;
  }
}
