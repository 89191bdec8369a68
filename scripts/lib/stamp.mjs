/** Remembers by content what a step was done for, so that a second run has nothing to do. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { CACHE, ROOT } from './paths.mjs';

/**
 * @param {string} name of the step
 * @param {{ files: string[], facts?: string[], outputs: string[] }} what input files, other facts that decide the result, and what must be there
 */
export function stamp(name, { files, facts = [], outputs }) {
  const hash = createHash('sha256');
  for (const fact of facts) hash.update(`${fact}\0`);
  for (const file of files) {
    hash.update(`${relative(ROOT, file)}\0`);
    if (existsSync(file)) hash.update(readFileSync(file));
  }
  const digest = hash.digest('hex');
  const path = join(CACHE, 'stamps', name);
  const fresh = outputs.every((output) => existsSync(output)) && existsSync(path) && readFileSync(path, 'utf8') === digest;
  return {
    fresh,
    done() {
      mkdirSync(join(CACHE, 'stamps'), { recursive: true });
      writeFileSync(path, digest);
    },
  };
}
