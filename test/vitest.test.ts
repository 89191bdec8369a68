import { describe, expect, test } from 'vitest';
import { METRIC_INDEX, type MetricName } from '../dist/model/metrics.js';
import type { StoredReading } from '../dist/store/index.js';
import { VitestProject, named, recorded, sorted, type Way } from './helpers/vitest-project.js';

const REPORT = ['--reporter=default', '--reporter=json', '--outputFile.json=report.json', '--allowOnly'];

/** Source: uses so many milliseconds of processor time, however busy the machine is. */
const SPIN =
  'const used = () => Object.values(process.cpuUsage()).reduce((a, b) => a + b); const spin = (ms) => { const end = used() + ms * 1000; while (used() < end); };';

const SUMMARY = /spanmeter {2}[0-9a-f]{8} {2}/g;

const WAYS: readonly [Way, string][] = [
  ['plugin', 'forks'],
  ['plugin', 'threads'],
  ['plugin', 'vmForks'],
  ['plugin', 'vmThreads'],
  ['attach', 'forks'],
  ['attach', 'threads'],
];

describe.each(WAYS)('by %s, in %s', (way, pool) => {
  test('every test is recorded with the status that Vitest reports', async () => {
    const project = new VitestProject('vitest-outcomes');
    if (way === 'plugin') project.configure(`pool: '${pool}'`, 'spanmeter()');
    const { code, stderr } = await project.vitest(way, [...REPORT, `--pool=${pool}`]);
    expect(code).toBe(1);
    const reported = project.reported();
    expect(reported.length).toBeGreaterThan(70);
    const readings = await project.readings();
    expect(sorted(recorded(readings))).toEqual(sorted(reported));
    const measured = readings.filter((reading) => reading.identity.kind === 'test' && value(reading, 'wall_time') > 0);
    expect(measured.map(({ identity }) => identity.file)).toHaveLength(74);
    expect(stderr.match(SUMMARY)).toHaveLength(1);
    expect(project.leftovers).toEqual([]);
  });
});

test('with one worker for all files, each file has its own records', async () => {
  const project = new VitestProject('vitest-outcomes');
  project.configure('isolate: false, maxWorkers: 1', 'spanmeter()');
  await project.vitest('plugin', REPORT);
  const readings = await project.readings();
  expect(sorted(recorded(readings))).toEqual(sorted(project.reported()));
  const files = readings.filter(({ identity }) => identity.kind === 'file');
  expect(files).toHaveLength(10);
  expect(new Set(files.map(({ writer }) => writer)).size).toBe(1);
  expect(files.map(({ overlaps }) => overlaps)).toEqual(files.map(() => 0));
});

test('each try is numbered and has its own status', async () => {
  const project = new VitestProject('vitest-outcomes');
  project.configure('', 'spanmeter()');
  await project.vitest('plugin', ['tries']);
  const readings = await project.readings();
  const tries = (name: string): unknown[] => named(readings, name).map(({ repeat, retry, status }) => [repeat, retry, status]);
  expect(tries('needs three tries')).toEqual([
    [0, 0, 'failed'],
    [0, 1, 'failed'],
    [0, 2, 'passed'],
  ]);
  expect(tries('is repeated')).toEqual([
    [0, 0, 'passed'],
    [1, 0, 'passed'],
    [2, 0, 'passed'],
  ]);
  expect(tries('is repeated and retried')).toEqual([
    [0, 0, 'failed'],
    [0, 1, 'passed'],
    [1, 0, 'failed'],
    [1, 1, 'passed'],
  ]);
  expect(tries('afterEach fails once')).toEqual([
    [0, 0, 'failed'],
    [0, 1, 'passed'],
  ]);
  const [noBody, second] = named(readings, 'beforeEach fails once');
  expect([noBody!.status, value(noBody!, 'wall_time'), second!.status]).toEqual(['failed', NaN, 'passed']);
});

test('a span is the body without its hooks; what did not run has no numbers', async () => {
  const project = new VitestProject('vitest-outcomes');
  project.configure('', 'spanmeter()');
  await project.vitest('plugin', ['hooks', 'bodies']);
  const readings = await project.readings();
  const [body] = named(readings, 'does nothing itself');
  const [suite] = named(readings, 'hooks spend time', 'suite');
  expect(value(body!, 'thread_cpu_time')).toBeLessThan(20e6);
  expect(value(suite!, 'cpu_time')).toBeGreaterThan(59e6);
  expect(body!.parent).toBe(suite!.sequence);
  const [skipped] = named(readings, 'is skipped');
  expect(Array.from(skipped!.values).every(Number.isNaN)).toBe(true);
});

test('tests that run at the same time overlap; what contains them does not', async () => {
  const project = new VitestProject('vitest-outcomes');
  project.configure('', 'spanmeter()');
  await project.vitest('plugin', ['concurrent']);
  const readings = await project.readings();
  const overlaps = (name: string, kind?: string): unknown => named(readings, name, kind).map((each) => [each.overlaps, each.shared]);
  expect(overlaps('sleeps 30')).toEqual([[2, true]]);
  expect(overlaps('sleeps 31')).toEqual([[2, true]]);
  expect(overlaps('sleeps 2')).toEqual([[0, false]]);
  expect(overlaps('sleeps 3')).toEqual([[0, false]]);
  expect(overlaps('at once', 'suite')).toEqual([[0, false]]);
  expect(overlaps('concurrent.test.mjs', 'file')).toEqual([[0, false]]);
});

test('in a pool of threads, numbers of the process are marked as shared', async () => {
  const project = new VitestProject();
  project.write('a.test.mjs', "import { test } from 'vitest'; test('alone', () => {});");
  project.configure("pool: 'threads'", 'spanmeter()');
  await project.vitest('plugin');
  expect(named(await project.readings(), 'alone').map(({ shared, overlaps }) => [shared, overlaps])).toEqual([[true, 0]]);
});

test('a file is measured from its import on', async () => {
  const project = new VitestProject();
  project.write('slow.mjs', `${SPIN} spin(60); export const big = Buffer.alloc(32 << 20, 1);`);
  project.write('a.test.mjs', "import './slow.mjs'; import { test } from 'vitest'; test('nothing', () => {});");
  project.configure('', 'spanmeter()');
  await project.vitest('plugin');
  const [file] = named(await project.readings(), 'a.test.mjs', 'file');
  expect(value(file!, 'cpu_time')).toBeGreaterThan(59e6);
  expect(value(file!, 'peak_growth')).toBeGreaterThan(30 << 20);
});

test('memory and processor time show in the test that used them', async () => {
  const project = new VitestProject();
  project.write(
    'a.test.mjs',
    `import { test } from 'vitest';
     ${SPIN}
     test('idle', () => new Promise((resolve) => setTimeout(resolve, 50)));
     test('spins', () => spin(50));
     test('fills 64 MiB', () => { Buffer.alloc(64 << 20, 1); });
     test('light', () => {});`,
  );
  project.configure('', 'spanmeter({ gc: true })');
  await project.vitest('plugin');
  const readings = await project.readings();
  const of = (name: string, metric: MetricName): number => value(named(readings, name)[0]!, metric);
  expect(of('idle', 'thread_cpu_time')).toBeLessThan(20e6);
  expect(of('idle', 'wall_time')).toBeGreaterThan(49e6);
  expect(of('spins', 'cpu_time')).toBeGreaterThan(49e6);
  expect(of('fills 64 MiB', 'peak_growth') / 2 ** 20).toBeGreaterThan(60);
  expect(of('fills 64 MiB', 'peak_growth') / 2 ** 20).toBeLessThan(72);
  expect(of('light', 'peak_growth') / 2 ** 20).toBeLessThan(16);
});

test('only the kinds that were asked for are recorded', async () => {
  const project = new VitestProject('vitest-outcomes');
  const kinds = async (scopes: string): Promise<string[]> => {
    project.configure('', `spanmeter({ scopes: ${scopes} })`);
    await project.vitest('plugin', ['concurrent', 'tries']);
    return [...new Set((await project.readings()).map(({ identity }) => identity.kind))].sort();
  };
  expect(await kinds("['test']")).toEqual(['test']);
  expect(await kinds("['file', 'suite', 'session']")).toEqual(['file', 'session', 'suite']);
});

test('meta of suites and tests says component, tags and what to leave out', async () => {
  const project = new VitestProject();
  project.write(
    'a.test.mjs',
    `import { describe, test } from 'vitest';
     describe('billing', { meta: { spanmeter: { component: 'billing', tags: { team: 'blue', slow: true } } } }, () => {
       test('inherits', () => {});
       test('adds', { meta: { spanmeter: { component: 'billing.tax', tags: { slow: false } } } }, () => {});
       test('is left out', { meta: { spanmeter: { skip: true } } }, () => {});
     });
     describe('left out', { meta: { spanmeter: { skip: true } } }, () => {
       test('is left out with its suite', () => {});
       test('is picked all the same', { meta: { spanmeter: { skip: false } } }, () => {});
     });
     test('has wrong meta', { meta: { spanmeter: { component: 1, tags: { big: 1n, list: [] } } } }, () => {});`,
  );
  project.configure('', 'spanmeter()');
  const { code } = await project.vitest('plugin');
  expect(code).toBe(0);
  const found = (await project.readings()).filter(({ identity }) => identity.kind === 'test');
  expect(found.map(({ identity, component, tags }) => [identity.name, component, tags])).toEqual([
    ['inherits', 'billing', { team: 'blue', slow: true }],
    ['adds', 'billing.tax', { team: 'blue', slow: false }],
    ['is picked all the same', '', {}],
    ['has wrong meta', '', {}],
  ]);
});

test('a session knows its command and how it ended', async () => {
  const project = new VitestProject('vitest-outcomes');
  const session = async (...files: string[]): Promise<unknown> => {
    await project.vitest('plugin', files);
    return (await project.sessions())[0]?.session;
  };
  project.configure('', 'spanmeter({ description: "words", tags: { nightly: true } })');
  const command = expect.stringMatching(/^vitest 4\.1\./) as string;
  expect(await session('focused')).toMatchObject({
    command,
    exitCode: 0,
    root: project.folder,
    description: 'words',
    tags: { nightly: true },
  });
  expect(await session('tries')).toMatchObject({ command, exitCode: 1 });
});

describe('projects', () => {
  const one = "{ test: { name: 'first', root: './one' } }";
  test.each<[string, Way, string]>([
    ['that extend the configuration with the plugin', 'plugin', "[{ extends: true, test: { name: 'first', root: './one' } }, './two']"],
    ['none of which extends it', 'plugin', `[${one}, './two']`],
    ['without the plugin', 'attach', `[${one}, './two']`],
  ])('%s', async (_, way, projects) => {
    const project = new VitestProject();
    project.write('one/a.test.mjs', "import { test } from 'vitest'; test('same', () => {});");
    project.write('two/a.test.mjs', "import { test } from 'vitest'; test('same', () => { throw new Error('two'); });");
    project.write('two/vitest.config.mjs', "export default { test: { name: 'second' } };");
    project.configure(`projects: ${projects}`, way === 'plugin' ? 'spanmeter()' : '');
    const { code, stderr } = await project.vitest(way);
    expect(code).toBe(1);
    const found = named(await project.readings(), 'same').map(({ identity, status, values }) => [
      identity.project,
      identity.file,
      status,
      values[0]! > 0,
    ]);
    expect(found.sort()).toEqual([
      ['first', 'one/a.test.mjs', 'passed', true],
      ['second', 'two/a.test.mjs', 'failed', true],
    ]);
    expect(stderr.match(SUMMARY)).toHaveLength(1);
  });
});

function value(reading: StoredReading, metric: MetricName): number {
  return reading.values[METRIC_INDEX[metric]]!;
}

test('the example runs as it is', async () => {
  const project = new VitestProject();
  project.copyExample('vitest');
  const { code, stderr } = await project.vitest('plugin');
  expect([code, stderr.match(SUMMARY)?.length]).toEqual([0, 1]);
  const readings = await project.readings();
  expect(value(named(readings, 'answers after a while: time, but no work')[0]!, 'wall_time')).toBeGreaterThan(59e6);
  expect(named(readings, 'needs a second try').map(({ retry, status }) => [retry, status])).toEqual([[0, 'failed'], [1, 'passed']]); // prettier-ignore
  expect(named(readings, 'writing the backup', 'span')).toHaveLength(1);
});
