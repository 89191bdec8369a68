/** The versions of the project's direct dependencies as they are installed, and its lockfile. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackageVersion } from '../model/records.js';
import { findLockfile, upwards, type Lockfile } from './lockfile.js';
import { readManifest, type Manifest } from './manifest.js';
import { memberFolders } from './workspace.js';

const FIELDS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const;

export interface Packages {
  /**
   * Sorted by name and version; under the name that the project imports, which for an alias is the alias. The members of a
   * workspace may have several versions of one.
   */
  readonly packages: readonly PackageVersion[];
  readonly lockfile?: Lockfile;
}

/** What is not installed, or can't be read, is left out; never rejects. */
export async function describePackages(root: string): Promise<Packages> {
  const manifest = (await readManifest(root)) ?? {};
  const installed = new Installed();
  const found = await installed.of(root, manifest);
  // One after the other: the threads that read files may be wanted by tests that have begun.
  for (const member of await memberFolders(root, manifest)) {
    const own = await readManifest(member);
    if (own !== undefined) found.push(...(await installed.of(member, own)));
  }
  const lockfile = await findLockfile(root);
  return { packages: eachOnce(found), ...(lockfile && { lockfile }) };
}

/** Looks where Node would: a package may be hoisted to a folder above, or be a link into a store. Looks at each place once. */
class Installed {
  readonly #versions = new Map<string, Promise<string | false | undefined>>();
  readonly #folders = new Map<string, Promise<boolean>>();

  async of(folder: string, manifest: Manifest): Promise<PackageVersion[]> {
    const names = [...new Set(FIELDS.flatMap((field) => Object.keys(manifest[field] ?? {})))];
    const found = await Promise.all(
      names.map(async (name) => {
        const version = await this.#versionOf(folder, name);
        return version === undefined ? [] : [{ name, version }];
      }),
    );
    return found.flat();
  }

  async #versionOf(from: string, name: string): Promise<string | undefined> {
    for (const folder of upwards(from)) {
      const packages = join(folder, 'node_modules');
      if (!(await once(this.#folders, packages, exists))) continue;
      const version = await once(this.#versions, join(packages, name), versionIn);
      if (version !== undefined) return version || undefined;
    }
    return undefined;
  }
}

/** @returns false for a package that tells no version, undefined where there is none */
async function versionIn(folder: string): Promise<string | false | undefined> {
  const manifest = await readManifest(folder);
  return manifest && (typeof manifest.version === 'string' ? manifest.version : false);
}

function exists(folder: string): Promise<boolean> {
  return access(folder).then(
    () => true,
    () => false,
  );
}

function once<T>(known: Map<string, Promise<T>>, key: string, ask: (key: string) => Promise<T>): Promise<T> {
  const answer = known.get(key) ?? ask(key);
  known.set(key, answer);
  return answer;
}

function eachOnce(packages: readonly PackageVersion[]): PackageVersion[] {
  const distinct = new Map(packages.map((each) => [`${each.name}\n${each.version}`, each]));
  return [...distinct.values()].sort((a, b) => order(a.name, b.name) || order(a.version, b.version));
}

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
