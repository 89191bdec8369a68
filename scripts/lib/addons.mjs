/** The two add-ons: spanmeter's own, and the SQLite driver's where it comes as source (Node 20). */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CACHE, filesBelow, inRoot } from './paths.mjs';
import { checkCompilers } from './prerequisites.mjs';
import { run } from './run.mjs';
import { stamp } from './stamp.mjs';

const nodeGyp = inRoot('node_modules', 'node-gyp', 'bin', 'node-gyp.js');

/** Where better-sqlite3 12 keeps its compiled add-on. From Node 22 on another version brings its own binary. */
export const sqliteAddon = inRoot('node_modules', 'better-sqlite3-node20', 'build', 'Release', 'better_sqlite3.node');
export const needsSqliteAddon = Number(process.versions.node.split('.')[0]) < 22;

/** What decides the result of a build of our add-on. */
export function ownAddonInputs() {
  return {
    files: [
      inRoot('binding.gyp'),
      ...filesBelow(inRoot('native')).filter((file) => !/[\\/](test|floor)[\\/]|CMakeLists|package\.json/.test(file)),
    ],
    facts: [process.platform, process.arch, packageVersion('node-addon-api')],
  };
}

export async function buildOwnAddon() {
  const step = stamp('addon', { ...ownAddonInputs(), outputs: [inRoot('build', 'Release', 'spanmeter.node')] });
  if (step.fresh) return;
  checkCompilers();
  // Not `rebuild`: it would empty build/ under the feet of whoever measures right now.
  await run('compiling the add-on', ['node', nodeGyp, 'configure', 'build', '--release', ...headers()]);
  step.done();
}

/** Takes a minute, so the result outlives node_modules: it is kept by version and ABI. */
export async function buildSqliteAddon() {
  if (!needsSqliteAddon || loads(sqliteAddon)) return;
  const kept = keptSqliteAddon(process.versions.modules);
  mkdirSync(dirname(sqliteAddon), { recursive: true });
  if (existsSync(kept)) {
    copyFileSync(kept, sqliteAddon);
    if (loads(sqliteAddon)) return;
  }
  checkCompilers();
  await run('compiling better-sqlite3 for Node 20 (about a minute, once)', ['node', nodeGyp, 'rebuild', '--release', ...headers()], {
    cwd: inRoot('node_modules', 'better-sqlite3-node20'),
  });
  mkdirSync(dirname(kept), { recursive: true });
  copyFileSync(sqliteAddon, kept);
}

/** @param {string} abi NODE_MODULE_VERSION: 115 is Node 20 */
export function keptSqliteAddon(abi) {
  const version = packageVersion('better-sqlite3-node20');
  return join(CACHE, 'addons', `better-sqlite3-${version}-abi${abi}-${process.platform}-${process.arch}.node`);
}

const packageVersion = (name) => JSON.parse(readFileSync(inRoot('node_modules', name, 'package.json'), 'utf8')).version;

/** node-gyp downloads Node's headers unless it is told where they are: beside this Node, or where npm's setting says. */
export function headers() {
  const beside = dirname(dirname(process.execPath));
  const candidates = [beside, process.env.npm_config_nodedir ?? npmSetting('nodedir')];
  const found = candidates.find((candidate) => candidate && headerVersion(candidate) === process.versions.node);
  return found === undefined ? [] : [`--nodedir=${found}`];
}

function headerVersion(nodedir) {
  const path = join(nodedir, 'include', 'node', 'node_version.h');
  if (!existsSync(path)) return undefined;
  const text = readFileSync(path, 'utf8');
  return ['MAJOR', 'MINOR', 'PATCH'].map((part) => new RegExp(`#define NODE_${part}_VERSION (\\d+)`).exec(text)?.[1]).join('.');
}

function npmSetting(name) {
  const value = spawnSync('npm', ['config', 'get', name], { encoding: 'utf8' }).stdout?.trim();
  return value && value !== 'undefined' && value !== 'null' ? value : undefined;
}

/** In a process of its own: a binary for another Node must not take this one down. */
function loads(path) {
  if (!existsSync(path)) return false;
  return spawnSync(process.execPath, ['-e', 'require(process.argv[1])', path], { stdio: 'ignore' }).status === 0;
}
