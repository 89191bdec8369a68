/** The tests import what was built. A fresh clone has nothing yet: build it once; later builds are `npm run build` or `npx tsc`. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..', '..');

export default function setup(): void {
  if (existsSync(resolve(root, 'dist', 'model', 'metrics.js'))) return;
  const { status } = spawnSync(process.execPath, [resolve(root, 'scripts', 'build.mjs')], { stdio: 'inherit' });
  if (status !== 0) throw new Error('The build failed: see above.');
}
