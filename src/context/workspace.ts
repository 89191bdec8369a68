/** The members of a workspace, from the patterns in its root's package.json: npm's, Yarn's and Bun's. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest } from './manifest.js';

/**
 * Names and `*` are followed. `**` is read as `*`: to walk through all of a project would disturb the tests that have begun.
 * @returns folders that may be members: whether there is a package.json in them is not looked at
 */
export async function memberFolders(root: string, { workspaces }: Manifest): Promise<string[]> {
  const patterns = patternsIn(workspaces);
  const expand = async (chosen: readonly string[]): Promise<string[]> =>
    (await Promise.all(chosen.map((pattern) => matching(root, pattern.split('/').filter(isStep))))).flat();
  const [found, left] = [
    await expand(patterns.filter((pattern) => !pattern.startsWith('!'))),
    new Set(await expand(patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1)))),
  ];
  return [...new Set(found)].filter((folder) => folder !== root && !left.has(folder)).sort();
}

/** A list, or in Yarn's longer form a list under `packages`. */
function patternsIn(workspaces: unknown): string[] {
  const listed: unknown = Array.isArray(workspaces) ? workspaces : (workspaces as { packages?: unknown } | undefined | null)?.packages;
  return Array.isArray(listed) ? listed.filter((each) => typeof each === 'string') : [];
}

function isStep(step: string): boolean {
  return step !== '' && step !== '.';
}

async function matching(folder: string, [step, ...rest]: readonly string[]): Promise<string[]> {
  if (step === undefined) return [folder];
  const names = step.includes('*') ? await namesIn(folder, step) : [step];
  return (await Promise.all(names.map((name) => matching(join(folder, name), rest)))).flat();
}

async function namesIn(folder: string, pattern: string): Promise<string[]> {
  const wanted = new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*+/g, '.*')}$`);
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => wanted.test(name) && name !== 'node_modules' && !name.startsWith('.'));
}
