/**
 * Compiles and links the add-on for platforms that this machine is not: macOS on both processors, musl, and glibc on arm64.
 * With --prebuilds the results go where the package takes its binaries from. `npm run build:darwin`
 */
import './lib/check-node.mjs';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { headers } from './lib/addons.mjs';
import { describeBinary } from './lib/binary.mjs';
import { CACHE, ROOT, inRoot } from './lib/paths.mjs';
import { Failure, main, run } from './lib/run.mjs';
import { zigCompiler } from './lib/zig.mjs';

/** `system` names the folder in native/, `file` is what src/collector/load.ts looks for. */
const TARGETS = [
  { zig: 'x86_64-macos.11.0', system: 'darwin', platform: 'darwin', arch: 'x64', file: 'spanmeter.node' },
  { zig: 'aarch64-macos.11.0', system: 'darwin', platform: 'darwin', arch: 'arm64', file: 'spanmeter.node' },
  { zig: 'x86_64-linux-musl', system: 'linux', platform: 'linux', arch: 'x64', file: 'spanmeter.musl.node' },
  { zig: 'aarch64-linux-musl', system: 'linux', platform: 'linux', arch: 'arm64', file: 'spanmeter.musl.node' },
  { zig: 'aarch64-linux-gnu.2.28', system: 'linux', platform: 'linux', arch: 'arm64', file: 'spanmeter.glibc.node' },
];

const LINK = {
  // Node's symbols are found when it loads the add-on.
  darwin: ['-undefined', 'dynamic_lookup'],
  linux: ['-Wl,-z,nodelete'],
};

await main(async () => {
  const unknown = process.argv.slice(2).filter((word) => word !== '--prebuilds');
  if (unknown.length > 0) throw new Failure(`Unknown: ${unknown.join(' ')}. The only option is --prebuilds.`);
  const compiler = await zigCompiler();
  const flags = compilerFlags();
  for (const target of TARGETS) {
    const output = await buildFor(target, compiler, flags);
    const found = describeBinary(output);
    check(target, found);
    const size = Math.round(statSync(output).size / 1024);
    process.stdout.write(`  ${output.slice(ROOT.length + 1)}: ${describe(found)}, ${size} KiB\n`);
    if (process.argv.includes('--prebuilds')) {
      const place = inRoot('prebuilds', `${target.platform}-${target.arch}`, target.file);
      mkdirSync(dirname(place), { recursive: true });
      copyFileSync(output, place);
    }
  }
});

/** The flags of the ordinary build, from its description: a Python literal, which node-gyp needs Python for as well. */
function compilerFlags() {
  const code = 'import ast, json, sys; print(json.dumps(ast.literal_eval(open(sys.argv[1]).read())))';
  const { stdout, status } = spawnSync('python3', ['-c', code, inRoot('binding.gyp')], { encoding: 'utf8' });
  if (status !== 0) throw new Failure('binding.gyp could not be read: Python 3 is needed.');
  const target = JSON.parse(stdout).targets.find(({ target_name: name }) => name === 'spanmeter');
  const nodedir = headers()[0]?.replace('--nodedir=', '');
  if (nodedir === undefined) throw new Failure("Node's headers were found neither beside this Node nor where npm's nodedir says.");
  const wrapper = createRequire(import.meta.url)('node-addon-api').include_dir;
  return [
    ...target.cflags_cc.filter((flag) => !flag.includes('<!')),
    ...target.defines.map((name) => `-D${name}`),
    '-DBUILDING_NODE_EXTENSION',
    ...['-isystem', inRoot(wrapper), '-isystem', join(nodedir, 'include', 'node')],
  ];
}

function sourcesIn(folder) {
  const names = readdirSync(folder).filter((name) => name.endsWith('.cc'));
  return names.map((name) => join(folder, name));
}

async function buildFor(target, { command, env }, flags) {
  const folder = join(CACHE, 'cross', `${target.platform}-${target.arch}`);
  mkdirSync(folder, { recursive: true });
  const output = join(folder, target.file);
  rmSync(output, { force: true });
  const sources = [...sourcesIn(inRoot('native')), ...sourcesIn(inRoot('native', target.system))];
  const options = ['-target', target.zig, '-shared', '-fPIC', '-s', ...flags, ...LINK[target.system]];
  await run(`compiling and linking for ${target.zig}`, [...command, ...options, ...sources, '-o', output], { env });
  return output;
}

function check({ zig, platform, arch }, found) {
  const format = platform === 'darwin' ? 'Mach-O' : 'ELF';
  const wrong = found.format !== format || found.arch !== arch || found.kind === undefined;
  const unsigned = platform === 'darwin' && arch === 'arm64' && !found.signed;
  if (wrong || unsigned) throw new Failure(`${zig}: the linker wrote something else: ${JSON.stringify(found)}`);
}

function describe({ format, arch, kind, signed }) {
  return [format, arch, kind, signed ? 'signed' : ''].filter(Boolean).join(' ');
}
