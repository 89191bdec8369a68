/** Builds what is needed, runs two example suites under the monitor, sends one to a server, and looks at all. `npm run demo` */
import { spawn } from 'node:child_process';
import { delimiter } from 'node:path';
import { styleText } from 'node:util';
import { build } from './build.mjs';
import { inRoot } from './lib/paths.mjs';
import { Failure, main, run } from './lib/run.mjs';

const examples = inRoot('examples');
const bold = (text) => (process.stdout.isTTY ? styleText('bold', text) : text);

const command = (words) => ['node', inRoot('dist', 'cli', 'bin.js'), ...words];
const environment = {
  PATH: `${inRoot('node_modules', '.bin')}${delimiter}${process.env.PATH}`,
  // The examples have no package.json of their own: without this their history would be the repository's.
  SPANMETER_ROOT: examples,
};

/** What the reader sees, and can type. @param {string} url of the server */
const stepsFor = (url) => [
  ['A Vitest suite, with nothing added to its command:', 'run -- vitest run --root vitest'],
  [
    'The same for node:test, into the same history, and to a server that runs on this machine for the demo:',
    `run --remote ${url} -- node --test node-test/cart.test.js`,
  ],
  ['Both runs:', 'sessions --limit 2'],
  ['Which tests took most memory? In the last run, and in the one before:', 'top --by peak --limit 3'],
  [undefined, 'top last~1 --by peak --limit 3'],
  ['What the server has:', `sessions --db ${url} --limit 1`],
  [undefined, `top --db ${url} --by wall --limit 3`],
];

await main(async () => {
  await build();
  const server = await startServer();
  let worst = 0;
  try {
    show(`\n${bold('$ cd examples')}\n`);
    for (const [title, words] of stepsFor(server.url)) {
      show(`${title === undefined ? '' : `\n${title}\n`}\n${bold(`$ spanmeter ${words}`)}\n`);
      worst = Math.max(worst, await spanmeter(words.split(' ')));
    }
  } finally {
    await server.stop();
  }
  show(`
What to try next, here (--root leads to the history of the examples):

  node dist/cli/bin.js show --root examples           every test of the last run
  node dist/cli/bin.js show last~1 --root examples    every test of the one before
  node dist/cli/bin.js serve --root examples          the server, with pages at /docs
  node dist/cli/bin.js doctor                         what this machine can measure
  node dist/cli/bin.js --help

In a project of yours: npm install --save-dev spanmeter, then npx spanmeter run -- vitest run
`);
  return worst;
});

async function spanmeter(words) {
  const { code } = await run('', command(words), { cwd: examples, env: environment, live: true, allowFailure: true });
  return code;
}

/** Its own history is beside the one of the examples. It listens on this machine only, and ends with the demo. */
async function startServer() {
  const [, ...args] = command(['serve', '--db', '.spanmeter/team.db', '--port', '0', '--log', 'error']);
  const child = spawn(process.execPath, args, {
    cwd: examples,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  const url = await new Promise((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (data) => {
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec((said += data));
      if (found !== null) resolve(found[0]);
    });
    child.on('close', () => reject(new Failure(`The server of the demo did not start. ${said}`)));
  });
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  return { url, stop };
}

function show(text) {
  process.stdout.write(text);
}
