/** Installs and builds what is missing or out of date: packages, both add-ons, dist/. `npm run build` */
import './lib/check-node.mjs';
import { pathToFileURL } from 'node:url';
import { buildOwnAddon, buildSqliteAddon } from './lib/addons.mjs';
import { ROOT } from './lib/paths.mjs';
import { installPackages } from './lib/packages.mjs';
import { main } from './lib/run.mjs';
import { compileTypeScript } from './lib/types.mjs';

export async function build() {
  await installPackages(ROOT);
  // SQLite is one file of C, so one core has a minute to spare.
  await Promise.all([buildSqliteAddon(), buildOwnAddon().then(compileTypeScript)]);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main(build);
