/** The packed package, in .cache/package/. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE, inRoot } from './paths.mjs';
import { makePrebuilds } from './prebuilds.mjs';
import { run } from './run.mjs';

/** @returns {Promise<string>} path of the tarball; what goes into it must have been built */
export async function makeTarball() {
  await makePrebuilds();
  const folder = join(CACHE, 'package');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // Without scripts: `prepack` would build again.
  await run('packing', ['npm', 'pack', '--ignore-scripts', '--silent', '--pack-destination', folder]);
  const { name, version } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
  return join(folder, `${name}-${version}.tgz`);
}
