/** The versions of the project's direct dependencies as they are installed, and the lockfile's hash. */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PackageVersion } from '../model/records.js';
import { shortHash } from './hash.js';
import { isWorkspaceRoot, readManifest } from './manifest.js';

const FIELDS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const;
/** In the order in which the package managers prefer them. */
const LOCKFILES = ['npm-shrinkwrap.json', 'package-lock.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb'] as const;

export interface Packages {
  /** Sorted by name; under the name that the project imports, which for an alias is the alias. */
  readonly packages: readonly PackageVersion[];
  readonly lockfileHash?: string;
}

/** What is not installed, or can't be read, is left out; never rejects. */
export async function describePackages(root: string): Promise<Packages> {
  const manifest = (await readManifest(root)) ?? {};
  const names = [...new Set(FIELDS.flatMap((field) => Object.keys(manifest[field] ?? {})))].sort();
  const found = await Promise.all(names.map((name) => installed(root, name)));
  const lockfileHash = await hashLockfile(root);
  return { packages: found.filter((each) => each !== undefined), ...(lockfileHash !== undefined && { lockfileHash }) };
}

/** Looks where Node would: a package may be hoisted to a folder above, or be a link into a store. */
async function installed(root: string, name: string): Promise<PackageVersion | undefined> {
  for (const folder of upwards(root)) {
    const manifest = await readManifest(join(folder, 'node_modules', name));
    if (manifest !== undefined) return typeof manifest.version === 'string' ? { name, version: manifest.version } : undefined;
  }
  return undefined;
}

/** The lockfile in the root, else in the workspace that holds it. One of another project further up is not meant. */
async function hashLockfile(root: string): Promise<string | undefined> {
  for (const folder of upwards(root)) {
    if (folder !== root && !(await isWorkspaceRoot(folder))) continue;
    for (const file of LOCKFILES) {
      const content = await readFile(join(folder, file)).catch(() => undefined);
      if (content !== undefined) return shortHash(content);
    }
  }
  return undefined;
}

function upwards(folder: string): string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...upwards(above)];
}
