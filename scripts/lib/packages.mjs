/** Installs what a lock file names, unless it is there already. Never runs an install script. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ROOT } from './paths.mjs';
import { run } from './run.mjs';

/** @param {string} folder holds package.json and package-lock.json */
export async function installPackages(folder) {
  const runtime = join(folder, 'node_modules', '.cache', 'installed-for');
  if (isInstalled(folder, runtime)) return;
  const where = relative(ROOT, folder);
  await run(`installing packages${where === '' ? '' : ` of ${where}`}`, ['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder,
  });
  remember(runtime);
}

/** Compares the lock file with the copy that npm keeps of what it installed: no stamp of ours can then be wrong. */
function isInstalled(folder, runtime) {
  const installed = readJson(join(folder, 'node_modules', '.package-lock.json'));
  if (installed === undefined) return false;
  const { packages } = readJson(join(folder, 'package-lock.json'));
  // Which optional packages fit depends on the Node that installed.
  if (!existsSync(runtime)) remember(runtime);
  if (readFileSync(runtime, 'utf8') !== major()) return false;
  return Object.entries(packages).every(([path, wanted]) => {
    const found = installed.packages[path];
    if (path === '' || (found === undefined && wanted.optional)) return true;
    return found?.version === wanted.version && found.integrity === wanted.integrity;
  });
}

function remember(runtime) {
  mkdirSync(dirname(runtime), { recursive: true });
  writeFileSync(runtime, major());
}

const major = () => process.versions.node.split('.')[0];

function readJson(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}
