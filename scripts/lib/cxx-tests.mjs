/**
 * The C++ unit tests, under AddressSanitizer and UndefinedBehaviorSanitizer: cmake-js drives native/CMakeLists.txt, which makes
 * its tests known with add_test; ctest runs them.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE, inRoot } from './paths.mjs';
import { hasCmake } from './prerequisites.mjs';
import { Failure, run } from './run.mjs';

const cmakeJs = inRoot('node_modules', 'cmake-js', 'bin', 'cmake-js');

/** @returns {Promise<{ passed: number, failed: number, skipped: number }>} */
export async function cxxTests() {
  if (!existsSync(inRoot('native', 'CMakeLists.txt'))) throw new Failure('C++ tests: native/CMakeLists.txt is missing.');
  if (!hasCmake()) throw new Failure('C++ tests: cmake is needed (3.20 or newer, with ctest): it was not found.');
  const out = join(CACHE, 'cxx-tests');
  const options = ['-d', inRoot('native'), '-O', out, '-B', 'Debug', '--CDSPANMETER_SANITIZE=ON'];
  await run('compiling the C++ tests', ['node', cmakeJs, 'compile', ...options]);
  const { code, output } = await run(
    'C++ tests',
    ['ctest', '--test-dir', out, '--output-on-failure', '--no-tests=error', '--timeout', '300'],
    {
      allowFailure: true,
    },
  );
  const counts = /(\d+) tests? failed out of (\d+)/.exec(output);
  if (code !== 0) process.stdout.write(output);
  if (counts === null) throw new Failure(`C++ tests: ctest ended with exit code ${code} and named no result.`);
  const failed = Number(counts[1]);
  const skipped = output.match(/^ *\d+\/\d+ Test .*\*\*\*Skipped/gm)?.length ?? 0;
  return { passed: Number(counts[2]) - failed - skipped, failed: code !== 0 && failed === 0 ? 1 : failed, skipped };
}
