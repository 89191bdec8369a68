/** Versions of Vitest that are not known to work are left alone, and the user is told. */
import { expect, test } from 'vitest';
import { unsupported } from '../dist/runners/vitest/version.js';
import { BIN, run } from './helpers/script.js';
import { Project } from './helpers/project.mjs';

test.each(['3.2.0', '3.2.7', '4.1.0', '4.1.12', '4.2.0', '4.10.3', '5.0.0', '5.1.1'])('%s is supported', (version) => {
  expect(unsupported(version)).toBeUndefined();
});

test.each(['2.1.9', '3.1.4', '4.0.18', '6.0.0', '40.1.0', '50.0.0'])('%s is not', (version) => {
  expect(unsupported(version)).toMatch(`Vitest ${version} is not supported`);
});

test('an unsupported one runs as it would, after one line', async () => {
  const project = new Project();
  // Only the name, the place and the version of a Vitest matter here: it must not be touched.
  project.write('node_modules/vitest/package.json', '{ "name": "vitest", "version": "3.1.4", "type": "module" }');
  project.write('node_modules/vitest/vitest.mjs', 'console.log("I am", process.argv.length); process.exitCode = 5;');
  const command = [BIN, 'run', '--', process.execPath, 'node_modules/vitest/vitest.mjs', 'run'];
  const { code, stdout, stderr } = await run(process.execPath, command, { cwd: project.folder });
  project.remove();
  expect([code, stdout]).toEqual([5, 'I am 3\n']);
  expect(stderr.match(/^spanmeter: .*/gm)).toEqual([expect.stringContaining('Vitest 3.1.4 is not supported')]);
});
