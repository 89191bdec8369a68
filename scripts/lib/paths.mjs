/** Where things are. The scripts know no other absolute path. */
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '..', '..');

/** What scripts remember between runs; git and npm pack leave it out. */
export const CACHE = join(ROOT, '.cache');

export const inRoot = (...parts) => join(ROOT, ...parts);

/** Every file below a folder, sorted, without node_modules. A folder that is not there has none. */
export function filesBelow(folder) {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
  return entries
    .filter((entry) => entry.name !== 'node_modules')
    .flatMap((entry) => (entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)]))
    .sort();
}
