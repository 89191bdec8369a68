/** `toStayWithin` in real runs of Vitest and Jest, and its types as users' compilers see them. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Project, REPOSITORY } from './helpers/project.mjs';
import { cleanEnvironment } from './helpers/script.js';
import { VitestProject } from './helpers/vitest-project.js';

/** Every title says how it must end. The limits are far from what is measured, so that a busy machine changes nothing. */
const ANYWHERE = `
const used = () => { const { user, system } = process.cpuUsage(); return user + system; };
const spin = (ms) => { const end = used() + ms * 1000; while (used() < end); };
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const within = { wall: '30 s', threadCpuTime: '30 s' };

test('passes: a function', () => { expect(() => 1).toStayWithin(within); });
test('passes: an async function', () => expect(() => sleep(2)).toStayWithin(within));
test('passes: not, over', () => { expect(() => spin(31)).not.toStayWithin({ wall: '5 ms' }); });
test('passes: not, over one of two', () => { expect(() => spin(31)).not.toStayWithin({ ...within, wall: '5 ms' }); });
test('passes: not, async', () => expect(() => sleep(31)).not.toStayWithin({ wall: '5 ms' }));
test('passes: a reading', () => { expect(span('work', () => 1).reading).toStayWithin(within); });
test('passes: a reading of an open span', () => { const s = span('work'); expect(s.stop()).toStayWithin(within); });
test('passes: resolves to a reading', () => expect(span('work', async () => 1).then(({ reading }) => reading)).resolves.toStayWithin(within));

test('passes: a function with a span in it', () => { expect(() => span('inside', () => 1)).toStayWithin(within); });

test('fails: a function', () => { expect(() => spin(31)).toStayWithin({ wall: '5 ms', threadCpuTime: '30 s' }); });
test('fails: an async function', () => expect(() => sleep(31)).toStayWithin({ wall: '5 ms' }));
test('fails: a reading', () => { expect(span('work', () => spin(31)).reading).toStayWithin({ wall: 5e6 }); });
test('fails: not, within', () => { expect(() => 1).not.toStayWithin(within); });
test('fails: with what the function throws', () => { expect(() => { throw new Error('its own'); }).toStayWithin(within); });
test('fails: with what the function rejects with', () => expect(async () => { throw new Error('its own'); }).toStayWithin(within));
test('fails: with what the function throws, not', () => { expect(() => { throw new Error('its own'); }).not.toStayWithin(within); });
test('fails: an unknown metric, not', () => { expect(() => 1).not.toStayWithin({ peek: '1 MiB' }); });
test('fails: less than can be measured', () => { expect(() => 1).toStayWithin({ wall: '1 us' }); });
test('fails: user time', () => { expect(() => 1).toStayWithin({ userTime: '1 s' }); });
test('fails: no function', () => { expect(5).toStayWithin(within); });
test('fails: a number that this reading has not', () => { expect(span('work').stop()).toStayWithin({ childrenCpuTime: '1 s' }); });
test('passes: a number of another probe set', () => { if (!IN_THREAD) expect(() => 1).toStayWithin({ childrenCpuTime: '1 s', gcCount: 50 }); });
`;

const IN_PROCESSES = `
const within = { cpu: '30 s', peak: '1 GiB' };
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
test('passes: memory and processor time', () => { expect(() => 1).toStayWithin(within); });
test('fails: memory', () => { expect(() => Buffer.alloc(64 << 20, 1)).toStayWithin({ ...within, peak: '16 MiB' }); });
test('fails: less memory than can be measured', () => { expect(() => 1).toStayWithin({ peak: '1 KiB' }); });
// While one of them runs its function, the others only wait.
for (const n of [1, 2, 3]) {
  test.concurrent('passes: a function of a concurrent test ' + n, async () => {
    await sleep(n);
    expect(() => 1).toStayWithin(within);
    await sleep(30);
  });
}
// Nothing else is measured when these are: that they are concurrent is what counts.
test.concurrent('fails: an async function of a concurrent test', async () => {
  await sleep(300);
  await expect(() => sleep(5)).toStayWithin(within);
});
test.concurrent('passes: wall time of an async function of a concurrent test', async () => {
  await sleep(500);
  await expect(() => sleep(5)).toStayWithin({ wall: '30 s' });
});
`;

const IN_THREADS = `
test('fails: memory in a thread', () => { expect(() => 1).toStayWithin({ peak: '1 GiB' }); });
test('fails: memory in a thread, not', () => { expect(() => 1).not.toStayWithin({ peak: '1 GiB' }); });
`;

interface Outcomes {
  readonly wrong: readonly string[];
  readonly count: number;
  /** Of the failure of a test, by a part of its title. */
  message(title: string): string;
}

interface Report {
  readonly testResults: readonly {
    readonly message?: string;
    readonly assertionResults: readonly { readonly title: string; readonly status: string; readonly failureMessages: readonly string[] }[];
  }[];
}

/** Vitest's report and Jest's have the same shape. */
function read(project: Project): Outcomes {
  const { testResults } = JSON.parse(readFileSync(join(project.folder, 'report.json'), 'utf8')) as Report;
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  return {
    wrong: tests
      .filter(({ title, status }) => !title.startsWith(status === 'passed' ? 'passes' : 'fails'))
      .map((each) => JSON.stringify(each)),
    count: tests.length,
    message: (title) => tests.find((each) => each.title.includes(title))?.failureMessages.join('\n') ?? 'no such test',
  };
}

function expectMessages({ message }: Outcomes): void {
  expect(message('fails: a function')).toMatch(
    /A budget was exceeded:\n\n {2}metric +limit +measured +over by\n {2}wall +5\.0 ms +\d+\.\d ms +\d+\.\d ms \(\d+ %\)\n/,
  );
  expect(message('fails: a function')).not.toContain('threadCpuTime');
  expect(message('not, within')).toMatch(/stayed within it:\n\n {2}wall: .* of 30\.0 s\n {2}threadCpuTime: .* of 30\.0 s/);
  expect(message('throws, not')).toContain('its own');
  expect(message('rejects with')).toContain('its own');
  expect(message('unknown metric')).toContain("there is no metric 'peek'. Did you mean 'peak'?");
  expect(message('fails: less than can be measured')).toMatch(/'wall' can't be held to 1\.0 us: .*Set it to at least 2\.0 us\./);
  expect(message('user time')).toContain("Limit 'cpu', their sum.");
  expect(message('no function')).toContain('expected a function to measure, or a reading as span() gives it, but expect() got number.');
  expect(message('has not')).toContain("childrenCpuTime can't be judged: children cpu is measured only with the probes 'full'");
}

describe('Vitest', () => {
  const POOLS = [
    { name: 'forks', args: ['--pool=forks'] },
    { name: 'forks without isolation', args: ['--pool=forks', '--no-isolate'] },
    { name: 'vmForks', args: ['--pool=vmForks'] },
    { name: 'threads', args: ['--pool=threads'], threads: true },
    { name: 'vmThreads', args: ['--pool=vmThreads'], threads: true },
  ];
  const PRELUDE = "import { expect, test } from 'vitest';\nimport { span } from 'spanmeter';\n";

  function project(config: string, setup: string, inThreads: boolean, plugins = ''): VitestProject {
    const made = new VitestProject();
    made.write('setup.mjs', setup);
    made.write('anywhere.test.mjs', `${PRELUDE}const IN_THREAD = ${inThreads};\n${ANYWHERE}`);
    made.write('place.test.mjs', PRELUDE + (inThreads ? IN_THREADS : IN_PROCESSES));
    made.configure(`maxWorkers: 1, setupFiles: ['./setup.mjs'], reporters: [['json', { outputFile: 'report.json' }]], ${config}`, plugins);
    return made;
  }

  test.each(POOLS)('in $name, by import in a setup file', async ({ args, threads = false }) => {
    const made = project('', "import 'spanmeter/matchers';", threads);
    await made.vitest('without', args);
    const outcomes = read(made);
    expect(outcomes.wrong).toEqual([]);
    expect(outcomes.count).toBe(threads ? 24 : 30);
    expectMessages(outcomes);
    if (threads) {
      expect(outcomes.message('fails: memory in a thread')).toMatch(
        /A budget can't be judged:\n\n {2}peak can't be judged: it may have run beside others .*\n.*threadCpuTime/,
      );
    } else {
      expect(outcomes.message('fails: memory')).toMatch(/peak +16\.0 MiB +\d+\.\d MiB +\d+\.\d MiB \(\d+ %\)/);
      expect(outcomes.message('async function of a concurrent')).toMatch(
        /cpu can't be judged: it (?:may have run|ran) beside others in one process/,
      );
    }
  });

  test.each([
    ['by import, with globals', 'globals: true', "import 'spanmeter/matchers';"],
    ['by the configuration alone', "setupFiles: ['spanmeter/matchers']", ''],
    ['by expect.extend', '', "import { expect } from 'vitest'; import { matchers } from 'spanmeter/matchers'; expect.extend(matchers);"],
    ['by require', '', "import { createRequire } from 'node:module'; createRequire(import.meta.url)('spanmeter/matchers');"],
  ])('%s', async (_, config, setup) => {
    const made = project(config, setup, false);
    await made.vitest('without');
    expect(read(made)).toMatchObject({ wrong: [], count: 30 });
  });

  test('with the tests recorded, the outcomes are the same, and the tests do not overlap their own assertions', async () => {
    const made = project('', "import 'spanmeter/matchers';", false, 'spanmeter()');
    await made.vitest('plugin');
    expect(read(made)).toMatchObject({ wrong: [], count: 30 });
    const readings = await made.readings();
    const serial = readings.filter(({ identity }) => identity.kind === 'test' && identity.file === 'anywhere.test.mjs');
    expect(serial).toHaveLength(22);
    for (const { identity, overlaps } of serial) expect([identity.name, overlaps]).toEqual([identity.name, 0]);
    // What an assertion measures is no item; the spans of the user are.
    const spans = readings.filter(({ identity }) => identity.kind === 'span');
    expect(new Set(spans.map(({ identity }) => identity.name))).toEqual(new Set(['work', 'inside']));
    const around = (name: string) => readings.find(({ identity }) => identity.name === name);
    expect(around('inside')?.parent).toBe(around('passes: a function with a span in it')?.sequence);
  });
});

const JESTS = ['jest29', 'jest30'].map((name) => ({ name, bin: join(REPOSITORY, 'test/tools', name, 'node_modules/jest/bin/jest.js') }));

describe.each(JESTS)('$name', ({ bin }) => {
  const PRELUDE = "const { span } = require('spanmeter');\nconst IN_THREAD = false;\n";
  const GLOBALS = "const { expect, test } = require('@jest/globals');\n";

  function jest(config: object, setup: string, prelude: string, args: readonly string[] = []): Outcomes {
    const project = new Project();
    onTestFinished(() => project.remove());
    project.write('setup.js', setup);
    project.write('anywhere.test.js', prelude + ANYWHERE);
    project.write('place.test.js', prelude + IN_PROCESSES);
    project.write('jest.config.json', JSON.stringify({ transform: {}, setupFilesAfterEnv: ['./setup.js'], ...config }));
    const { status, stderr } = project.node([bin, '--config', 'jest.config.json', '--json', '--outputFile=report.json', ...args]);
    expect(status, stderr).toBe(1);
    return read(project);
  }

  test.each([
    ['in workers', {}, "require('spanmeter/matchers');", PRELUDE, ['--maxWorkers=2']],
    ['in band', {}, "require('spanmeter/matchers');", PRELUDE, ['--runInBand']],
    ['without globals', { injectGlobals: false }, "require('spanmeter/matchers');", GLOBALS + PRELUDE, []],
    ['by the configuration alone', { setupFilesAfterEnv: ['spanmeter/matchers'] }, '', PRELUDE, []],
    ['by expect.extend', {}, "expect.extend(require('spanmeter/matchers').matchers);", PRELUDE, []],
  ] as const)('%s', (_, config, setup, prelude, args) => {
    const outcomes = jest(config, setup, prelude, args);
    expect(outcomes.wrong).toEqual([]);
    expect(outcomes.count).toBe(30);
    expectMessages(outcomes);
    expect(outcomes.message('async function of a concurrent')).toContain('beside others in one process');
  });
});

describe('elsewhere', () => {
  test('loading it without any expect does nothing, and loads the worker side only', () => {
    const project = new Project();
    onTestFinished(() => project.remove());
    const loaded = project.script(
      'alone.cjs',
      `const { matchers } = require('spanmeter/matchers');
const { pass, message } = matchers.toStayWithin(() => 1, { wall: '30 s' });
const paths = Object.keys(require.cache).map((path) => path.split(/node_modules.spanmeter./).pop().replaceAll('\\\\', '/'));
console.log(JSON.stringify({ pass, text: message(), paths: paths.filter((path) => path.startsWith('dist/')) }));`,
    ) as { readonly pass: boolean; readonly text: string; readonly paths: readonly string[] };
    expect(loaded).toMatchObject({ pass: true, text: expect.stringContaining('stayed within it') });
    expect(loaded.paths.filter((path) => !/^dist\/(?:runners\/matchers|recorder|collector|context|journal|model)\//.test(path))).toEqual(
      [],
    );
  });
});

describe('the types', () => {
  const TYPES = join(REPOSITORY, 'test/tools/jest-types/node_modules');
  const USE = `
    expect(() => 1).toStayWithin({ peak: '64 MiB', cpu: '50 ms', wall: 100e6, minorFaults: 10 });
    expect(() => 1).not.toStayWithin({ rss: '64 MiB' });
    const later: Promise<void> = expect(async () => 1).toStayWithin({ wall: '1 s' });
    void later;
    // @ts-expect-error an unknown metric
    expect(() => 1).toStayWithin({ peek: '64 MiB' });
    // @ts-expect-error the split of user and kernel time can't be judged
    expect(() => 1).toStayWithin({ userTime: '1 s' });
    // @ts-expect-error a budget is needed
    expect(() => 1).toStayWithin();
  `;
  const MANUALLY = "import { matchers } from 'spanmeter/matchers';\nexpect.extend(matchers);\n";

  /** @returns what the compiler says */
  function check(source: string, links: Readonly<Record<string, string>>, options: object): string {
    const project = new Project();
    onTestFinished(() => project.remove());
    for (const [name, target] of Object.entries(links)) project.link(name, target);
    project.write('use.ts', source);
    const compilerOptions = { strict: true, noEmit: true, module: 'nodenext', target: 'es2022', lib: ['es2022', 'esnext.disposable'] };
    project.write('package.json', '{ "name": "user", "private": true, "type": "module" }');
    project.write('tsconfig.json', JSON.stringify({ compilerOptions: { ...compilerOptions, types: [], ...options }, include: ['use.ts'] }));
    const { stdout } = spawnSync(process.execPath, [join(REPOSITORY, 'node_modules/typescript/bin/tsc')], {
      cwd: project.folder,
      env: cleanEnvironment(),
      encoding: 'utf8',
    });
    return stdout;
  }

  const IMPORT = "import 'spanmeter/matchers';\n";

  test('Vitest', () => {
    const vitest = { vitest: join(REPOSITORY, 'node_modules/vitest'), '@types/node': join(REPOSITORY, 'node_modules/@types/node') };
    const source = `import { expect } from 'vitest';\n${USE}`;
    expect(check(IMPORT + source, vitest, { skipLibCheck: true })).toBe('');
    expect(check(MANUALLY + source, vitest, { skipLibCheck: true })).toBe('');
    expect(check(source, vitest, { skipLibCheck: true })).toContain("Property 'toStayWithin' does not exist");
  });

  test('Jest with @types/jest, all declarations checked', () => {
    const jest = { '@types/jest': join(TYPES, '@types/jest') };
    expect(check(IMPORT + USE, jest, { types: ['jest'] })).toBe('');
    expect(check(MANUALLY + USE, jest, { types: ['jest'] })).toBe('');
  });

  test('Jest with @jest/globals', () => {
    const jest = { '@jest/globals': join(TYPES, '@jest/globals'), expect: join(TYPES, 'expect') };
    const source = `import { expect } from '@jest/globals';\n${USE}`;
    expect(check(IMPORT + source, jest, { skipLibCheck: true })).toBe('');
    expect(check(MANUALLY + source, jest, { skipLibCheck: true })).toBe('');
  });

  test('nobody else is bothered, all declarations checked', () => {
    expect(check(`${IMPORT}export {};\n`, {}, {})).toBe('');
  });
});
