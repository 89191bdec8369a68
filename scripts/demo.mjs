/**
 * Builds what is needed, runs two example suites under the monitor, sends one to a server, looks at all, compares two versions of one, and
 * writes a report. `npm run demo`
 */
import './lib/check-node.mjs';
import { spawn } from 'node:child_process';
import { delimiter } from 'node:path';
import { build } from './build.mjs';
import { inRoot } from './lib/paths.mjs';
import { Failure, main, run } from './lib/run.mjs';

const examples = inRoot('examples');
/** Not by `styleText`: a Node without it would not get as far as the line that says which one is needed. */
const bold = (text) => (process.stdout.isTTY ? `\u001b[1m${text}\u001b[22m` : text);

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

/** So many runs of each version tell a change from noise. */
const RUNS = 6;
const VERSIONS = ['gzip', 'brotli'];
const CHANGED = [
  [
    `Somebody packs the shop's catalogue with brotli instead of gzip: half the size, and at what price? ${RUNS} runs of each version say`,
    `compare packing=gzip:${RUNS} packing=brotli:${RUNS}`,
  ],
  ['One page of the last run, to open in a browser (also offline) and to pass on:', 'report'],
];

await main(async () => {
  await build();
  const server = await startServer();
  let worst = 0;
  try {
    show(`\n${bold('$ cd examples')}\n`);
    for (const [title, words] of stepsFor(server.url)) worst = Math.max(worst, await step(title, words));
    await runBothVersions();
    // A regression is what is to be seen there, and its exit code says so.
    for (const [title, words] of CHANGED) if ((await step(title, words)) > 1) worst = 1;
  } finally {
    await server.stop();
  }
  show(`
What to try next, here (--root leads to the history of the examples):

  node dist/cli/bin.js show --root examples           every test of the last run
  node dist/cli/bin.js plot timeline --root examples  the last run as a picture, by worker
  node dist/cli/bin.js serve --root examples          the server, with pages at /docs
  node dist/cli/bin.js doctor                         what this machine can measure
  node dist/cli/bin.js --help

In a project of yours: npm install --save-dev spanmeter, then npx spanmeter run -- vitest run
`);
  return worst;
});

async function step(title, words) {
  show(`${title === undefined ? '' : `\n${title}\n`}\n${bold(`$ spanmeter ${words}`)}\n`);
  return spanmeter(words.split(' '));
}

/** In turns, so that whatever the machine does meanwhile meets both. */
async function runBothVersions() {
  show('\n');
  const suite = ['node', '--test', 'node-test/cart.test.js'];
  for (let round = 0; round < RUNS; round++) {
    for (const version of VERSIONS) {
      const words = ['run', '--quiet', '--tag', `packing=${version}`, '--', ...suite];
      await run(`${version}, run ${round + 1} of ${RUNS}`, command(words), {
        cwd: examples,
        env: { ...environment, SHOP_PACKING: version },
      });
    }
  }
}

async function spanmeter(words) {
  const { code } = await run('', command(words), {
    cwd: examples,
    env: environment,
    live: true,
    allowFailure: true,
  });
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
