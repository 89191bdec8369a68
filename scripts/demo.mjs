/** Builds what is needed and runs the example suite under the monitor, with nothing added to its configuration. `npm run demo` */
import { delimiter } from 'node:path';
import { build } from './build.mjs';
import { inRoot } from './lib/paths.mjs';
import { main, run } from './lib/run.mjs';

const example = inRoot('examples', 'vitest');

await main(async () => {
  await build();
  process.stdout.write('\n$ cd examples/vitest\n$ spanmeter run -- vitest run\n');
  const { code } = await run('the example', ['node', inRoot('dist', 'cli', 'bin.js'), 'run', '--', 'vitest', 'run'], {
    cwd: example,
    // The example has no package.json of its own: without this its history would be the repository's.
    env: { PATH: `${inRoot('node_modules', '.bin')}${delimiter}${process.env.PATH}`, SPANMETER_ROOT: example },
    live: true,
    allowFailure: true,
  });
  process.stdout.write(`
What to try next, here (--root leads to the example's history):

  node dist/cli/bin.js show --root examples/vitest            every test of that run
  node dist/cli/bin.js top --by peak --root examples/vitest   the most expensive ones
  node dist/cli/bin.js doctor                                 what this machine can measure
  node dist/cli/bin.js --help

In a project of yours: npm install --save-dev spanmeter, then npx spanmeter run -- vitest run
`);
  return code;
});
