/** Finds what a command's name means, as a shell would, before anything is recorded for it. */
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

export type Found = { readonly path: string } | { readonly problem: 'not found' | 'not executable' };

/** @returns the name as it is where the system finds it; the path of a package's command in node_modules/.bin, as npx would find it */
export function findCommand(name: string, env: NodeJS.ProcessEnv, cwd: string): Found {
  // Windows has rules of its own for names without an ending.
  if (process.platform === 'win32') return { path: name };
  if (name.includes('/')) return verdict(join(name.startsWith('/') ? '/' : cwd, name), name);
  let refused = false;
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    const found = verdict(join(folder || cwd, name), name);
    if ('path' in found) return found;
    refused ||= found.problem === 'not executable';
  }
  for (let folder = cwd; ; folder = dirname(folder)) {
    const path = join(folder, 'node_modules', '.bin', name);
    const found = verdict(path, path);
    if ('path' in found) return found;
    if (dirname(folder) === folder) return { problem: refused ? 'not executable' : 'not found' };
  }
}

function verdict(path: string, answer: string): Found {
  try {
    if (!statSync(path).isFile()) return { problem: 'not executable' };
  } catch {
    return { problem: 'not found' };
  }
  try {
    accessSync(path, constants.X_OK);
    return { path: answer };
  } catch {
    return { problem: 'not executable' };
  }
}
