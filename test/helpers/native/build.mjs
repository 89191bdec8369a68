/**
 * Builds helper.node when its source is newer, and prints its path. In a folder of its own, and put in place by a rename, so
 * that test files which start at the same time do not meet half a build.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { headers } from '../../../scripts/lib/addons.mjs';
import { inRoot } from '../../../scripts/lib/paths.mjs';
import { main, run } from '../../../scripts/lib/run.mjs';

const here = import.meta.dirname;
const sources = ['helper.cc', 'binding.gyp'].map((name) => join(here, name));
const result = join(here, 'build', 'helper.node');

await main(async () => {
  if (existsSync(result) && sources.every((source) => statSync(source).mtimeMs < statSync(result).mtimeMs)) return;
  mkdirSync(dirname(result), { recursive: true });
  const folder = mkdtempSync(join(dirname(result), 'making-'));
  try {
    for (const source of sources) cpSync(source, join(folder, source.slice(here.length)));
    const nodeGyp = inRoot('node_modules', 'node-gyp', 'bin', 'node-gyp.js');
    await run('compiling the test helper', ['node', nodeGyp, 'rebuild', '--release', ...headers()], { cwd: folder });
    renameSync(join(folder, 'build', 'Release', 'helper.node'), result);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
