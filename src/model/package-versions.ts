import type { PackageVersion } from './records.js';

/** By name; several versions of one, as the members of a workspace may have them, with a comma between. */
export function packageVersions(packages: readonly PackageVersion[]): Map<string, string> {
  const versions = new Map<string, string>();
  for (const { name, version } of packages) {
    const known = versions.get(name);
    versions.set(name, known === undefined ? version : `${known}, ${version}`);
  }
  return versions;
}
