/** The binaries that the package ships, so that nobody who installs it needs a compiler or an install script. */
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { headers, keptSqliteAddon, needsSqliteAddon, ownAddonInputs, sqliteAddon } from './addons.mjs';
import { CACHE, inRoot } from './paths.mjs';
import { Failure, run } from './run.mjs';
import { stamp } from './stamp.mjs';

const folder = inRoot('prebuilds', `${process.platform}-${process.arch}`);

/** A binary for glibc does not load with musl, and the other way round. */
const glibc = () => process.report.getReport().header.glibcVersionRuntime !== undefined;
const libc = process.platform === 'linux' ? (glibc() ? 'glibc' : 'musl') : undefined;

/** Named as the loaders in src/collector and src/store expect. Prebuilds of other platforms, brought from there, are left alone. */
export async function makePrebuilds() {
  mkdirSync(folder, { recursive: true });
  await prebuildOwn(join(folder, libc === undefined ? 'spanmeter.node' : `spanmeter.${libc}.node`));
  await prebuildSqlite(join(folder, 'better-sqlite3.abi115.node'));
  bringSqliteDriver();
}

/** prebuildify empties the build folder that it works in: it gets a copy of the sources, and build/ stays in use. */
async function prebuildOwn(target) {
  const step = stamp('prebuild', { ...ownAddonInputs(), outputs: [target] });
  if (step.fresh) return;
  const stage = join(CACHE, 'prebuild');
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  for (const part of ['native', 'binding.gyp', 'package.json']) cpSync(inRoot(part), join(stage, part), { recursive: true });
  symlinkSync(inRoot('node_modules'), join(stage, 'node_modules'));
  const cli = createRequire(import.meta.url).resolve('prebuildify/bin.js');
  const nodedir = headers()[0]?.replace('--nodedir=', '');
  const options = [
    '--napi',
    '--strip',
    `--target=${process.versions.node}`,
    `--out=${inRoot()}`,
    ...(libc === undefined ? [] : ['--tag-libc', `--libc=${libc}`]),
  ];
  await run('prebuilding the add-on', ['node', cli, ...options], {
    cwd: stage,
    env: nodedir === undefined ? {} : { npm_config_nodedir: nodedir },
  });
  if (!existsSync(target)) throw new Failure(`prebuildify wrote no ${target}`);
  step.done();
}

/** better-sqlite3 12 (Node 20) comes as source. Packing on a newer Node takes the binary that was kept from a build on 20. */
async function prebuildSqlite(target) {
  const source = needsSqliteAddon ? sqliteAddon : keptSqliteAddon('115');
  if (!existsSync(source)) {
    process.stdout.write('  note: no SQLite binary for Node 20 goes into the package; pack on Node 20 to have it\n');
    return;
  }
  if (existsSync(target) && readFileSync(source).equals(readFileSync(target))) return;
  copyFileSync(source, target);
}

/**
 * The JavaScript of better-sqlite3 12, for Node 20. As a dependency, npm would run its install script on every Node, which
 * compiles where nothing can be downloaded.
 */
function bringSqliteDriver() {
  const source = inRoot('node_modules', 'better-sqlite3-node20');
  const target = inRoot('prebuilds', 'better-sqlite3-node20');
  rmSync(target, { recursive: true, force: true });
  for (const part of ['lib', 'LICENSE']) cpSync(join(source, part), join(target, part), { recursive: true });
  const { name, version, license, author, repository } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
  writeFileSync(
    join(target, 'package.json'),
    JSON.stringify({ name, version, license, author, repository, main: 'lib/index.js' }, null, 2),
  );
}
