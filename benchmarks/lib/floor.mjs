// The floor: the system calls of a pair in plain C++, as a benchmark-only add-on that runs in the same process.
import { join } from 'node:path';
import { CACHE, inRoot } from '../../scripts/lib/paths.mjs';
import { hasCmake } from '../../scripts/lib/prerequisites.mjs';
import { Failure, run } from '../../scripts/lib/run.mjs';

/** @returns {Promise<{ floorCore: (pairs: number) => void, floorFull: (pairs: number) => void }>} */
export async function loadFloor() {
  if (process.platform !== 'linux') throw new Failure('The floor exists for Linux only.');
  if (!hasCmake()) throw new Failure('The floor needs cmake (3.20 or newer): it was not found.');
  const out = join(CACHE, 'floor');
  const cmakeJs = inRoot('node_modules', 'cmake-js', 'bin', 'cmake-js');
  await run('compiling the floor', ['node', cmakeJs, 'compile', '-d', inRoot('native'), '-O', out, '-B', 'Release', '--target', 'floor']);
  const holder = { exports: {} };
  process.dlopen(holder, join(out, 'Release', 'floor.node'));
  return holder.exports;
}
