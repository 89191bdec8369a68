/** The checks that need no test runner. Each hands back nothing when all is well, or throws a Failure. */
import { filesBelow, inRoot } from './paths.mjs';
import { run } from './run.mjs';
import { tsc } from './types.mjs';

const eslint = inRoot('node_modules', 'eslint', 'bin', 'eslint.js');
const prettier = inRoot('node_modules', 'prettier', 'bin', 'prettier.cjs');
const clangFormat = inRoot('node_modules', 'clang-format', 'index.js');

const cxxFiles = () =>
  ['native', 'test', 'benchmarks'].flatMap((folder) => filesBelow(inRoot(folder))).filter((file) => /\.(cc|h|mm)$/.test(file));

export const lint = (...extra) => run('eslint', ['node', eslint, '--max-warnings', '0', ...extra, '.']);

export const format = () => run('prettier', ['node', prettier, '--check', '--log-level', 'warn', '.']);

export async function formatCxx() {
  const files = cxxFiles();
  if (files.length > 0) await run('clang-format', ['node', clangFormat, '--dry-run', '--Werror', '--style=file', ...files]);
}

/** What is only type-checked: tests and benchmarks, which never become part of dist/. */
export async function types() {
  for (const folder of ['test', 'benchmarks']) {
    const sources = filesBelow(inRoot(folder)).filter((file) => /\.m?ts$/.test(file));
    if (sources.length > 0) await run(`types of ${folder}`, ['node', tsc, '--project', inRoot(folder)]);
  }
}

/** The writing counterparts of the checks. */
export async function writeFormat() {
  await run('prettier', ['node', prettier, '--write', '--log-level', 'warn', '.']);
  const files = cxxFiles();
  if (files.length > 0) await run('clang-format', ['node', clangFormat, '-i', '--style=file', ...files]);
}
