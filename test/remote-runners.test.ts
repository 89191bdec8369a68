/** Whatever becomes of the server, a test run is what it would have been without us, but for our own lines. */
import { createServer as createSocket, type AddressInfo, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { lines, timeless, withoutOurs } from './contracts/runner.contract.js';
import { JestProject } from './helpers/jest-project.js';
import { MochaProject } from './helpers/mocha-project.js';
import { NODES, NodeTestProject } from './helpers/node-test-project.js';
import type { RunnerProject, Way } from './helpers/runner-project.js';
import type { Ended } from './helpers/script.js';
import { startServer } from './helpers/server.js';
import { VitestProject } from './helpers/vitest-project.js';

const BODY = "test('green', () => {}); test('red', () => { throw new Error('red'); });";
const PATIENCE = 0.5;

interface Runner {
  /** The server is named by the plugin's own options. Elsewhere: by the environment. */
  readonly byOption?: true;
  readonly args?: readonly string[];
  make(way: Way, options: string): RunnerProject;
}

const RUNNERS: Readonly<Record<string, Runner>> = {
  Vitest: {
    byOption: true,
    make(way, options) {
      const project = new VitestProject();
      project.write('a.test.mjs', `import { test } from 'vitest'; ${BODY}`);
      project.configure('slowTestThreshold: 60_000', way === 'plugin' ? `spanmeter(${options})` : '');
      return project;
    },
  },
  Jest: {
    byOption: true,
    make(way, options) {
      const project = new JestProject('jest30');
      project.write('a.test.js', BODY);
      project.configure(way, options);
      return project;
    },
  },
  Mocha: {
    make(way) {
      const project = new MochaProject('mocha11');
      project.write('a.test.cjs', BODY.replaceAll('test(', 'it('));
      project.configure(way);
      return project;
    },
  },
  'node:test': {
    args: ['--test', '--test-reporter=spec'],
    make() {
      const project = new NodeTestProject(NODES[0]!);
      project.write('a.test.cjs', `const { test } = require('node:test'); ${BODY}`);
      return project;
    },
  },
};

test.for(Object.entries(RUNNERS))('%s', { timeout: 60_000 }, async ([, runner]) => {
  const server = await startServer();
  const silent = await silentServer();
  const run = async (way: Way, url = ''): Promise<{ readonly project: RunnerProject; readonly ended: Ended; readonly seen: unknown }> => {
    const project = runner.make(way, `{ remote: '${url}', remoteTimeout: ${PATIENCE} }`);
    const named = way === 'plugin' && runner.byOption !== true;
    const env = named ? { SPANMETER_REMOTE: url, SPANMETER_REMOTE_TIMEOUT: String(PATIENCE) } : {};
    const ended = await project.run(way, runner.args, env);
    const texts = [ended.stdout, withoutOurs(ended.stderr)].map((text) =>
      // Jest leaves out what took no time.
      lines(
        timeless(text, project)
          .replace(/ <time>$/gm, '')
          .trim(),
      ),
    );
    return { project, ended, seen: [ended.code, ...texts] };
  };
  const [without, there, away] = await Promise.all([run('without'), run('plugin', server.url), run('plugin', silent.url)]);
  const waited = performance.now() - silent.asked();
  expect(without.ended.code).not.toBe(0);
  expect(there.seen).toEqual(without.seen);
  expect(away.seen).toEqual(without.seen);
  expect(there.ended.stderr).toMatch(new RegExp(`sent +${server.url}`));
  const [session] = await server.store.sessions();
  expect(session).toMatchObject({ tests: 2, failed: 1 });
  expect(there.project.leftovers).toEqual([]);
  expect(away.ended.stderr.replace(/\s+/g, ' ').match(/The records were not sent: .* did not answer in time/g)).toHaveLength(1);
  expect(away.project.leftovers).toHaveLength(1);
  // Without the bound it would be a minute.
  expect(waited).toBeLessThan(PATIENCE * 1000 + 15_000);
});

/** Takes connections and all that is said, and never says anything. */
async function silentServer(): Promise<{ readonly url: string; asked(): number }> {
  const sockets = new Set<Socket>();
  let first = NaN;
  const server = createSocket((socket) => {
    if (Number.isNaN(first)) first = performance.now();
    sockets.add(socket);
    socket.on('error', () => undefined).resume();
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await new Promise((resolve) => server.once('listening', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked: () => first };
}
