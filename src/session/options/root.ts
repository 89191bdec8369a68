import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { usage } from './layer.js';

/** The folder of the nearest package.json from `cwd` upwards, else `cwd` itself; absolute. */
export function findRoot(cwd: string): string {
  const start = resolve(cwd);
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (dirname(folder) === folder) return start;
  }
}

/** @throws SpanmeterError SPANMETER_USAGE: a mistyped root would be made, with a history in it */
export function checkRoot(root: string): void {
  if (statSync(root, { throwIfNoEntry: false })?.isDirectory() === true) return;
  throw usage(`The root ${root} is no folder that exists. Name another one by --root or SPANMETER_ROOT.`);
}
