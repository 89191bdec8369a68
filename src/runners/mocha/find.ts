/** Finds the copy of Mocha that runs here: another one, however near, would see no test. */
import { readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Mocha } from './mocha.js';

/** Mocha's own main scripts, from the folder of its package. */
const MAIN = /^(.+)\/(?:bin\/_?mocha(?:\.js)?|lib\/cli\/cli\.js|lib\/nodejs\/worker\.c?js)$/;

/** @param script what node was started with @returns undefined when there is no Mocha */
export function findMocha(script: string | undefined = process.argv[1]): Mocha | undefined {
  const path = realPath(script ?? '');
  const folder = folderOf(path) ?? resolveFrom(path) ?? resolveFrom(join(process.cwd(), 'anything'));
  return folder === undefined ? undefined : loadFrom(folder);
}

/** @param path with its links resolved @returns the package's folder when it is one of Mocha's main scripts */
export function folderOf(path: string): string | undefined {
  const folder = MAIN.exec(path.replaceAll('\\', '/'))?.[1];
  return folder !== undefined && manifestOf(folder)?.name === 'mocha' ? folder : undefined;
}

export function entryOf(folder: string): string {
  // From 12 on Mocha is an ES module around this file.
  const isModule = manifestOf(folder)?.type === 'module';
  return join(folder, 'lib', isModule ? 'mocha.cjs' : 'mocha.js');
}

export function loadFrom(folder: string): Mocha {
  return createRequire(join(folder, 'package.json'))(entryOf(folder)) as Mocha;
}

function resolveFrom(path: string): string | undefined {
  try {
    return dirname(createRequire(path).resolve('mocha/package.json'));
  } catch {
    return undefined;
  }
}

function manifestOf(folder: string): { readonly name?: string; readonly type?: string } | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name?: string; type?: string };
  } catch {
    return undefined;
  }
}

function realPath(script: string): string {
  try {
    return realpathSync(script);
  } catch {
    return script;
  }
}
