/** Options from `spanmeter.config.{mjs,js,json}` or the key `spanmeter` of package.json, in the root. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf } from '../../model/errors.js';
import { checkLayer, usage } from './layer.js';
import type { Layer, Report } from './layer.js';

/** In the order of precedence: the first that exists is used. */
export const CONFIG_FILES = ['spanmeter.config.mjs', 'spanmeter.config.js', 'spanmeter.config.json'] as const;
const KEY = 'spanmeter';

/**
 * @returns undefined when there is no configuration; `unused` names configurations that stand behind the one used
 */
export async function fromFile(root: string, report: Report): Promise<{ layer: Layer; unused: readonly string[] } | undefined> {
  const files = CONFIG_FILES.filter((name) => existsSync(join(root, name)));
  const [file] = files;
  // A broken package.json matters only where the options would come from it.
  const inPackage = (await read(join(root, 'package.json'), packageKey, file === undefined ? report : () => undefined))?.value;
  const [used, ...unused] = inPackage === undefined ? files : [...files, `the key '${KEY}' of package.json`];
  if (used === undefined) return undefined;
  const raw = file === undefined ? { value: inPackage } : await read(join(root, file), load, report);
  return raw && { layer: checkLayer(used, raw.value, root, report, true), unused };
}

/** @returns undefined when there is no such file, or when it can't be used, which was then reported */
async function read(path: string, how: (path: string) => Promise<unknown>, report: Report): Promise<{ value: unknown } | undefined> {
  if (!existsSync(path)) return undefined;
  try {
    return { value: await how(path) };
  } catch (cause) {
    report(usage(`${path} can't be used: ${messageOf(cause)}`, cause));
    return undefined;
  }
}

async function load(path: string): Promise<unknown> {
  return path.endsWith('.json') ? parseJson(await readFile(path, 'utf8')) : loadModule(path);
}

/** @returns the default export */
export async function loadModule(path: string): Promise<unknown> {
  const module = (await import(pathToFileURL(path).href)) as { readonly default?: unknown };
  if (module.default === undefined) throw new Error('it has no default export; write `export default { ... }`.');
  return module.default;
}

async function packageKey(path: string): Promise<unknown> {
  const manifest = parseJson(await readFile(path, 'utf8'));
  return typeof manifest === 'object' && manifest !== null ? (manifest as Record<string, unknown>)[KEY] : undefined;
}

/** Editors on Windows may put a byte order mark first, which JSON.parse refuses. */
export function parseJson(text: string): unknown {
  return JSON.parse(text.replace(/^\ufeff/, ''));
}
