/** What must be on the machine before anything can be built. Each thing that is missing is one clear line. */
import { spawnSync } from 'node:child_process';
import { Failure } from './run.mjs';

const OLDEST_GCC = 10;
const OLDEST_CLANG = 12;

/** What node-gyp needs. */
export function checkCompilers() {
  const missing = [
    compilerTrouble(),
    anyOf([process.env.MAKE, 'make', 'gmake']) ? '' : 'make is needed: it was not found.',
    [process.env.npm_config_python, process.env.PYTHON, 'python3', 'python'].some(isPython3)
      ? ''
      : 'Python 3 is needed (by node-gyp): it was not found; PYTHON may name it.',
  ].filter(Boolean);
  if (missing.length > 0) throw new Failure(missing.join('\n'));
}

export const hasCmake = () => anyOf(['cmake']);

/** Make takes what CXX names and nothing else. */
function compilerTrouble() {
  const names = process.env.CXX ? [process.env.CXX] : ['c++', 'g++', 'clang++'];
  const found = names.map((name) => ({ name, ...compiler(name) })).filter(({ kind }) => kind !== undefined);
  if (found.some(({ recent }) => recent)) return '';
  const needed = `A C++ compiler is needed (g++ ${OLDEST_GCC} or clang ${OLDEST_CLANG} and newer)`;
  if (found.length > 0) return `${needed}: ${found[0].name} is ${found[0].kind} ${found[0].major}; CXX may name a newer one.`;
  if (process.env.CXX) return `${needed}: CXX names ${process.env.CXX}, which is none or was not found.`;
  return `${needed}: none of ${names.join(', ')} was found; CXX may name one.`;
}

/** The preprocessor knows, whatever name the compiler goes by, and in whichever words it says its version. */
function compiler(name) {
  const [program, ...args] = name.trim().split(/\s+/);
  const { stdout } = spawnSync(program, [...args, '-E', '-P', '-x', 'c++', '-'], { input: '__clang_major__ __GNUC__\n', encoding: 'utf8' });
  const [clang, gcc] = (stdout ?? '').trim().split(/\s+/).map(Number);
  if (clang > 0) return { kind: 'clang', major: clang, recent: clang >= OLDEST_CLANG };
  if (gcc > 0) return { kind: 'g++', major: gcc, recent: gcc >= OLDEST_GCC };
  return {};
}

function isPython3(program) {
  return Boolean(program) && spawnSync(program, ['-c', 'import sys; sys.exit(sys.version_info[0] != 3)'], { stdio: 'ignore' }).status === 0;
}

function anyOf(programs) {
  return programs.filter(Boolean).some((program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0);
}
