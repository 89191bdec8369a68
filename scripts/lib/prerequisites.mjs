/** What must be on the machine before anything can be built. Each thing that is missing is one clear line. */
import { spawnSync } from 'node:child_process';
import { Failure } from './run.mjs';

const MINIMUM_NODE = [20, 19];

export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor < MINIMUM_NODE[1])) {
    throw new Failure(`Node ${MINIMUM_NODE.join('.')} or newer is needed; this is ${process.version}.`);
  }
}

/** What node-gyp needs. */
export function checkCompilers() {
  const missing = [
    anyOf([process.env.CXX, 'c++', 'g++', 'clang++'])
      ? ''
      : 'A C++ compiler is needed (g++ 10 or clang 12 and newer): none of c++, g++, clang++ was found; CXX may name one.',
    anyOf([process.env.MAKE, 'make', 'gmake']) ? '' : 'make is needed: it was not found.',
    anyOf([process.env.npm_config_python, process.env.PYTHON, 'python3', 'python'])
      ? ''
      : 'Python 3 is needed (by node-gyp): it was not found; PYTHON may name it.',
  ].filter(Boolean);
  if (missing.length > 0) throw new Failure(missing.join('\n'));
}

export const hasCmake = () => anyOf(['cmake']);

function anyOf(programs) {
  return programs.filter(Boolean).some((program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0);
}
