/** Comparisons: what is called a change, and what is not. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { compare } from '../dist/analysis/compare/index.js';
import type { Change, CompareOptions, Comparison, Side } from '../dist/analysis/compare/types.js';
import type { Metric, Session } from '../dist/client/entities.js';
import { comparisonJson } from '../dist/report/compare/json.js';
import { comparisonMarkdown } from '../dist/report/compare/markdown.js';
import { renderComparison } from '../dist/report/compare/text.js';
import { MIB, MS } from './helpers/history.js';

const PLAIN = { columns: 160, color: false };

function session(id: string, more: Partial<Session> = {}): Session {
  return {
    id,
    startedAt: 1e15,
    finishedAt: 1e15 + 1,
    description: '',
    tags: {},
    scm: {},
    command: 'vitest',
    root: '/p',
    packages: [],
    ...more,
  };
}

function metric(of: string, name: string, more: Partial<Metric> = {}): Metric {
  return {
    ...{ session: of, kind: 'test', project: '', file: 'a.test.ts', describe: [], name, variant: '', ordinal: 0, component: '' },
    ...{ context: '', writer: 'w', sequence: 1, tags: {}, startedAt: 1e15, foreign: false, status: 'passed' },
    ...more,
  };
}

/** A run for each value of CPU time, in ms. */
function side(name: string, cpu: Readonly<Record<string, readonly number[]>>, more: Partial<Session> = {}): Side {
  const runs = Math.max(...Object.values(cpu).map(({ length }) => length));
  const sessions = Array.from({ length: runs }, (_, run) => session(`${name}${run}`, more));
  const metrics = Object.entries(cpu).flatMap(([item, values]) =>
    values.map((value, run) => metric(`${name}${run}`, item, { cpuTime: value * MS })),
  );
  return { name, sessions, metrics };
}

const SIX = [100, 101, 102, 103, 104, 105];
const plus = (values: readonly number[], more: number): number[] => values.map((value) => value + more);
const only = (comparison: Comparison): Change => {
  expect(comparison.changes).toHaveLength(1);
  return comparison.changes[0]!;
};
const ofCpu = (a: readonly number[], b: readonly number[], options: CompareOptions = {}): Change =>
  only(compare(side('a', { one: a }), side('b', { one: b }), options));

describe('a verdict', () => {
  test('regressed and improved: by the ranks, the ratio, and the floor', () => {
    expect(ofCpu(SIX, plus(SIX, 60))).toMatchObject({ verdict: 'regressed', a: { count: 6, median: 102.5 * MS }, difference: 60 * MS });
    expect(ofCpu(plus(SIX, 60), SIX)).toMatchObject({ verdict: 'improved', difference: -60 * MS });
    const { ratio, low, high, p, adjustedP } = ofCpu(SIX, plus(SIX, 60));
    expect(low!).toBeLessThan(ratio!);
    expect(ratio!).toBeLessThan(high!);
    expect([p, adjustedP]).toEqual([2 / 924, 2 / 924]);
  });

  test('unchanged: less than the floor, or less than the ratio', () => {
    expect(ofCpu(SIX, plus(SIX, 40))).toMatchObject({ verdict: 'unchanged' });
    expect(ofCpu(plus(SIX, 2000), plus(SIX, 2060))).toMatchObject({ verdict: 'unchanged' });
    expect(ofCpu(plus(SIX, 2000), plus(SIX, 2060), { thresholds: { cpu_time: { ratio: 0.01, floor: 1 } } }).verdict).toBe('regressed');
  });

  test('what stays below the floor in every run is not tested, and costs the others nothing', () => {
    const small = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`small ${index}`, SIX.map((value) => value / 10)]));
    const found = compare(side('a', { ...small, one: SIX }), side('b', { ...small, one: plus(SIX, 60) }));
    expect(found.changes[0]).toMatchObject({ verdict: 'regressed', item: { name: 'one' }, adjustedP: 2 / 924 });
    expect(found.changes[1]).not.toHaveProperty('p');
  });

  test('of many items, each must show more', () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`other ${index}`, plus(SIX, index)]));
    const found = compare(side('a', { ...many, one: SIX }), side('b', { ...many, one: plus(SIX, 60) }));
    expect(found.changes[0]).toMatchObject({ verdict: 'undecided', item: { name: 'one' }, p: 2 / 924 });
    expect(found.changes[0]!.adjustedP).toBeCloseTo((51 * 2) / 924, 12);
    expect(found.changes[0]!.runsNeeded).toBe(7);
  });

  test('undecided: too few runs to tell, and how many would', () => {
    expect(ofCpu(SIX.slice(0, 3), plus(SIX, 60).slice(0, 3))).toMatchObject({ verdict: 'undecided', runsNeeded: 4 });
    const mixed = ofCpu([100, 300, 100, 300, 110, 290], [310, 120, 330, 310, 120, 320]);
    expect(mixed.verdict).toBe('undecided');
    expect(mixed.runsNeeded!).toBeGreaterThan(6);
  });

  test('suspect: one run on a side', () => {
    expect(ofCpu([100], [200])).toMatchObject({ verdict: 'suspect', reason: 'one run on each side' });
    expect(ofCpu(SIX, [200])).toMatchObject({ verdict: 'suspect', reason: 'one run in B, above all 6 of A' });
    expect(ofCpu([200], SIX)).toMatchObject({ verdict: 'suspect', reason: 'one run in A, above all 6 of B' });
    expect(ofCpu([100, 100, 100, 400], [200])).toMatchObject({ verdict: 'unchanged', reason: 'one run in B, within the 4 of A' });
    expect(ofCpu([100], [101])).toMatchObject({ verdict: 'unchanged' });
  });

  test('incomparable: another machine, or no number on a side', () => {
    const [small, large] = [{ hash: 'a', cpuCount: 2, cpuModel: 'x' }, { hash: 'b', cpuCount: 8, cpuModel: 'x' }]; // prettier-ignore
    const [a, b] = [side('a', { one: SIX }, { context: small }), side('b', { one: plus(SIX, 60) }, { context: large })];
    const barred = compare(a, b);
    expect(barred.counts).toMatchObject({ incomparable: 1, regressed: 0 });
    expect(barred.otherMachines).toEqual([{ what: 'processors', a: ['2'], b: ['8'] }]);
    expect(barred.totals).toMatchObject([{ verdict: 'incomparable' }]);
    expect(renderComparison(barred, PLAIN, { all: false, quiet: false })).toContain(
      '(processors 2 -> 8): --across-machines compares all the same',
    );
    expect(compare(a, b, { acrossMachines: true }).counts.regressed).toBe(1);
    // Each CI job has a machine of another name.
    const named = { ...small, hash: 'c', machine: 'runner-2' };
    const same = compare(a, side('b', { one: plus(SIX, 60) }, { context: named }));
    expect(same.counts.regressed).toBe(1);
    expect(same.differences).toContainEqual({ what: 'machine', a: [''], b: ['runner-2'] });

    const failing = side('b', { one: SIX });
    const found = compare(side('a', { one: SIX }), {
      ...failing,
      metrics: [...failing.metrics].map((row) => ({ ...row, status: 'failed' as const })),
    });
    expect(only(found)).toMatchObject({ verdict: 'incomparable', reason: 'failed in B', b: { count: 0 } });
  });
});

describe('what counts of a run', () => {
  const rows = (more: readonly Partial<Metric>[]): Side => ({
    name: 'b',
    sessions: [session('b')],
    metrics: more.map((each) => metric('b', 'one', each)),
  });
  const median = (...more: Partial<Metric>[]): number | undefined => only(compare(side('a', { one: [100] }), rows(more))).b.median;

  test('the last attempt of a test; the sum of a span in a loop, and the largest of its peaks', () => {
    expect(median({ cpuTime: 5 * MS, status: 'failed' }, { cpuTime: 7 * MS, retry: 1 })).toBe(7 * MS);
    expect(median({ cpuTime: 7 * MS, retry: 1 }, { cpuTime: 5 * MS })).toBe(7 * MS);
    expect(median({ cpuTime: 5 * MS, retry: 3 }, { cpuTime: 8 * MS, repeat: 1 })).toBe(8 * MS);
    expect(median({ cpuTime: 5 * MS }, { cpuTime: 8 * MS })).toBe(13 * MS);
    const peaks = rows([{ peakGrowth: 5 * MIB }, { peakGrowth: 3 * MIB }]);
    expect(only(compare({ ...peaks, name: 'a' }, peaks)).b.median).toBe(5 * MIB);
  });

  test('a lower bound of a peak is no value of it', () => {
    const bound = rows([{ peakGrowth: 5 * MIB, peakIsLowerBound: true, cpuTime: MS }]);
    expect(compare(bound, bound).changes.map((each) => each.metric)).toEqual(['cpu_time']);
  });

  test('numbers that include what ran beside it are marked', () => {
    const shared = rows([{ cpuTime: MS, wallTime: MS, shared: true }]);
    expect(compare(shared, shared).changes).toMatchObject([{ metric: 'wall_time' }, { metric: 'cpu_time', shared: true }]);
    expect(compare(shared, shared).changes[0]).not.toHaveProperty('shared');
  });

  test('files and suites only where somebody asks for them; of benchmarks their mean', () => {
    const kinds = rows([{ kind: 'file', cpuTime: MS }, { kind: 'bench', iterationMean: 50, cpuTime: MS }]); // prettier-ignore
    expect(compare(kinds, kinds).changes.map(({ item, metric: name }) => [item.kind, name])).toEqual([['bench', 'iteration_mean']]);
    expect(compare(kinds, kinds, { kinds: ['file'] }).changes.map(({ item }) => item.kind)).toEqual(['file']);
  });

  test('the parallel jobs of one CI run are one run in the totals', () => {
    const shards = (name: string): Side => ({
      name,
      sessions: [1, 2, 3, 4].map((id) => session(`${name}${id}`, { tags: { group: `g${Math.ceil(id / 2)}` } })),
      metrics: [1, 2, 3, 4].map((id) => metric(`${name}${id}`, `test ${id % 2}`, { cpuTime: id * MS })),
    });
    const found = compare(shards('a'), shards('b'));
    expect(found.a.runs).toBe(2);
    expect(found.totals).toMatchObject([{ a: { count: 2, median: 5 * MS } }]);
  });
});

test('items that are new or gone, and what differs around them', () => {
  const a = side(
    'a',
    { one: [1], old: [3] },
    { scm: { revision: 'abc', branch: 'main' }, packages: [{ name: 'vite', version: '7.0.0' }], tags: { ci: true } },
  );
  const b = side(
    'b',
    { one: [1], fresh: [2] },
    { scm: { revision: 'def', branch: 'main' }, packages: [{ name: 'vite', version: '7.1.0' }], tags: { ci: true } },
  );
  const found = compare(a, b);
  expect([found.added, found.gone]).toMatchObject([
    [{ item: { name: 'fresh' }, medians: { cpu_time: 2 * MS } }],
    [{ item: { name: 'old' } }],
  ]);
  expect(found.differences).toEqual([
    { what: 'revision', a: ['abc'], b: ['def'] },
    { what: 'package vite', a: ['7.0.0'], b: ['7.1.0'] },
  ]);
  const text = renderComparison(found, PLAIN, { all: false, quiet: false });
  expect(text).toMatch(/^1 unchanged, 1 new, 1 gone$/m);
  expect(text).toMatch(
    /new +a\.test\.ts > fresh\ngone +a\.test\.ts > old\ndiffers +revision abc -> def\n +package vite 7\.0\.0 -> 7\.1\.0/,
  );
});

test('a package that the members of a workspace have in several versions differs in any of them', () => {
  const zod = (...versions: string[]) => ({ packages: versions.map((version) => ({ name: 'zod', version })) });
  const found = compare(side('a', { one: [1] }, zod('3.25.1', '4.1.0')), side('b', { one: [1] }, zod('3.25.2', '4.1.0')));
  expect(found.differences).toEqual([{ what: 'package zod', a: ['3.25.1, 4.1.0'], b: ['3.25.2, 4.1.0'] }]);
});

describe('whatever the numbers', () => {
  const values = fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 1, maxLength: 12 });
  const MIRROR: Readonly<Record<string, string>> = { regressed: 'improved', improved: 'regressed' };
  it('the verdict turns over with the sides, and does not depend on the order of the runs', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const [there, back, again] = [ofCpu(a, b), ofCpu(b, a), ofCpu([...a].reverse(), [...b].reverse())];
        expect(back.verdict).toBe(MIRROR[there.verdict] ?? there.verdict);
        expect(again).toEqual(there);
        expect(JSON.stringify(comparisonJson(compare(side('a', { one: a }), side('b', { one: b }))))).not.toMatch(/null|NaN/);
      }),
    );
  });
});

describe('in many simulated comparisons of 10 and 10 runs', () => {
  /** Linear congruential, as Numerical Recipes has it: the same numbers in every run. */
  const randomFrom = (seed: number) => () => ((seed = (seed * 1664525 + 1013904223) % 2 ** 32) + 0.5) / 2 ** 32;
  const random = randomFrom(42);
  const gauss = (): number => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
  /** Skewed: a bell and a tail to the right, and now and then a run that takes up to twice as long. */
  const noise = (size: number): number => (Math.exp(size * gauss()) - size * Math.log(random())) * (random() < 0.02 ? 1 + random() : 1);
  const simulated = (name: string, size: number, changed: number): Side =>
    side(name, Object.fromEntries(Array.from({ length: 200 }, (_, item) => [`${item}`, Array.from({ length: 10 }, () => 1000 * (1 + (item % 7)) * (item < changed ? 1.1 : 1) * noise(size))]))); // prettier-ignore
  const isChanged = ({ item }: Change): boolean => Number(item.name) < 20;

  it.each([0.02, 0.05, 0.2])('false calls are at most 0.5 %%, with noise of %d', (size) => {
    let [called, all] = [0, 0];
    for (let round = 0; round < 20; round++) {
      const { counts, changes } = compare(simulated('a', size, 0), simulated('b', size, 0));
      called += counts.regressed + counts.improved;
      all += changes.length;
    }
    expect(all).toBe(4000);
    expect(called / all).toBeLessThanOrEqual(0.005);
  });

  it('changes of 10 % are found 95 times of 100, with noise of 2 %', () => {
    let [found, wrong] = [0, 0];
    for (let round = 0; round < 20; round++) {
      const called = compare(simulated('a', 0.02, 0), simulated('b', 0.02, 20)).changes.filter(({ verdict }) => verdict === 'regressed');
      found += called.filter(isChanged).length;
      wrong += called.filter((change) => !isChanged(change)).length;
    }
    expect(found / 400).toBeGreaterThanOrEqual(0.95);
    expect(wrong / 3600).toBeLessThanOrEqual(0.005);
  });
});

describe('what is asked for wrongly', () => {
  const good = side('a', { one: SIX });
  it.each([
    [{ ...good, metrics: [...good.metrics].map(({ name: _, ...row }) => row as Metric) }, {}, /lack the columns name/],
    [{ ...good, sessions: [session('other')] }, {}, /are of other sessions/],
    [{ ...good, sessions: [] }, {}, /has no sessions/],
    [good, { metrics: ['cpu_tim'] }, /no metric 'cpu_tim'\. Did you mean 'cpu_time'/],
    [good, { thresholds: { nope: { ratio: 1, floor: 1 } } }, /no metric 'nope'/],
  ] as [Side, CompareOptions, RegExp][])('is refused', (wrong, options, message) => {
    expect(() => compare(good, wrong, options)).toThrow(message);
  });
});

test('hostile titles stay text', () => {
  const title = '</td><script>alert(1)</script> | [x](http://evil) @everyone `a` \u001b[31m\n# x';
  const found = compare(side('a', { [title]: [100] }), side('b', { [title]: [900] }, { tags: { '<b>': '|' } }));
  const markdown = comparisonMarkdown(found, { all: true });
  for (const hostile of ['<script', '[x]', '@everyone', '`a`', '\u001b']) expect(markdown).not.toContain(hostile);
  expect(markdown.split('\n').filter((line) => line.startsWith('| 🟡')).map((line) => line.split(' | ').length)).toEqual([10, 9]); // prettier-ignore
  expect(renderComparison(found, PLAIN, { all: true, quiet: false })).not.toContain('\u001b');
});

test('nothing in common is said', () => {
  const found = compare(side('a', { one: [1] }), side('b', { other: [1] }));
  expect(renderComparison(found, PLAIN, { all: false, quiet: true })).toContain('1 new, 1 gone');
  expect(renderComparison(compare({ name: 'a', sessions: [session('a')], metrics: [] }, { name: 'b', sessions: [session('b')], metrics: [] }), PLAIN, { all: false, quiet: true })).toContain('Nothing to compare'); // prettier-ignore
});
