/** TypeScript: the build of src/, and the checks of everything that is only type-checked. */
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { filesBelow, inRoot } from './paths.mjs';
import { run } from './run.mjs';
import { stamp } from './stamp.mjs';

export const tsc = inRoot('node_modules', 'typescript', 'bin', 'tsc');

export async function compileTypeScript() {
  const sources = filesBelow(inRoot('src'));
  const outputs = sources.flatMap(builtFrom);
  const step = stamp('dist', { files: [inRoot('tsconfig.json'), inRoot('package-lock.json'), ...sources], outputs });
  if (step.fresh) return;
  // tsc goes by what it remembers, and would not write again what was deleted.
  if (!outputs.every((file) => existsSync(file))) rmSync(inRoot('dist', '.tsbuildinfo'), { force: true });
  await run('compiling TypeScript', ['node', tsc, '--project', inRoot('tsconfig.json')]);
  pruneDist();
  copyAssets();
  step.done();
}

/** What stands in dist/ for a source. Declarations alone (of packages without types) are not copied. */
function builtFrom(source) {
  const file = inRoot('dist', relative(inRoot('src'), source));
  if (/\.d\.m?ts$/.test(file)) return [];
  const [, stem, kind] = /^(.*)\.(m?)ts$/.exec(file) ?? [];
  return stem === undefined ? [file] : [`${stem}.${kind}js`, `${stem}.d.${kind}ts`];
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
