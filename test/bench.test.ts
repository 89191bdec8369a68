/** Benchmarks: `asBenchmark`, and the harnesses that `spanmeter/bench` measures. */
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { StoredReading } from '../dist/client/rows.js';
import { METRIC_INDEX, type MetricName } from '../dist/model/metrics.js';
import { openStore } from '../dist/store/index.js';
import { Project, REPOSITORY } from './helpers/project.mjs';
import { SUMMARY } from './helpers/runner-project.js';
import { BIN, run, type Ended } from './helpers/script.js';

const TOOLS = join(REPOSITORY, 'test/tools/bench/node_modules');
const SPIN = `
const used = () => Object.values(process.cpuUsage()).reduce((a, b) => a + b);
const spin = (ms) => { const end = used() + ms * 1000; while (used() < end); };
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
`;

class BenchProject extends Project {
  constructor() {
    super();
    onTestFinished(() => this.remove());
    for (const name of ['mitata', 'tinybench', 'tinybench2']) this.link(name, join(TOOLS, name));
  }

  bench(name: string, source: string, env: NodeJS.ProcessEnv = {}, wrapper: readonly string[] = []): Promise<Ended> {
    this.write(name, SPIN + source);
    return run(process.execPath, [...wrapper, name], { cwd: this.folder, env: { FORCE_COLOR: '0', ...env } });
  }

  async benches(): Promise<StoredReading[]> {
    const store = await openStore(join(this.folder, '.spanmeter/history.db'), { readonly: true });
    try {
      const [session] = await store.sessions();
      return await store.readings({ session: session!.id, kinds: ['bench'] });
    } finally {
      await store.close();
    }
  }
}

function value(reading: StoredReading | undefined, name: MetricName): number {
  return reading?.values[METRIC_INDEX[name]] ?? NaN;
}

/** What a script said last. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function json(ended: Ended): any {
  if (ended.code !== 0) throw new Error(ended.stdout + ended.stderr);
  return JSON.parse(ended.stdout.trim().split('\n').pop()!);
}

describe('asBenchmark', () => {
  const OPEN = "import { asBenchmark, openSession } from 'spanmeter'; const session = await openSession();";

  test('measures all iterations and none of the warm-up, and is recorded', async () => {
    const project = new BenchProject();
    const said = json(
      await project.bench(
        'a.mjs',
        `${OPEN} let calls = 0; const start = used();
         const result = asBenchmark(function spins() { calls += 1; spin(calls <= 3 ? 20 : 2); }, { iterations: 20, warmup: 3 });
         await session.close(); console.log(JSON.stringify({ ...result, calls }));`,
      ),
    );
    expect(said).toMatchObject({ iterations: 20, calls: 23, reading: { status: 'passed', iterations: 20 } });
    expect(said.mean / 1e6).toBeGreaterThan(1.9);
    expect(said.mean / 1e6).toBeLessThan(8);
    expect(said.p50).toBeLessThanOrEqual(said.p99);
    expect(said.mean * 20).toBeLessThanOrEqual(said.reading.wallTime);
    expect(said.reading.cpuTime / 1e6).toBeGreaterThan(39);
    expect(said.reading.cpuTime / 1e6).toBeLessThan(60);
    expect(said.perIteration.cpuTime).toBe(said.reading.cpuTime / 20);
    expect(said.perIteration.gcCount).toBe(said.reading.gcCount / 20);
    const [bench, ...others] = await project.benches();
    expect(others).toEqual([]);
    expect(bench?.identity).toMatchObject({ kind: 'bench', name: 'spins', file: 'a.mjs', describe: [] });
    expect(value(bench, 'iterations')).toBe(20);
    expect(value(bench, 'iteration_mean')).toBe(Math.round(said.mean));
    expect(value(bench, 'iteration_p99')).toBe(Math.round(said.p99));
  });

  test('awaits what is asynchronous, from the first call on', async () => {
    const project = new BenchProject();
    for (const warmup of [0, 1, 3]) {
      const said = json(
        await project.bench(
          'a.mjs',
          `import { asBenchmark } from 'spanmeter'; let calls = 0; let running = 0;
           const result = await asBenchmark(async () => { calls += 1; if (++running > 1) throw new Error('two at once'); await sleep(5); running -= 1; },
             { iterations: 4, warmup: ${warmup} });
           console.log(JSON.stringify({ ...result, calls }));`,
        ),
      );
      expect(said).toMatchObject({ iterations: 4, calls: 4 + warmup, reading: { status: 'passed' } });
      expect(said.p50 / 1e6).toBeGreaterThan(4);
      expect(said.reading.wallTime / 1e6).toBeGreaterThan(19);
    }
  });

  test.each([
    ['at once', 'throw new Error("broken")'],
    ['later', 'return sleep(1).then(() => { throw new Error("broken"); })'],
  ])('what it throws %s is thrown on, and recorded as failed: in the warm-up and after it', async (_, fails) => {
    const project = new BenchProject();
    const said = json(
      await project.bench(
        'a.mjs',
        `${OPEN} const messages = [];
         for (const bad of [1, 3]) {
           let calls = 0;
           try { await asBenchmark(() => { if (++calls === bad) { ${fails}; } }, { iterations: 5, warmup: 2, name: 'bad ' + bad }); }
           catch (thrown) { messages.push(thrown.message + ' ' + calls); }
         }
         await session.close(); console.log(JSON.stringify({ messages }));`,
      ),
    );
    expect(said).toEqual({ messages: ['broken 1', 'broken 3'] });
    const benches = await project.benches();
    expect(benches.map(({ identity, status }) => [identity.name, status])).toEqual([
      ['bad 1', 'failed'],
      ['bad 3', 'failed'],
    ]);
    expect(benches.map((bench) => value(bench, 'iterations'))).toEqual([NaN, NaN]);
  });

  test('says what is wrong with its arguments', async () => {
    const { asBenchmark } = (await import('../dist/index.js')) as { asBenchmark: (...given: unknown[]) => unknown };
    const nothing = (): void => undefined;
    for (const given of [
      ['no'],
      [nothing, null],
      [nothing, { iterations: 0 }],
      [nothing, { warmup: -1 }],
      [nothing, { iterations: 1.5 }],
      [nothing, { name: 1 }],
    ]) {
      expect(() => asBenchmark(...given)).toThrow(expect.objectContaining({ code: 'SPANMETER_SPAN' }));
    }
  });

  test('what it left in its slot is not found in the next span', async () => {
    const project = new BenchProject();
    const said = json(
      await project.bench(
        'a.mjs',
        `import { asBenchmark, span } from 'spanmeter'; asBenchmark(() => {}, { iterations: 5 });
         const reading = span('after').stop(); console.log(JSON.stringify({ has: 'iterations' in reading, gc: 'gcCount' in reading }));`,
      ),
    );
    expect(said).toEqual({ has: false, gc: false });
  });
});

describe.each([
  ['tinybench 2', 'tinybench2'],
  ['tinybench 6', 'tinybench'],
])('%s', (_, module) => {
  const IMPORT = `import { Bench } from '${module}'; import { monitor } from 'spanmeter/bench';`;
  const isTwo = module === 'tinybench2';

  test('each task has its own statistics beside what its iterations cost, without the warm-up', async () => {
    const project = new BenchProject();
    const said = json(
      await project.bench(
        'a.bench.mjs',
        `${IMPORT} const bench = monitor(new Bench({ name: 'spending', time: 60, warmupTime: 300 }));
         bench.add('spins', () => spin(2));
         bench.add('allocates', () => { globalThis.kept = new Array(1000).fill().map(() => ({})); });
         ${isTwo ? 'await bench.warmup();' : ''} await bench.run();
         console.log(JSON.stringify({ tasks: bench.tasks.map(({ name, runs, result }) => ({ name, runs, ...(result.latency ?? result), samples: undefined })) }));`,
      ),
    );
    const benches = await project.benches();
    expect(benches.map(({ identity, status }) => [identity.file, identity.describe, identity.name, status])).toEqual([
      ['a.bench.mjs', isTwo ? [] : ['spending'], 'spins', 'passed'],
      ['a.bench.mjs', isTwo ? [] : ['spending'], 'allocates', 'passed'],
    ]);
    (said.tasks as Record<string, number>[]).forEach((task, index) => {
      expect(value(benches[index], 'iterations')).toBe(task['runs']);
      expect(value(benches[index], 'iteration_mean')).toBe(Math.round(task['mean']! * 1e6));
      expect(value(benches[index], 'iteration_p99')).toBe(Math.round(task['p99']! * 1e6));
      if (!isTwo) expect(value(benches[index], 'iteration_p50')).toBe(Math.round(task['p50']! * 1e6));
      expect(value(benches[index], 'iteration_p50')).toBeGreaterThan(0);
    });
    const [spins, allocates] = benches;
    expect(value(spins, 'wall_time') / 1e6).toBeLessThan(290);
    const each = value(spins, 'cpu_time') / value(spins, 'iterations') / 1e6;
    expect(each).toBeGreaterThan(1.9);
    expect(each).toBeLessThan(3);
    expect(value(allocates, 'gc_count')).toBeGreaterThan(0);
  });

  test('tasks that are added later, twice or in a second bench are told apart', async () => {
    const project = new BenchProject();
    await project.bench(
      'a.bench.mjs',
      `${IMPORT} for (const round of [1, 2]) {
         const bench = new Bench({ time: 1, iterations: 2 }); bench.add('early', () => {});
         monitor(monitor(bench)); bench.add('late', () => {}); await bench.run();
       }`,
    );
    expect((await project.benches()).map(({ identity }) => [identity.name, identity.ordinal])).toEqual([
      ['early', 0],
      ['late', 0],
      ['early', 1],
      ['late', 1],
    ]);
  });

  test('a task that throws is a failed one, and the script ends as without us', async () => {
    const project = new BenchProject();
    const source = `${IMPORT} const bench = monitor(new Bench({ time: 1, iterations: 2, throws: true }));
      bench.add('good', () => {}); bench.add('bad', () => { throw new Error('broken'); });
      try { await bench.run(); } catch (thrown) { console.log(thrown.message); }`;
    const off = await project.bench('a.mjs', source, { SPANMETER: '0' });
    const ended = await project.bench('a.mjs', source);
    expect([ended.code, ended.stdout]).toEqual([off.code, off.stdout]);
    expect(off.stdout).toBe('broken\n');
    // Version 6 warms up all tasks first, and gets no further.
    expect((await project.benches()).map(({ identity, status }) => [identity.name, status])).toEqual([
      ...(isTwo ? [['good', 'passed']] : []),
      ['bad', 'failed'],
    ]);
  });

  test('tasks that run at the same time are marked as sharing their numbers', async () => {
    const project = new BenchProject();
    const concurrent = isTwo ? "await bench.runConcurrently(2, 'bench');" : 'await bench.run();';
    await project.bench(
      'a.mjs',
      `${IMPORT} const bench = new Bench({ time: 20, iterations: 2, warmup: false }); bench.concurrency = 'bench'; monitor(bench);
       bench.add('one', () => sleep(20)); bench.add('two', () => sleep(20)); ${concurrent}`,
      {},
      [BIN, 'run', '--', process.execPath],
    );
    expect((await project.benches()).map(({ identity, overlaps, shared }) => [identity.name, overlaps, shared])).toEqual([
      ['one', 1, true],
      ['two', 1, true],
    ]);
  });

  test('alone it opens a session and says a summary; under run it joins', async () => {
    const project = new BenchProject();
    const source = `${IMPORT} for (const name of ['a', 'b']) {
      const bench = monitor(new Bench({ time: 1, iterations: 2 })); bench.add(name, () => {}); await bench.run();
    }`;
    const alone = await project.bench('a.mjs', source);
    expect([alone.code, alone.stderr.match(SUMMARY)?.length, alone.stdout]).toEqual([0, 1, '']);
    expect(alone.stderr).toContain('2 passed');
    expect(await project.benches()).toHaveLength(2);
    const joined = await project.bench('a.mjs', source, {}, [BIN, 'run', '--', process.execPath]);
    expect([joined.code, joined.stderr.match(SUMMARY)?.length]).toEqual([0, 1]);
    expect(await project.benches()).toHaveLength(2);
    const shown = await run(process.execPath, [BIN, 'top'], { cwd: project.folder });
    expect(shown.stdout).toMatch(/iterations +mean +p50 +p99 +cpu\/iter/);
    const asJson = json(
      await run(
        process.execPath,
        [
          '-e',
          `console.log(JSON.stringify(JSON.parse(require('node:child_process').execFileSync(process.execPath, ['${BIN}', 'show', 'last', '--json']))))`,
        ],
        { cwd: project.folder },
      ),
    );
    const [item] = asJson.items as Record<string, Record<string, number>>[];
    expect(item!['per_iteration']!['cpu_time']).toBe(item!['metrics']!['cpu_time']! / item!['metrics']!['iterations']!);
  });
});

test('SPANMETER=0 leaves a bench as it was', async () => {
  const project = new BenchProject();
  const { code, stdout, stderr } = await project.bench(
    'a.mjs',
    `import { Bench } from 'tinybench'; import { monitor } from 'spanmeter/bench'; const bench = new Bench({ time: 1 });
     const before = [bench.run, bench.setup]; monitor(bench); bench.add('a', () => {}); await bench.run();
     console.log(before[0] === bench.run, before[1] === bench.setup);`,
    { SPANMETER: '0' },
  );
  expect([code, stdout, stderr]).toEqual([0, 'true true\n', '']);
  await expect(project.benches()).rejects.toMatchObject({ code: 'SPANMETER_NOT_FOUND' });
});

test('a synchronous run of tinybench 6 is measured in an open session', async () => {
  const project = new BenchProject();
  await project.bench(
    'a.cjs',
    `const { openSession } = require('spanmeter'); const { monitor } = require('spanmeter/bench');
     import('tinybench').then(async ({ Bench }) => {
       const session = await openSession(); const bench = monitor(new Bench({ time: 1, iterations: 2 }));
       bench.add('good', () => {}); bench.add('bad', () => { throw new Error('broken'); }); bench.runSync(); await session.close();
     });`,
  );
  expect((await project.benches()).map(({ identity, status }) => [identity.file, identity.name, status])).toEqual([
    ['a.cjs', 'good', 'passed'],
    ['a.cjs', 'bad', 'failed'],
  ]);
});

test('mitata: each run of a benchmark, with its arguments, has its own numbers', async () => {
  const project = new BenchProject();
  const said = json(
    await project.bench(
      'a.mjs',
      `import * as mitata from 'mitata'; import { bench, group, run } from 'mitata'; import { monitor } from 'spanmeter/bench';
       monitor(mitata); const calls = { 10: 0, 20: 0, 60: 0, slow: 0 };
       bench('spins $ms ms', function* (state) { const ms = state.get('ms'); yield () => { calls[ms] += 1; spin(ms); }; }).args('ms', [10, 20, 60]);
       group('named', () => bench('throws', () => { throw new Error('broken'); }));
       const { benchmarks } = await run({ format: 'quiet' });
       console.log(JSON.stringify({ calls, stats: benchmarks.flatMap(({ runs }) => runs.map(({ name, stats }) => ({ name, ...stats, samples: undefined, debug: undefined }))) }));`,
    ),
  );
  const benches = await project.benches();
  expect(benches.map(({ identity, status }) => [identity.name, identity.variant, status])).toEqual([
    ['spins $ms ms', 'spins 10 ms', 'passed'],
    ['spins $ms ms', 'spins 20 ms', 'passed'],
    ['spins $ms ms', 'spins 60 ms', 'passed'],
    ['throws', '', 'failed'],
  ]);
  expect(benches.map(({ overlaps, shared }) => [overlaps, shared])).toEqual(benches.map(() => [0, false]));
  [10, 20, 60].forEach((ms, index) => {
    const stats = (said.stats as Record<string, number>[])[index]!;
    // The first call is not timed.
    expect(value(benches[index], 'iterations')).toBe(said.calls[ms] - 1);
    expect(value(benches[index], 'iteration_mean')).toBe(Math.round(stats['avg']!));
    expect(value(benches[index], 'iteration_p50')).toBe(Math.round(stats['p50']!));
    expect(value(benches[index], 'cpu_time') / said.calls[ms] / 1e6).toBeGreaterThan(ms * 0.99);
    expect(value(benches[index], 'cpu_time') / said.calls[ms] / 1e6).toBeLessThan(ms * 1.5);
  });
});

test('monitor says what it can measure', async () => {
  const { monitor } = await import('../dist/runners/bench/monitor.js');
  expect(() => monitor({})).toThrow(/expected a Bench of tinybench, or mitata's module/);
});

test('the example without a harness runs as it is', async () => {
  const project = new BenchProject();
  project.copyExample('bench');
  const { code, stdout } = await run(process.execPath, ['no-harness.mjs'], { cwd: project.folder });
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^gzip: .* ms \(p99 .*, of which this thread .* ms\n$/)]);
  expect((await project.benches()).map(({ identity, values }) => [identity.name, values[METRIC_INDEX.iterations]])).toEqual([['gzip', 50]]);
});
