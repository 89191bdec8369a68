/** Options from `spanmeter.config.{mjs,js,json}` or the key `spanmeter` of package.json, in the root. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { types } from 'node:util';
import { messageOf } from '../../model/errors.js';
import { checkLayer, usage } from './layer.js';
import type { Layer, Report } from './layer.js';

/** In the order of precedence: the first that exists is used. */
export const CONFIG_FILES = ['spanmeter.config.mjs', 'spanmeter.config.js', 'spanmeter.config.json'] as const;
const KEY = 'spanmeter';

export interface FoundFile {
  readonly layer: Layer;
  /** Names configurations that stand behind the one used. */
  readonly unused: readonly string[];
}

/** @returns undefined when there is no configuration, or none that can be used, which was then reported */
export async function fromFile(root: string, report: Report): Promise<FoundFile | undefined> {
  const found = find(root, report);
  let value = found?.inPackage;
  if (found?.path !== undefined) {
    try {
      value = await readConfiguration(found.path);
    } catch (cause) {
      report(unusable(found.path, cause));
      return undefined;
    }
  }
  return found && asLayer(found, value, root, report);
}

/** @returns what a file of JSON holds, or the default export of a module */
export async function readConfiguration(path: string): Promise<unknown> {
  return isModule(path) ? defaultOf(await import(pathToFileURL(path).href)) : readJson(path);
}

/** The same for who can't wait. A configuration that awaits something can't be used so. */
export function fromFileNow(root: string, report: Report): FoundFile | undefined {
  const found = find(root, report);
  let value = found?.inPackage;
  if (found?.path !== undefined) {
    try {
      value = isModule(found.path) ? required(found.path) : readJson(found.path);
    } catch (cause) {
      report(unusable(found.path, cause));
      return undefined;
    }
  }
  return found && asLayer(found, value, root, report);
}

interface Found {
  /** Absent: the key in package.json is the configuration. */
  readonly path?: string;
  readonly inPackage: unknown;
  readonly names: readonly string[];
}

function find(root: string, report: Report): Found | undefined {
  const files = CONFIG_FILES.filter((name) => existsSync(join(root, name)));
  const [file] = files;
  // A broken package.json matters only where the options would come from it.
  const inPackage = packageKey(join(root, 'package.json'), file === undefined ? report : () => undefined);
  const names = inPackage === undefined ? files : [...files, `the key '${KEY}' of package.json`];
  return names.length === 0 ? undefined : { ...(file && { path: join(root, file) }), inPackage, names };
}

function asLayer({ names }: Found, value: unknown, root: string, report: Report): FoundFile {
  const [used = '', ...unused] = names;
  return { layer: checkLayer(used, value, root, report, true), unused };
}

/** @returns undefined when there is no such file or key, or when it can't be read, which was then reported */
function packageKey(path: string, report: Report): unknown {
  if (!existsSync(path)) return undefined;
  try {
    const manifest = readJson(path);
    return typeof manifest === 'object' && manifest !== null ? (manifest as Record<string, unknown>)[KEY] : undefined;
  } catch (cause) {
    report(unusable(path, cause));
    return undefined;
  }
}

/** A module of CommonJS has its exports as they are, and an ES module its default export. */
function required(path: string): unknown {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const value = require(path) as unknown;
  return types.isModuleNamespaceObject(value) ? defaultOf(value) : value;
}

function defaultOf(module: unknown): unknown {
  const value = (module as { readonly default?: unknown }).default;
  if (value === undefined) throw new Error('it has no default export; write `export default { ... }`.');
  return value;
}

function unusable(path: string, cause: unknown): ReturnType<typeof usage> {
  return usage(`${path} can't be used: ${messageOf(cause)}`, cause);
}

function isModule(path: string): boolean {
  return /\.[mc]?js$/.test(path);
}

/** Editors on Windows may put a byte order mark first, which JSON.parse refuses. */
function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8').replace(/^\ufeff/, ''));
}
