/** `vitest bench`: every benchmark is recorded, with the numbers that Vitest itself reports. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SUMMARY, named, value } from './helpers/runner-project.js';
import { run, type Ended } from './helpers/script.js';
import { VitestProject, type Way } from './helpers/vitest-project.js';

const QUICK = '{ time: 20, iterations: 3, warmupTime: 150, warmupIterations: 1 }';
const BENCHES = `
import { bench, describe } from 'vitest';
const used = () => Object.values(process.cpuUsage()).reduce((a, b) => a + b);
const spin = (ms) => { const end = used() + ms * 1000; while (used() < end); };
bench('outer', () => spin(1), ${QUICK});
describe('suite', { meta: { spanmeter: { component: 'billing' } } }, () => {
  describe('inner', () => { bench('same name', () => spin(2), ${QUICK}); });
  bench('same name', async () => { await 1; spin(1); }, ${QUICK});
  bench('same name', () => spin(1), ${QUICK});
  bench.skip('skipped', () => {});
});
bench.todo('later');
`;

interface Report {
  readonly files: readonly {
    readonly groups: readonly {
      readonly fullName: string;
      readonly benchmarks: readonly {
        readonly name: string;
        readonly mean: number;
        readonly p99: number;
        readonly median: number;
        readonly sampleCount: number;
      }[];
    }[];
  }[];
}

function makeProject(way: Way, source: string, options = ''): VitestProject {
  const project = new VitestProject();
  project.write('a.bench.mjs', source);
  project.configure('', way === 'plugin' ? `spanmeter(${options})` : '');
  return project;
}

function bench(project: VitestProject, way: Way, args: readonly string[] = []): Promise<Ended> {
  return project.startOther(way, 'bench', ['--run', '--outputJson=out.json', ...args]).ended;
}

test.each([
  ['plugin', 'forks'],
  ['attach', 'forks'],
  ['plugin', 'threads'],
  ['plugin', 'vmForks'],
  ['plugin', 'vmThreads'],
] as const)('by %s, in %s: each benchmark has its own statistics, and its iterations their cost', async (way, pool) => {
  const project = makeProject(way, BENCHES);
  const { code, stderr } = await bench(project, way, [`--pool=${pool}`]);
  expect([code, stderr.match(SUMMARY)?.length]).toEqual([0, 1]);
  const readings = await project.readings();
  const benches = readings.filter(({ identity }) => identity.kind === 'bench');
  expect(
    benches.map(({ identity: { file, describe, name, ordinal }, status, component }) => [
      file,
      describe.join(),
      name,
      ordinal,
      status,
      component,
    ]),
  ).toEqual([
    ['a.bench.mjs', 'suite', 'skipped', 0, 'skipped', 'billing'],
    ['a.bench.mjs', '', 'later', 0, 'skipped', ''],
    ['a.bench.mjs', 'suite,inner', 'same name', 0, 'passed', 'billing'],
    ['a.bench.mjs', 'suite', 'same name', 0, 'passed', 'billing'],
    ['a.bench.mjs', 'suite', 'same name', 1, 'passed', 'billing'],
    ['a.bench.mjs', '', 'outer', 0, 'passed', ''],
  ]);
  const report = JSON.parse(readFileSync(join(project.folder, 'out.json'), 'utf8')) as Report;
  const reported = report.files.flatMap(({ groups }) => groups.flatMap(({ benchmarks }) => benchmarks)).filter(({ mean }) => mean > 0);
  const numbers = benches
    .filter(({ status }) => status === 'passed')
    .map((each) => {
      return (['iterations', 'iteration_mean', 'iteration_p50', 'iteration_p99'] as const).map((name) => value(each, name));
    });
  const ns = (ms: number): number => Math.round(ms * 1e6);
  expect([...numbers].sort()).toEqual(
    reported.map(({ sampleCount, mean, median, p99 }) => [sampleCount, ns(mean), ns(median), ns(p99)]).sort(),
  );
  const outer = named(readings, 'outer', 'bench')[0];
  // Less than the warm-up alone.
  expect(value(outer, 'wall_time') / 1e6).toBeLessThan(140);
  expect(value(outer, 'gc_count')).toBeGreaterThanOrEqual(0);
  expect(value(outer, 'cpu_time') / value(outer, 'iterations') / 1e6).toBeGreaterThan(0.99);
  const [file] = readings.filter(({ identity }) => identity.kind === 'file');
  expect(file).toMatchObject({ status: 'passed', identity: { name: 'a.bench.mjs' } });
  expect(outer).toMatchObject({ parent: file?.sequence, overlaps: 0, shared: pool.endsWith('hreads') });
  expect(project.leftovers).toEqual([]);
});

test('a benchmark that fails: the run ends as without us, and the others are recorded', async () => {
  const source = `import { bench } from 'vitest'; let count = 0;
    bench('good', () => {}, ${QUICK});
    bench('warms up badly', () => { throw new Error('broken'); }, ${QUICK});
    bench('breaks', () => { if (++count > 1000) throw new Error('broken'); }, { ...${QUICK}, warmupTime: 0 });`;
  const without = await bench(makeProject('without', source), 'without');
  const project = makeProject('plugin', source);
  const { code, stdout } = await bench(project, 'plugin');
  const timeless = (text: string): string =>
    text
      .replace(/[\d.,]+|\/\S+/g, '0')
      .replace(/ +/g, ' ')
      .trim();
  expect([code, timeless(stdout)]).toEqual([without.code, timeless(without.stdout)]);
  const benches = (await project.readings()).filter(({ identity }) => identity.kind === 'bench');
  expect(benches.map(({ identity, status }) => [identity.name, status])).toEqual([
    ['good', 'passed'],
    ['warms up badly', 'failed'],
    ['breaks', 'failed'],
  ]);
});

test('only the kinds that were asked for are recorded, and only what runs', async () => {
  const project = makeProject('plugin', BENCHES, "{ scopes: ['file'] }");
  await bench(project, 'plugin');
  expect((await project.readings()).map(({ identity }) => identity.kind)).toEqual(['file']);
  const only = makeProject('plugin', BENCHES.replace("bench('outer'", "bench.only('outer'"));
  await bench(only, 'plugin');
  const passed = (await only.readings()).filter(({ identity, status }) => identity.kind === 'bench' && status === 'passed');
  expect(passed.map(({ identity }) => identity.name)).toEqual(['outer']);
});

test('SPANMETER=0 leaves benchmarks alone', async () => {
  const project = makeProject('plugin', BENCHES);
  const command = project.command('plugin', ['--run'], 'bench');
  const { code, stdout, stderr } = await run(process.execPath, command, { cwd: project.folder, env: { SPANMETER: '0' } });
  expect([code, stderr.includes('spanmeter')]).toEqual([0, false]);
  expect(stdout).toContain('outer');
  expect(existsSync(join(project.folder, '.spanmeter'))).toBe(false);
});

test('the example runs as it is', async () => {
  const project = new VitestProject();
  project.copyExample('bench');
  const { code, stderr } = await bench(project, 'plugin');
  expect([code, stderr.match(SUMMARY)?.length]).toEqual([0, 1]);
  const readings = await project.readings();
  for (const name of ['counted in a Map', 'counted by sorting'])
    expect(named(readings, name, 'bench').map(({ identity, status }) => [identity.describe, status])).toEqual([[['words'], 'passed']]);
});
