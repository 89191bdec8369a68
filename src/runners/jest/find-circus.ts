/**
 * Finds the jest-circus that the running Jest would use. It belongs to jest-config, and with strict package folders nobody else
 * can see it.
 */
import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const CONFIG = /[\\/]jest-config[\\/]build[\\/]index\.js$/;
const CIRCUS = 'jest-circus/runner';
/** From a project to what it has installed, each seen by the one before. */
const WAYS = [
  ['jest', 'jest-cli', 'jest-config', CIRCUS],
  ['jest', '@jest/core', 'jest-config', CIRCUS],
  ['jest-cli', 'jest-config', CIRCUS],
  ['@jest/core', 'jest-config', CIRCUS],
  ['jest-config', CIRCUS],
  [CIRCUS],
];

/** @param folders of the project, the nearest first. @returns a path, or undefined where there is none */
export function findCircus(folders: readonly string[]): string | undefined {
  const loaded = Object.keys(require.cache).find((path) => CONFIG.test(path));
  if (loaded !== undefined) return follow(loaded, [CIRCUS]);
  for (const start of [...folders.map((folder) => join(folder, 'package.json')), mainScript()]) {
    for (const way of WAYS) {
      const found = follow(start, way);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

export function circusVersion(circus: string): string {
  return (createRequire(circus)('jest-circus/package.json') as { readonly version: string }).version;
}

/** Whether a resolved `testRunner` is jest-circus, whichever copy. */
export function isCircus(testRunner: string): boolean {
  return /[\\/]jest-circus[\\/](?:build[\\/])?runner\.js$/.test(testRunner);
}

function follow(start: string, way: readonly string[]): string | undefined {
  try {
    return way.reduce((from, name) => createRequire(from).resolve(name), start);
  } catch {
    return undefined;
  }
}

/** In a worker that is a file of jest-worker: enough where packages lie beside each other. */
function mainScript(): string {
  const script = process.argv[1] ?? '/';
  try {
    return realpathSync(script);
  } catch {
    return script;
  }
}
