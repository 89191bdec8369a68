/**
 * The project's lockfile: found at the start of a run, and read and hashed after it, so that its megabytes are not memory of the
 * process that runs the tests.
 */
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isWorkspaceRoot } from './manifest.js';

/** In the order in which the package managers prefer them. */
const LOCKFILES = ['npm-shrinkwrap.json', 'package-lock.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb'] as const;

/** As it was when it was found. */
export interface Lockfile {
  readonly path: string;
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly changedAt: number;
}

/** The lockfile in the root, else in the workspace that holds it. One of another project further up is not meant. */
export async function findLockfile(root: string): Promise<Lockfile | undefined> {
  for (const folder of upwards(root)) {
    if (folder !== root && !(await isWorkspaceRoot(folder))) continue;
    for (const file of LOCKFILES) {
      const found = await describe(join(folder, file));
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** @returns undefined when it is not the same any more: an installation meanwhile is not what the tests began with */
export async function hashLockfile(found: Lockfile): Promise<string | undefined> {
  try {
    const content = await readFile(found.path);
    const now = await describe(found.path);
    if (now?.size !== found.size || now.changedAt !== found.changedAt) return undefined;
    // Loaded late: see sha256.ts.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { createHash } = require('node:crypto') as typeof import('node:crypto');
    return createHash('sha256').update(content).digest('hex').slice(0, 32);
  } catch {
    return undefined;
  }
}

async function describe(path: string): Promise<Lockfile | undefined> {
  const facts = await stat(path).catch(() => undefined);
  return facts?.isFile() === true ? { path, size: facts.size, changedAt: facts.mtimeMs } : undefined;
}

export function upwards(folder: string): string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...upwards(above)];
}
