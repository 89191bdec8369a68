/** TypeScript: the build of src/, and the checks of everything that is only type-checked. */
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { filesBelow, inRoot } from './paths.mjs';
import { run } from './run.mjs';
import { stamp } from './stamp.mjs';

export const tsc = inRoot('node_modules', 'typescript', 'bin', 'tsc');

export async function compileTypeScript() {
  const step = stamp('dist', {
    files: [inRoot('tsconfig.json'), inRoot('package-lock.json'), ...filesBelow(inRoot('src'))],
    outputs: [inRoot('dist', 'index.js')],
  });
  if (step.fresh) return;
  await run('compiling TypeScript', ['node', tsc, '--project', inRoot('tsconfig.json')]);
  pruneDist();
  copyAssets();
  step.done();
}

/** What is not compiled: the style and the script of pages. */
function copyAssets() {
  for (const file of filesBelow(inRoot('src')).filter((each) => !/\.m?ts$/.test(each))) {
    const copy = inRoot('dist', relative(inRoot('src'), file));
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(file, copy);
  }
}

/** tsc never deletes: what a removed source left behind would be packed. */
function pruneDist() {
  for (const file of filesBelow(inRoot('dist'))) {
    const match = /^(.*?)(\.d)?\.(m?)[jt]s$/.exec(relative(inRoot('dist'), file));
    if (match !== null && !existsSync(join(inRoot('src'), `${match[1]}.${match[3]}ts`))) rmSync(file);
  }
}
