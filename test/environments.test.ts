import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../dist/store/index.js';
import type { StoredReading } from '../dist/store/contract.js';
import { Project, REPOSITORY } from './helpers/project.mjs';

let project: Project;
beforeEach(() => {
  project = new Project();
});
afterEach(() => {
  project.remove();
});

/** Opens a session, runs a command in it as its owner, and closes it. */
const DRIVER = `
import { spawnSync } from 'node:child_process';
import { openSession } from 'spanmeter';
const session = await openSession();
const { status, stdout, stderr } = spawnSync(process.execPath, process.argv.slice(2), { encoding: 'utf8' });
const { warnings } = await session.close();
console.log(JSON.stringify({ status, output: stdout + stderr, warnings }));
`;

function inSession(...command: string[]): { status: number; output: string; warnings: string[] } {
  project.write('driver.mjs', DRIVER);
  const { status, stdout, stderr } = project.node(['driver.mjs', ...command]);
  if (status !== 0) throw new Error(stdout + stderr);
  return JSON.parse(stdout);
}

/** The spans of the only session that was recorded in the project. */
async function recorded(): Promise<StoredReading[]> {
  const store = await openStore(join(project.folder, '.spanmeter/history.db'), { readonly: true });
  try {
    const sessions = await store.sessions();
    expect(sessions).toHaveLength(1);
    return await store.readings({ session: sessions[0]!.id, kinds: ['span'] });
  } finally {
    await store.close();
  }
}

function expectNested(readings: readonly StoredReading[], outer: string, inner: string): void {
  const [one, two] = [outer, inner].map((name) => readings.find(({ identity }) => identity.name === name));
  expect(one, outer).toBeDefined();
  expect(two, inner).toMatchObject({ writer: one!.writer, parent: one!.sequence, overlaps: 0 });
  expect(one!.overlaps).toBe(0);
}

describe('importing', () => {
  const LOADED = `
    const inPackage = Object.keys(require.cache).map((path) => path.split(/node_modules.spanmeter./).pop().replaceAll('\\\\', '/'));
    console.log(JSON.stringify(inPackage.filter((path) => !/\\.c?js$/.test(path) || !path.includes('loaded'))));
  `;
  const OWNERS_SIDE = /^dist\/(?!(index|session\/index)\.m?js$|(recorder|collector|context|journal|model)\/)|^\//;

  it.each([
    [
      'import',
      'loaded.mjs',
      "import { createRequire } from 'node:module';\nimport { span } from 'spanmeter';\nconst require = createRequire(import.meta.url);\n",
    ],
    ['require', 'loaded.cjs', "const { span } = require('spanmeter');\n"],
  ])('and measuring by %s loads the worker side only, and no other package', (_, name, head) => {
    const loaded = project.script(name, `${head}span('work').stop();\nspan('more', () => 1);\n${LOADED}`) as string[];
    expect(loaded).toContain('dist/recorder/index.js');
    expect(loaded.filter((path) => OWNERS_SIDE.test(path))).toEqual([]);
  });

  it('and measuring writes no file', () => {
    const places = ['home', 'tmp', 'work'];
    for (const place of places) project.write(`${place}/.keep`, '');
    const path = project.write('measure.cjs', "const { span } = require('spanmeter');\nspan('work').stop();\nspan('more', () => 1);\n");
    const folder = (place: string): string => join(project.folder, place);
    const env = { HOME: folder('home'), TMPDIR: folder('tmp') };
    const script = `process.chdir(${JSON.stringify(folder('work'))}); require(${JSON.stringify(path)})`;
    expect(project.node(['-e', script], env)).toMatchObject({ status: 0, stderr: '' });
    expect(places.map((place) => readdirSync(folder(place)))).toEqual(places.map(() => ['.keep']));
    expect(existsSync(folder('.spanmeter'))).toBe(false);
  });
});

describe('one state', () => {
  it('for import and require', async () => {
    project.write(
      'both.mjs',
      `import { createRequire } from 'node:module';
import { openSession, span } from 'spanmeter';
const required = createRequire(import.meta.url)('spanmeter');
const session = await openSession();
const outer = span('imported');
required.span('required').stop();
outer.stop();
await session.close();
`,
    );
    expect(project.node(['both.mjs'])).toMatchObject({ status: 0, stderr: '' });
    expectNested(await recorded(), 'imported', 'required');
  });

  it('for two copies of the package on disk', async () => {
    project.installCopy('inner');
    project.write(
      'inner/work.cjs',
      "const { span } = require('spanmeter');\nmodule.exports = { span, work: () => span('second copy').stop() };\n",
    );
    project.write(
      'copies.cjs',
      `const { openSession, span } = require('spanmeter');
const inner = require('./inner/work.cjs');
if (inner.span === span) throw new Error('there is one copy only');
openSession().then(async (session) => {
  const outer = span('first copy');
  inner.work();
  outer.stop();
  await session.close();
});
`,
    );
    expect(project.node(['copies.cjs'])).toMatchObject({ status: 0, stderr: '' });
    expectNested(await recorded(), 'first copy', 'second copy');
  });

  it('where the shared object is frozen: one of each copy, and one journal', async () => {
    project.write(
      'frozen.mjs',
      `import v8 from 'node:v8';
Object.freeze(v8);
const { openSession, span } = await import('spanmeter');
const session = await openSession();
const outer = span('outer');
span('inner').stop();
outer.stop();
await session.close();
`,
    );
    expect(project.node(['frozen.mjs'])).toMatchObject({ status: 0, stderr: '' });
    expectNested(await recorded(), 'outer', 'inner');
  });

  it('what a session says of the peak holds while it is open', () => {
    const modes = (peak: string, env: string): unknown => {
      const script = `const { openSession, span } = require('spanmeter');
const { collector } = require(${JSON.stringify(join(REPOSITORY, 'dist/collector/index.js'))});
const mode = () => (span('x').stop(), collector().capabilities.peakMode);
(async () => {
  const seen = [mode()];
  const session = await openSession({ db: false, peak: '${peak}' });
  seen.push(mode());
  await session.close();
  console.log(JSON.stringify([...seen, mode()]));
})();`;
      return JSON.parse(project.node(['-e', script], { SPANMETER_PEAK: env }).stdout);
    };
    expect(modes('leave', '')).toEqual(['maxrss', 'left', 'maxrss']);
    expect(modes('reset', 'leave')).toEqual(['left', 'maxrss', 'left']);
  });

  it('for each worker thread, which records into the same session', async () => {
    project.write(
      'threads.mjs',
      `import { Worker, isMainThread } from 'node:worker_threads';
import { openSession, span } from 'spanmeter';
if (isMainThread) {
  const session = await openSession();
  const outer = span('main');
  const ends = [1, 2, 3].map((n) => new Promise((resolve, reject) => {
    new Worker(new URL(import.meta.url), { argv: [n] }).on('exit', resolve).on('error', reject);
  }));
  await Promise.all(ends);
  outer.stop();
  await session.close();
} else {
  const s = span('thread ' + process.argv[2]);
  span('inside ' + process.argv[2]).stop();
  s.stop();
}
`,
    );
    expect(project.node(['threads.mjs'])).toMatchObject({ status: 0, stderr: '' });
    const readings = await recorded();
    expect(readings.map(({ identity }) => identity.name).sort()).toEqual(
      ['main', ...[1, 2, 3].flatMap((n) => [`thread ${n}`, `inside ${n}`])].sort(),
    );
    expect(new Set(readings.map(({ writer }) => writer)).size).toBe(4);
    for (const n of [1, 2, 3]) {
      const [thread, inside] = [`thread ${n}`, `inside ${n}`].map((name) => readings.find(({ identity }) => identity.name === name)!);
      expect(inside).toMatchObject({ writer: thread!.writer, parent: thread!.sequence, shared: true });
      // The main thread's span went on beside it.
      expect(thread!.overlaps).toBeGreaterThanOrEqual(1);
    }
    expect(readings.find(({ identity }) => identity.name === 'main')!.overlaps).toBe(6);
  });
});

const JESTS = ['jest29', 'jest30'].map((name) => ({ name, bin: join(REPOSITORY, 'test/tools', name, 'node_modules/jest/bin/jest.js') }));

describe.each(JESTS)("in $name's sandbox", ({ bin }) => {
  const jest = (...args: string[]): string[] => [bin, '--rootDir', project.folder, '--config', '{"transform":{}}', ...args];
  const installed = existsSync(bin);

  it.skipIf(!installed)('two module registries share one state', async () => {
    project.write(
      'registries.test.js',
      `test('registries', () => {
  const first = require('spanmeter');
  jest.resetModules();
  const second = require('spanmeter');
  expect(second.span).not.toBe(first.span);
  const outer = first.span('first registry');
  second.span('second registry').stop();
  expect(outer.stop()).toMatchObject({ status: 'passed', overlaps: 0 });
});
`,
    );
    expect(inSession(...jest('--runInBand'))).toMatchObject({ status: 0, warnings: [] });
    expectNested(await recorded(), 'first registry', 'second registry');
  });

  it.skipIf(!installed)('every test file of every worker is recorded, also under fake timers and a mocked fs', async () => {
    for (const n of [1, 2, 3, 4]) {
      project.write(
        `file${n}.test.js`,
        `const { span } = require('spanmeter');
test('measures', async () => {
  jest.useFakeTimers();
  jest.spyOn(require('fs'), 'writeSync').mockImplementation(() => 0);
  const { value, reading } = await span('file ${n}', async () => 7);
  expect(value).toBe(7);
  expect(reading.wallTime).toBeGreaterThan(0);
});
`,
      );
    }
    expect(inSession(...jest('--maxWorkers=2'))).toMatchObject({ status: 0, warnings: [] });
    expect((await recorded()).map(({ identity }) => identity.name).sort()).toEqual([1, 2, 3, 4].map((n) => `file ${n}`));
  });

  it.skipIf(!installed)('a session can be opened inside', async () => {
    project.write(
      'session.test.js',
      `test('session', async () => {
  const { openSession, span } = require('spanmeter');
  const session = await openSession();
  span('inside').stop();
  expect((await session.close()).warnings).toEqual([]);
});
`,
    );
    const { status, stderr } = project.node(jest());
    expect(status, stderr).toBe(0);
    expect((await recorded()).map(({ identity }) => identity.name)).toEqual(['inside']);
  });
});

describe.each(['vmThreads', 'vmForks', 'forks', 'threads'])("in Vitest's pool %s", (pool) => {
  it('spans of every file are recorded, in one state a worker', async () => {
    project.link('vitest', join(REPOSITORY, 'node_modules/vitest'));
    for (const n of [1, 2]) {
      project.write(
        `file${n}.test.mts`,
        `import { createRequire } from 'node:module';
import { span } from 'spanmeter';
import { expect, it } from 'vitest';
it('measures', () => {
  const outer = span('imported ${n}');
  createRequire(import.meta.url)('spanmeter').span('required ${n}').stop();
  {
    using block = span('block ${n}');
    void block;
  }
  expect(outer.stop()).toMatchObject({ status: 'passed' });
});
`,
      );
    }
    const vitest = join(REPOSITORY, 'node_modules/vitest/vitest.mjs');
    const { status, output, warnings } = inSession(vitest, 'run', `--pool=${pool}`, '--maxWorkers=1');
    expect(status, output).toBe(0);
    expect(warnings).toEqual([]);
    const readings = await recorded();
    expect(readings).toHaveLength(6);
    expect(readings.map(({ status }) => status)).toEqual(readings.map(() => 'passed'));
    for (const inner of ['required', 'block']) for (const n of [1, 2]) expectNested(readings, `imported ${n}`, `${inner} ${n}`);
    // One worker makes a new context for each file: the second one must find the first one's journal.
    if (pool.startsWith('vm')) expect(new Set(readings.map(({ writer }) => writer)).size).toBe(1);
    expect(new Set(readings.map(({ shared }) => shared))).toEqual(new Set([/threads/i.test(pool)]));
  });
});
