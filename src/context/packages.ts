/** The versions of the project's direct dependencies as they are installed, and its lockfile. */
import { join } from 'node:path';
import type { PackageVersion } from '../model/records.js';
import { findLockfile, upwards, type Lockfile } from './lockfile.js';
import { readManifest } from './manifest.js';

const FIELDS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const;

export interface Packages {
  /** Sorted by name; under the name that the project imports, which for an alias is the alias. */
  readonly packages: readonly PackageVersion[];
  readonly lockfile?: Lockfile;
}

/** What is not installed, or can't be read, is left out; never rejects. */
export async function describePackages(root: string): Promise<Packages> {
  const manifest = (await readManifest(root)) ?? {};
  const names = [...new Set(FIELDS.flatMap((field) => Object.keys(manifest[field] ?? {})))].sort();
  const found = await Promise.all(names.map((name) => installed(root, name)));
  const lockfile = await findLockfile(root);
  return { packages: found.filter((each) => each !== undefined), ...(lockfile && { lockfile }) };
}

/** Looks where Node would: a package may be hoisted to a folder above, or be a link into a store. */
async function installed(root: string, name: string): Promise<PackageVersion | undefined> {
  for (const folder of upwards(root)) {
    const manifest = await readManifest(join(folder, 'node_modules', name));
    if (manifest !== undefined) return typeof manifest.version === 'string' ? { name, version: manifest.version } : undefined;
  }
  return undefined;
}
