/** Builds what is needed, runs two example suites under the monitor, with one history, and looks at it. `npm run demo` */
import { delimiter } from 'node:path';
import { styleText } from 'node:util';
import { build } from './build.mjs';
import { inRoot } from './lib/paths.mjs';
import { main, run } from './lib/run.mjs';

const examples = inRoot('examples');
const bold = (text) => (process.stdout.isTTY ? styleText('bold', text) : text);

/** What the reader sees, and can type. */
const STEPS = [
  ['A Vitest suite, with nothing added to its command:', 'run -- vitest run --root vitest'],
  ['The same for node:test, into the same history:', 'run -- node --test node-test/cart.test.js'],
  ['Both runs:', 'sessions --limit 2'],
  ['Which tests took most memory? In the last run, and in the one before:', 'top --by peak --limit 3'],
  [undefined, 'top last~1 --by peak --limit 3'],
];

await main(async () => {
  await build();
  show(`\n${bold('$ cd examples')}\n`);
  let worst = 0;
  for (const [title, words] of STEPS) {
    show(`${title === undefined ? '' : `\n${title}\n`}\n${bold(`$ spanmeter ${words}`)}\n`);
    worst = Math.max(worst, await spanmeter(words.split(' ')));
  }
  show(`
What to try next, here (--root leads to the history of the examples):

  node dist/cli/bin.js show --root examples           every test of the last run
  node dist/cli/bin.js show last~1 --root examples    every test of the one before
  node dist/cli/bin.js doctor                         what this machine can measure
  node dist/cli/bin.js --help

In a project of yours: npm install --save-dev spanmeter, then npx spanmeter run -- vitest run
`);
  return worst;
});

async function spanmeter(words) {
  const { code } = await run('', ['node', inRoot('dist', 'cli', 'bin.js'), ...words], {
    cwd: examples,
    // The examples have no package.json of their own: without this their history would be the repository's.
    env: { PATH: `${inRoot('node_modules', '.bin')}${delimiter}${process.env.PATH}`, SPANMETER_ROOT: examples },
    live: true,
    allowFailure: true,
  });
  return code;
}

function show(text) {
  process.stdout.write(text);
}
