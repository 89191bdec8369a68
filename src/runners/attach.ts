/**
 * Preloaded by NODE_OPTIONS into every node process below `spanmeter run`. Does nothing in all but the main process of a known
 * test runner, and must cost nothing there (0.7 ms): what else it needs, it loads when it has found one.
 */
import { MAYBE_A_RUNNER, RUNNERS } from './registry.js';

/* eslint-disable @typescript-eslint/no-require-imports */
const script = process.argv[1];
if (script !== undefined && MAYBE_A_RUNNER.test(script) && process.env['SPANMETER_SESSION'] !== undefined) attach(script);

function attach(script: string): void {
  const path = realPath(script);
  const runner = RUNNERS.find(({ main }) => main.test(path.replaceAll('\\', '/')));
  if (runner === undefined || isOff() || !isMainThread()) return;
  try {
    (require(runner.module) as { attach(script: string): void }).attach(path);
  } catch (thrown) {
    process.stderr.write(`spanmeter: can't attach to ${runner.name}, its tests are not measured: ${String(thrown)}\n`);
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
