/** Budgets: how they are written, what they are held against, the file, and what exceeding one does to a run. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { assertWithin, openSession, span, SpanmeterError, type Budget, type Reading } from 'spanmeter';
import { judgeSession, type BudgetResult } from '../dist/analysis/budget.js';
import { parseRules } from '../dist/analysis/budget-rules.js';
import { compilePattern, type PatternKind } from '../dist/analysis/pattern.js';
import { judge, type Judged } from '../dist/model/judge.js';
import { parseBudget, type Measurable } from '../dist/model/limits.js';
import { METRICS, METRIC_INDEX, type MetricName, type Unit } from '../dist/model/metrics.js';
import { overTable } from '../dist/model/over.js';
import { parseQuantity } from '../dist/model/quantity.js';
import { BUDGET_TAG } from '../dist/model/records.js';
import { renderBudget } from '../dist/report/budget.js';
import { mergeMarkers, markedItem } from '../dist/runners/markers.js';
import { readBudgets } from '../dist/session/budget-file.js';
import type { StoredReading } from '../dist/store/contract.js';
import { BIN, cleanEnvironment, run, runScript, type Ended } from './helpers/script.js';
import { temporaryFolder } from './helpers/temporary.js';
import { VitestProject } from './helpers/vitest-project.js';

const MIB = 2 ** 20;
const MACHINE: Measurable = { mode: 'native', peakMode: 'maxrss', peakBound: 496 * 1024, reasons: [], missing: {} };

/** The message of a refusal. */
function refusal(act: () => unknown): string {
  try {
    act();
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(SpanmeterError);
    expect(thrown).toMatchObject({ code: 'SPANMETER_BUDGET' });
    return (thrown as Error).message;
  }
  throw new Error('nothing was refused');
}

describe('quantities', () => {
  test.each<[unknown, Unit, number]>([
    ['64 MiB', 'bytes', 64 * MIB],
    ['64MiB', 'bytes', 64 * MIB],
    [' 1.5 GiB ', 'bytes', 1.5 * 2 ** 30],
    ['.5 KiB', 'bytes', 512],
    ['2 TiB', 'bytes', 2 ** 41],
    ['64 MB', 'bytes', 64e6],
    ['3 kB', 'bytes', 3000],
    ['3 KB', 'bytes', 3000],
    ['12 B', 'bytes', 12],
    [64e6, 'bytes', 64e6],
    ['50 ms', 'ns', 50e6],
    ['1.5 s', 'ns', 1.5e9],
    ['2 min', 'ns', 120e9],
    ['1 h', 'ns', 3600e9],
    ['7 us', 'ns', 7e3],
    ['7 µs', 'ns', 7e3],
    ['7 μs', 'ns', 7e3],
    ['100 ns', 'ns', 100],
    [5, 'ns', 5],
    ['12', 'count', 12],
    [0, 'count', 0],
  ])('%j of unit %s is %d', (given, unit, value) => {
    expect(parseQuantity(given, unit)).toBe(value);
  });

  test.each<[unknown, Unit]>([
    ['64', 'bytes'],
    ['64', 'ns'],
    ['64 mib', 'bytes'],
    ['64 ms', 'bytes'],
    ['64 MiB', 'ns'],
    ['64 MiB', 'count'],
    ['1e3 ms', 'ns'],
    ['-1 ms', 'ns'],
    ['1,5 s', 'ns'],
    ['0x10 ms', 'ns'],
    ['1. s', 'ns'],
    ['1 s 2 ms', 'ns'],
    ['', 'ns'],
    ['ms', 'ns'],
    ['1 constructor', 'ns'],
    [-1, 'ns'],
    [NaN, 'bytes'],
    [Infinity, 'bytes'],
    [null, 'bytes'],
    [true, 'count'],
    [['64 MiB'], 'bytes'],
    [{ toString: () => '64 MiB' }, 'bytes'],
  ])('%j is none of unit %s', (given, unit) => {
    expect(parseQuantity(given, unit)).toBeUndefined();
  });
});

describe('limits', () => {
  const parse = (given: unknown, machine = MACHINE) => parseBudget(given, 'here', machine);

  test('are named by a word or by any metric that is a cost', () => {
    expect(parse({ wall: '1 s', cpu: '2 s', peak: '1 MiB', rss: '2 MiB', faults: 0, minorFaults: 3, threadCpuTime: 4e9 })).toEqual([
      { metric: 'wall_time', key: 'wall', most: 1e9 },
      { metric: 'cpu_time', key: 'cpu', most: 2e9 },
      { metric: 'peak_growth', key: 'peak', most: MIB },
      { metric: 'peak_rss', key: 'rss', most: 2 * MIB },
      { metric: 'minor_faults', key: 'minorFaults', most: 3 },
      { metric: 'thread_cpu_time', key: 'threadCpuTime', most: 4e9 },
    ]);
  });

  test.each([
    [{ peek: '1 MiB' }, "here: there is no metric 'peek'. Did you mean 'peak'?"],
    [{ peak_rss: '1 MiB' }, "here: there is no metric 'peak_rss'. Did you mean 'peakRss'?"],
    [{ constructor: '1 MiB' }, /^here: there is no metric 'constructor'\. There are: wall, cpu, peak, rss, faults, wallTime, /],
    [{ wall: '64 MiB' }, "here: 'wall': expected a time such as '50 ms' (ns, us, ms, s, min, h) or a number of nanoseconds, got '64 MiB'."],
    [{ peak: '64' }, /^here: 'peak': expected a size such as '64 MiB' \(B, kB, .*\) or a number of bytes, got '64'\.$/],
    [{ faults: '5 ms' }, "here: 'faults': expected a number, got '5 ms'."],
    [{ peak: null }, /got null\.$/],
    [{ peak: ['1 MiB'] }, /got a list\.$/],
    [{ peak: {} }, /got an object\.$/],
    [{ peak: () => 1 }, /got a function\.$/],
    [{ peak: 'x'.repeat(1000) }, /got 'x{57}\.\.\.'\.$/],
    [{}, /^here: there is no limit in it\. There are: wall, cpu, /],
    [{ peak: undefined }, /^here: there is no limit in it\./],
    ['64 MiB', "here: expected limits such as { peak: '64 MiB', cpu: '50 ms' }, got '64 MiB'."],
    [['64 MiB'], /got a list\.$/],
    [null, /got null\.$/],
    [5, /got 5\.$/],
  ])('%j is none', (given, message) => {
    expect(refusal(() => parse(given))).toMatch(message);
  });

  test('a state is no cost, and the split of processor time is an estimate', () => {
    expect(refusal(() => parse({ heap: '1 GiB' }))).toBe(
      "here: 'heap' can't have a limit: it is a state and no cost. Limit 'peak' or 'rss'.",
    );
    for (const key of ['userTime', 'kernelTime']) {
      expect(refusal(() => parse({ [key]: '1 s' }))).toMatch(
        new RegExp(`^here: '${key}' can't have a limit: it is the kernel's estimate of the split, .*Limit 'cpu', their sum\\.$`),
      );
    }
  });

  test('less than can be measured is refused: metric, limit, bound, remedy', () => {
    expect(refusal(() => parse({ peak: '100 KiB' }))).toBe(
      "here: 'peak' can't be held to 100.0 KiB: less than 496.0 KiB can't be told from nothing on this machine " +
        "(the kernel's counters can be off by so much). Set it to at least 496.0 KiB.",
    );
    expect(refusal(() => parse({ cpu: '9 us' }))).toMatch(
      /'cpu' can't be held to 9\.0 us: less than 10\.0 us .*Set it to at least 10\.0 us\.$/,
    );
    expect(refusal(() => parse({ wall: 100 }))).toMatch(/'wall' can't be held to 100 ns: less than 2\.0 us .*CLOCK_MONOTONIC/);
  });

  test('the bound is that of the machine, and the limit at the bound is good', () => {
    const machine = { ...MACHINE, peakBound: 32 * MIB };
    expect(parse({ peak: '32 MiB', rss: '33 MiB', cpu: '10 us', wall: '2 us' }, machine)).toHaveLength(4);
    expect(refusal(() => parse({ rss: '31 MiB' }, machine))).toContain('Set it to at least 32.0 MiB.');
    const slow: Measurable = { ...MACHINE, mode: 'javascript', peakBound: NaN };
    expect(refusal(() => parse({ wall: '10 us' }, slow))).toContain('Set it to at least 20.0 us.');
    expect(parse({ peak: '1 KiB', wall: '20 us' }, slow)).toHaveLength(2);
  });

  test('every metric can be limited, or is refused with a reason', () => {
    for (const metric of METRICS) {
      const key = metric.name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
      if ('least' in metric) expect(parse({ [key]: 1e12 })).toEqual([{ metric: metric.name, key, most: 1e12 }]);
      else expect(refusal(() => parse({ [key]: 1e12 }))).toContain(`'${key}' can't have a limit`);
    }
  });
});

describe('judging', () => {
  const ALONE: Judged = { status: 'passed', overlaps: 0, shared: false, peakIsLowerBound: false };
  const held = (budget: Budget, measured: number, marks: Partial<Judged> = {}, machine: Partial<Measurable> = {}) =>
    judge(parseBudget(budget, 'here', MACHINE)[0]!, measured, { ...ALONE, ...marks }, { ...MACHINE, ...machine });

  test('at the limit is within, above it is over', () => {
    expect(held({ cpu: '50 ms' }, 50e6)).toEqual({ metric: 'cpu_time', key: 'cpu', most: 50e6, measured: 50e6, verdict: 'within' });
    expect(held({ cpu: '50 ms' }, 50e6 + 1)).toMatchObject({ verdict: 'exceeded' });
    expect(held({ faults: 0 }, 0)).toMatchObject({ verdict: 'within' });
    expect(held({ faults: 0 }, 1)).toMatchObject({ verdict: 'exceeded' });
  });

  test.each<[Budget, Partial<Judged>]>([
    [{ cpu: '50 ms' }, { overlaps: 1, shared: true }],
    [{ cpu: '50 ms' }, { shared: true }],
    [{ peak: '50 MiB' }, { overlaps: 3 }],
    [{ rss: '50 MiB' }, { shared: true }],
    [{ childrenCpuTime: '50 ms' }, { shared: true }],
    [{ gcCount: 5 }, { overlaps: 1 }],
  ])('%j beside others (%j) is neither within nor over', (budget, marks) => {
    for (const measured of [1, 1e12]) {
      expect(held(budget, measured, marks)).toMatchObject({
        verdict: 'undecided',
        measured,
        isShared: true,
        reason: expect.stringContaining('beside others in one process'),
      });
    }
  });

  test('wall time is judged also beside others; the CPU of a thread where it was kept, since others only add to it', () => {
    expect(held({ wall: '1 ms' }, 2e6, { overlaps: 1, shared: true })).toMatchObject({ verdict: 'exceeded' });
    expect(held({ wall: '1 ms' }, 1e5, { overlaps: 1, shared: true })).toMatchObject({ verdict: 'within' });
    expect(held({ threadCpuTime: '1 ms' }, 1e5, { overlaps: 1, shared: true })).toMatchObject({ verdict: 'within' });
    expect(held({ threadCpuTime: '1 ms' }, 2e6, { overlaps: 1, shared: true })).toMatchObject({ verdict: 'undecided' });
    expect(held({ threadCpuTime: '1 ms' }, 2e6, { shared: true })).toMatchObject({ verdict: 'exceeded' });
  });

  test('a peak that is a lower bound can be over, but is not within for sure', () => {
    expect(held({ peak: '8 MiB' }, 9 * MIB, { peakIsLowerBound: true })).toMatchObject({ verdict: 'exceeded' });
    expect(held({ peak: '8 MiB' }, 2 * MIB, { peakIsLowerBound: true })).toMatchObject({
      verdict: 'undecided',
      reason: "it was at least 2.0 MiB: something else reset the kernel's record of the peak",
    });
    expect(held({ cpu: '8 ms' }, 1e6, { peakIsLowerBound: true })).toMatchObject({ verdict: 'within' });
  });

  test.each<[Budget, Partial<Judged>, Partial<Measurable>, string]>([
    [{ cpu: '8 ms' }, { status: 'interrupted' }, {}, 'it was interrupted'],
    [{ threadCpuTime: '8 ms' }, {}, { missing: { thread_cpu_time: 'needs the add-on' } }, 'needs the add-on'],
    [{ peak: '8 MiB' }, {}, { peakMode: 'left' }, 'its process had a higher peak before, which is not reset here'],
    [{ peak: '8 MiB' }, {}, { reasons: ['clear_refs: EACCES'] }, 'it was not measured (clear_refs: EACCES)'],
    [{ gcTime: '8 ms' }, {}, {}, "gc is measured only with the probes 'gc'"],
    [{ treePeakHigh: '8 MiB' }, {}, {}, 'only whole commands have it'],
  ])('%j absent: %j %j', (budget, marks, machine, reason) => {
    const judged = held(budget, NaN, marks, machine);
    expect(judged).toMatchObject({ verdict: 'undecided', reason });
    expect(judged).not.toHaveProperty('measured');
  });

  test('the table of what was exceeded names amount and percent', () => {
    const over = [
      held({ peak: '64 MiB' }, 96 * MIB),
      held({ cpu: '50 ms' }, 50.02e6),
      held({ wall: '1 s' }, 1.05e9),
      held({ faults: 0 }, 3),
    ];
    expect(overTable(over)).toEqual([
      '  metric     limit  measured            over by',
      '  peak    64.0 MiB  96.0 MiB    32.0 MiB (50 %)',
      '  cpu      50.0 ms   50.0 ms  20.0 us (< 0.1 %)',
      '  wall       1.0 s     1.1 s    50.0 ms (5.0 %)',
      '  faults         0         3                  3',
    ]);
  });
});

describe('assertWithin', () => {
  const READING: Reading = {
    ...{ startedAt: 1, status: 'passed', retry: 0, repeat: 0, overlaps: 0, shared: false, peakIsLowerBound: false },
    ...{ wallTime: 80e6, cpuTime: 20e6, peakGrowth: 96 * MIB },
  };

  test('says nothing when all is kept', () => {
    assertWithin(READING, { wall: '80 ms', cpu: '1 s', peak: '96 MiB' });
    assertWithin(span('work', () => 1).reading, { wall: '30 s' });
  });

  test('throws what is an assertion and an error of ours, with everything in it', () => {
    let thrown: unknown;
    try {
      assertWithin(READING, { wall: '50 ms', cpu: '1 s', peak: '64 MiB' });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(SpanmeterError);
    expect(thrown).toMatchObject({ name: 'AssertionError', code: 'SPANMETER_BUDGET' });
    expect((thrown as Error).message).toBe(
      [
        'A budget was exceeded:',
        '',
        '  metric     limit  measured          over by',
        '  wall     50.0 ms   80.0 ms   30.0 ms (60 %)',
        '  peak    64.0 MiB  96.0 MiB  32.0 MiB (50 %)',
      ].join('\n'),
    );
    expect((thrown as { judgements: unknown }).judgements).toHaveLength(3);
  });

  test('what can not be judged is no success', () => {
    expect(refusal(() => assertWithin({ ...READING, overlaps: 1, shared: true }, { cpu: '1 s' }))).toBe(
      [
        "A budget can't be judged:",
        '',
        "  cpu can't be judged: it ran beside others in one process",
        '  Wall time (wall) and the CPU of its own thread (threadCpuTime) can be judged there.',
      ].join('\n'),
    );
    expect(refusal(() => assertWithin(READING, { wall: '50 ms', childrenCpuTime: '1 s' }))).toMatch(
      /exceeded:\n\n.*\n {2}wall.*\n\n {2}childrenCpuTime can't be judged: children cpu is measured only with the probes 'full'$/s,
    );
  });

  test('wrong arguments are named', () => {
    expect(refusal(() => assertWithin(READING, { peek: 1 } as object))).toBe(
      "assertWithin(): there is no metric 'peek'. Did you mean 'peak'?",
    );
    expect(refusal(() => assertWithin(READING, undefined as unknown as Budget))).toContain('got undefined');
    for (const wrong of [undefined, null, 5, {}, span('open'), span('measured', () => 1)]) {
      expect(refusal(() => assertWithin(wrong as Reading, { wall: '1 s' }))).toContain('expected a reading, as span() gives it');
    }
  });
});

describe('patterns', () => {
  test.each<[string, PatternKind, readonly string[], readonly string[]]>([
    ['test/*.ts', 'path', ['test/a.ts', 'test/.ts'], ['test/a/b.ts', 'a/test/a.ts', 'test/a.tsx']],
    ['test/**', 'path', ['test/a.ts', 'test/a/b.ts'], ['test', 'tests/a.ts']],
    ['**/*.test.ts', 'path', ['a.test.ts', 'x/y/a.test.ts'], ['a.test.tsx', 'atest.ts']],
    ['a/**/b', 'path', ['a/b', 'a/x/b', 'a/x/y/b'], ['ab', 'a/xb']],
    ['a?c', 'path', ['abc'], ['a/c', 'ac', 'abbc']],
    ['parses *', 'title', ['parses a', 'parses a/b\nc', 'parses '], ['it parses a', 'parses']],
    ['*', 'title', ['', 'anything > at all'], []],
    ['a?c', 'title', ['a/c', 'a🙂c'], ['ac']],
    ['(a|b) [x]{2} $^.+', 'title', ['(a|b) [x]{2} $^.+'], ['a [x]{2} $^.+']],
    ['100\\% \\*\\\\', 'title', ['100% *\\'], ['100% x']],
    ['ends with \\', 'title', ['ends with \\'], []],
    ['orders > *', 'title', ['orders > totals'], ['orders', 'x orders > totals']],
  ])('%s for a %s', (pattern, kind, fits, others) => {
    const compiled = compilePattern(pattern, kind);
    for (const text of fits) expect([text, compiled.test(text)]).toEqual([text, true]);
    for (const text of others) expect([text, compiled.test(text)]).toEqual([text, false]);
  });
});

/** A stored test with these numbers. */
function item(name: string, numbers: Partial<Record<MetricName, number>>, more: Partial<StoredReading> = {}, identity = {}): StoredReading {
  const values = METRICS.map(() => NaN);
  for (const [metric, value] of Object.entries(numbers)) values[METRIC_INDEX[metric as MetricName]] = value;
  return {
    ...{ session: 's', writer: 'w', sequence: 1, parent: 0, component: '', tags: {}, startedAt: 1, status: 'passed', context: 'c' },
    ...{ retry: 0, repeat: 0, overlaps: 0, shared: false, peakIsLowerBound: false, foreign: false, values },
    identity: { kind: 'test', project: '', file: 'test/a.test.ts', describe: [], name, variant: '', ordinal: 0, ...identity },
    ...more,
  };
}

const rulesOf = (given: unknown) => parseRules(given, 'budget.json', MACHINE);
const judged = (rules: unknown, readings: readonly StoredReading[]): BudgetResult =>
  judgeSession(rules === undefined ? [] : rulesOf(rules), readings, MACHINE, 'budget.json');
const found = (items: BudgetResult['exceeded']): string[] =>
  items.map(({ reading, judgement }) => `${reading.identity.name}: ${judgement.key}`);

describe('rules', () => {
  test.each([
    [{}, /^budget\.json: expected a list of rules such as/],
    [[], /^budget\.json: expected a list of rules/],
    ['x', /expected a list of rules/],
    [null, /expected a list of rules/],
    [[5], /^budget\.json, rule 1: expected an object such as/],
    [[[]], /rule 1: expected an object/],
    [[{ limits: { wall: '1 s' } }, null], /rule 2: expected an object/],
    [[{ limts: { wall: '1 s' } }], "budget.json, rule 1: there is no key 'limts'. Did you mean 'limits'?"],
    [
      [{ path: 'a', limits: { wall: '1 s' } }],
      "budget.json, rule 1: there is no key 'path'. There are: file, describe, name, component, kind, limits.",
    ],
    [[{ file: 'a' }], /rule 1: 'limits' is missing/],
    [[{ file: 5, limits: { wall: '1 s' } }], "budget.json, rule 1: 'file': expected a pattern or a list of patterns, as text."],
    [[{ name: [], limits: { wall: '1 s' } }], /'name': expected a pattern/],
    [[{ name: ['a', ''], limits: { wall: '1 s' } }], /'name': expected a pattern/],
    [[{ name: null, limits: { wall: '1 s' } }], /'name': expected a pattern/],
    [[{ kind: 'tests', limits: { wall: '1 s' } }], "budget.json, rule 1: there is no kind 'tests'. Did you mean 'test'?"],
    [[{ limits: { peek: '1 s' } }], "budget.json, rule 1: there is no metric 'peek'. Did you mean 'peak'?"],
    [[{ limits: { peak: '1 KiB' } }], /^budget\.json, rule 1: 'peak' can't be held to 1\.0 KiB/],
    [[{ limits: 5 }], /rule 1: expected limits such as/],
  ])('%j are refused', (given, message) => {
    expect(refusal(() => rulesOf(given))).toMatch(message);
  });

  test('fit by file, describe path, name, component and kind; of what they say nothing of, all fit', () => {
    const readings = [
      item('one', { wall_time: 5e9 }),
      item(
        'two',
        { wall_time: 5e9 },
        { component: 'billing.invoices' },
        { file: 'test/billing/b.test.ts', describe: ['orders', 'totals'] },
      ),
      item('test/a.test.ts', { wall_time: 5e9 }, {}, { kind: 'file' }),
      item('orders', { wall_time: 5e9 }, {}, { kind: 'suite' }),
    ];
    const over = (rule: object): string[] =>
      judged([{ ...rule, limits: { wall: '1 s' } }], readings).exceeded.map(({ reading }) => reading.identity.name);
    expect(over({})).toEqual(['one', 'two']);
    expect(over({ file: 'test/billing/**' })).toEqual(['two']);
    expect(over({ file: ['test/billing/**', 'test/a.*'] })).toEqual(['one', 'two']);
    expect(over({ describe: 'orders > *' })).toEqual(['two']);
    expect(over({ name: 't?o' })).toEqual(['two']);
    expect(over({ component: 'billing.*' })).toEqual(['two']);
    expect(over({ component: 'billing' })).toEqual([]);
    expect(over({ kind: 'file' })).toEqual(['test/a.test.ts']);
    expect(over({ kind: ['suite', 'test'] })).toEqual(['one', 'two', 'orders']);
    expect(over({ kind: '*' })).toHaveLength(4);
    expect(over({ name: 'one', file: 'test/billing/**' })).toEqual([]);
  });

  test('later ones go before earlier ones, and what a test says of itself before all: metric by metric', () => {
    const own = { tags: { [BUDGET_TAG]: { cpu: '30 ms' } } };
    const numbers = { wall_time: 2e9, cpu_time: 20e6 };
    const rules = [{ limits: { wall: '1 s', cpu: '10 ms' } }, { name: 'slow', limits: { wall: '3 s' } }];
    const result = judged(rules, [item('slow', numbers, own), item('plain', numbers), item('own', numbers, own)]);
    expect(found(result.exceeded)).toEqual(['plain: wall', 'plain: cpu', 'own: wall']);
    expect(result).toMatchObject({ items: 3, within: 3, undecided: [], refused: [], unmatched: [], failed: true });
  });

  test('that match nothing are named; one that matched a skipped test has matched', () => {
    const rules = [
      { file: 'gone/**', kind: ['test', 'file'], limits: { wall: '1 s' } },
      { name: 'skipped', limits: { wall: '1 s' } },
      { limits: { wall: '1 s' } },
    ];
    const result = judged(rules, [item('skipped', {}, { status: 'skipped' })]);
    expect(result).toMatchObject({ items: 0, within: 0, failed: false, unmatched: ['rule 1 (file gone/**, kind test or file)'] });
    expect(judged([{ limits: { wall: '1 s' } }], []).unmatched).toEqual(['rule 1 (every test)']);
  });
});

describe('a session', () => {
  const rules = [{ limits: { wall: '1 s' } }];

  test('of tries, the last one counts; of repetitions, the worst', () => {
    const tries = [
      item('flaky', { wall_time: 9e9 }, { status: 'failed', sequence: 1 }),
      item('flaky', { wall_time: 1e8 }, { retry: 1, sequence: 2 }),
      item('repeated', { wall_time: 1e8 }, { sequence: 3 }),
      item('repeated', { wall_time: 3e9 }, { repeat: 1, sequence: 4 }),
      item('repeated', { wall_time: 2e9 }, { repeat: 2, sequence: 5 }),
    ];
    const { exceeded, items } = judged(rules, tries);
    expect(items).toBe(2);
    expect(exceeded.map(({ reading, judgement }) => [reading.identity.name, judgement.measured])).toEqual([['repeated', 3e9]]);
  });

  test('a failed test is judged; an interrupted one can not be', () => {
    const result = judged(rules, [item('failed', { wall_time: 2e9 }, { status: 'failed' }), item('killed', {}, { status: 'interrupted' })]);
    expect(found(result.exceeded)).toEqual(['failed: wall']);
    expect(result.undecided.map(({ judgement }) => judgement.reason)).toEqual(['it was interrupted']);
  });

  test('what can not be judged fails nobody', () => {
    const result = judged([{ limits: { cpu: '1 ms' } }], [item('beside', { cpu_time: 1e9 }, { overlaps: 1, shared: true })]);
    expect(result).toMatchObject({ failed: false, exceeded: [], items: 1, within: 0 });
    expect(found(result.undecided)).toEqual(['beside: cpu']);
  });

  test('spans of one name are judged one by one', () => {
    const spans = [1, 2, 3].map((sequence) => item('work', { wall_time: sequence * 9e8 }, { sequence }, { kind: 'span' }));
    expect(judged([{ kind: 'span', limits: { wall: '1 s' } }], spans).exceeded).toHaveLength(2);
  });

  test('a budget that a test has of its own and that is none fails the run, once a suite', () => {
    const wrong = { tags: { [BUDGET_TAG]: { peek: '1 MiB' } } };
    const result = judged(undefined, [item('a', {}, wrong), item('b', {}, wrong), item('c', {}, { tags: { [BUDGET_TAG]: '64 MiB' } })]);
    expect(result).toMatchObject({ failed: true, items: 0 });
    expect(result.refused).toEqual([
      expect.stringMatching(/^the budget of '[ab]' in test\/a\.test\.ts: there is no metric 'peek'\. Did you mean 'peak'\?$/),
      expect.stringMatching(/^the budget of 'c' in .*: expected limits such as/),
    ]);
  });

  test('the budget of a suite is for each test in it, not for the suite or the file', () => {
    const own = { tags: { [BUDGET_TAG]: { wall: '1 s' } } };
    const numbers = { wall_time: 5e9 };
    const readings = [
      item('suite', numbers, own, { kind: 'suite' }),
      item('file', numbers, own, { kind: 'file' }),
      item('inside', numbers, own),
    ];
    expect(found(judged(undefined, readings).exceeded)).toEqual(['inside: wall']);
  });
});

describe('markers', () => {
  test('limits of a suite and of a test are merged, and travel as a tag', () => {
    const above = mergeMarkers(undefined, { budget: { cpu: '1 s', peak: '64 MiB' }, tags: { team: 'blue' } });
    expect(markedItem(mergeMarkers(above, { budget: { peak: '8 MiB' } }))).toEqual({
      tags: { team: 'blue', [BUDGET_TAG]: { cpu: '1 s', peak: '8 MiB' } },
    });
    expect(markedItem(mergeMarkers(above, {}))).toEqual({ tags: { team: 'blue', [BUDGET_TAG]: { cpu: '1 s', peak: '64 MiB' } } });
    expect(markedItem(undefined)).toBeUndefined();
  });

  test('mistakes survive, so that they are told, and nothing in them can break a journal', () => {
    const cyclic: Record<string, unknown> = { peak: 5n, cpu: null, wall: () => 1 };
    cyclic['self'] = cyclic;
    const tagOf = (budget: unknown): unknown => markedItem(mergeMarkers(undefined, { budget }))?.tags?.[BUDGET_TAG];
    expect(tagOf(cyclic)).toEqual({ peak: 'a bigint', cpu: 'null', wall: 'a function', self: 'a object' });
    expect(tagOf('64 MiB')).toBe('64 MiB');
    expect(tagOf(['64 MiB'])).toBe('a object');
    expect(tagOf(null)).toBe('null');
  });
});

describe('the report', () => {
  const PLAIN = { columns: 120, color: false };

  test('many lines are cut, and say so', () => {
    const readings = Array.from({ length: 30 }, (_, index) =>
      item(`test ${index}`, { wall_time: 2e9 + index, cpu_time: 1 }, { overlaps: 1 }),
    );
    const lines = renderBudget(judged([{ limits: { wall: '1 s', cpu: '1 s' } }], readings), PLAIN);
    expect(lines[0]).toBe("  budget       30 items with a budget: 30 limits exceeded, 30 can't be judged, 0 kept (budget.json)");
    expect(lines.filter((line) => line.includes(' wall '))).toHaveLength(20);
    expect(lines).toContain('  and 10 more');
    expect(lines.filter((line) => line.includes('it ran beside others in one process'))).toHaveLength(5);
    expect(lines).toContain('  and 25 more');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(120);
    for (const line of renderBudget(judged([{ limits: { wall: '1 s' } }], readings), { columns: 60, color: false })) {
      expect(line.length).toBeLessThanOrEqual(60);
    }
  });

  test('hostile titles are shown, not obeyed', () => {
    const lines = renderBudget(judged([{ limits: { wall: '1 s' } }], [item('\u001b[2J\n', { wall_time: 2e9 })]), PLAIN);
    expect(lines.join('')).toContain('\\x1b[2J\\n');
  });
});

describe('the file', () => {
  const RULES = [{ name: 'a', limits: { wall: '1 s' } }];

  async function read(name: string, text: string) {
    const folder = temporaryFolder();
    writeFileSync(join(folder, name), text);
    return readBudgets(join(folder, name), folder);
  }

  test.each([
    ['b.json', JSON.stringify(RULES)],
    ['b.json', `\ufeff${JSON.stringify(RULES)}`],
    ['budgets', JSON.stringify(RULES)],
    ['b.mjs', `export default ${JSON.stringify(RULES)};`],
    ['b.cjs', `module.exports = ${JSON.stringify(RULES)};`],
    ['b.js', `module.exports = ${JSON.stringify(RULES)};`],
  ])('%s', async (name, text) => {
    const { file, rules } = await read(name, text);
    expect(file).toBe(name);
    expect(rules.map(({ title }) => title)).toEqual(['rule 1 (name a)']);
  });

  test.each([
    ['b.json', '[{', /^The budget file b\.json can't be used: /],
    ['b.mjs', 'export const rules = [];', /^The budget file b\.mjs can't be used: it has no default export/],
    ['b.mjs', "throw new Error('own trouble');", /^The budget file b\.mjs can't be used: own trouble/],
    ['b.json', '{}', /^b\.json: expected a list of rules/],
  ])('%s with %j is refused', async (name, text, message) => {
    await expect(read(name, text)).rejects.toMatchObject({ code: 'SPANMETER_BUDGET', message: expect.stringMatching(message) });
  });

  test('a missing one is refused with what may have been meant', async () => {
    const folder = temporaryFolder();
    await expect(readBudgets(join(folder, 'vitest'), folder)).rejects.toMatchObject({
      code: 'SPANMETER_BUDGET',
      message: expect.stringMatching(/^The budget file vitest can't be used: ENOENT.*'--budget -- <command>' checks the budgets/),
    });
  });
});

const SUITE = `
import { describe, test } from 'vitest';
const used = () => { const { user, system } = process.cpuUsage(); return user + system; };
const spin = (ms) => { const end = used() + ms * 1000; while (used() < end); };
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
describe('orders', { meta: { spanmeter: { component: 'billing', budget: { cpu: '30 s' } } } }, () => {
  test('are light', () => {});
  test('report', { meta: { spanmeter: { budget: { cpu: '10 ms' } } } }, () => spin(31));
  test.skip('are left for later', () => {});
});
`;
const BESIDE = `
for (const name of ['one', 'two']) {
  test.concurrent('beside ' + name, { meta: { spanmeter: { budget: { cpu: '1 ms', wall: '5 ms' } } } }, () => sleep(40));
}
`;
const KEPT = [{ limits: { wall: '60 s' } }];
const BROKEN = [{ component: 'billing', limits: { wall: '10 ms' } }];
const FIRST_LINE = /^ {2}budget {7}(.*)$/m;

function project(plugin: string, suite = SUITE): VitestProject {
  const made = new VitestProject();
  made.write('shop.test.mjs', suite);
  made.write('kept.json', JSON.stringify(KEPT));
  made.write('broken.json', JSON.stringify(BROKEN));
  made.configure('maxWorkers: 1', plugin);
  return made;
}

const attached = (made: VitestProject, flags: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended> =>
  made.run('attach', [], env, flags);

describe('a Vitest run under `spanmeter run`', () => {
  test('an exceeded budget makes it end with 1, and the summary says which', async () => {
    const { code, stderr, stdout } = await attached(project(''), ['--budget', 'broken.json']);
    expect(code).toBe(1);
    expect(stripVTControlCharacters(stdout)).toContain('2 passed | 1 skipped');
    expect(FIRST_LINE.exec(stderr)?.[1]).toBe('2 items with a budget: 2 limits exceeded, 2 kept (broken.json)');
    expect(stderr).toMatch(/over budget +metric +limit +measured +over by +set by\n/);
    expect(stderr).toMatch(
      /shop\.test\.mjs > orders > report +wall +10\.0 ms +\d+\.\d ms +\d+\.\d ms \(\d+ %\) +rule 1 \(component billing\)\n/,
    );
    expect(stderr).toMatch(/shop\.test\.mjs > orders > report +cpu +10\.0 ms +\d+\.\d ms +\d+\.\d ms \(\d+ %\) +its own\n/);
  });

  test('without the option nothing is checked, whatever tests say of themselves', async () => {
    const { code, stderr } = await attached(project(''), []);
    expect(code).toBe(0);
    expect(stderr).not.toContain('budget');
  });

  test('--budget alone checks what tests say of themselves; also by the environment; --no-budget overrules it', async () => {
    const made = project('');
    const results = [
      await attached(made, ['--budget']),
      await attached(made, [], { SPANMETER_BUDGET: 'true' }),
      await attached(made, [], { SPANMETER_BUDGET: 'kept.json' }),
      await attached(made, ['--no-budget'], { SPANMETER_BUDGET: 'true' }),
    ];
    expect(results.map(({ code }) => code)).toEqual([1, 1, 1, 0]);
    expect(results.map(({ stderr }) => FIRST_LINE.exec(stderr)?.[1])).toEqual([
      '2 items with a budget: 1 limit exceeded, 1 kept',
      '2 items with a budget: 1 limit exceeded, 1 kept',
      '2 items with a budget: 1 limit exceeded, 3 kept (kept.json)',
      undefined,
    ]);
  });

  test('kept budgets change nothing, and a failing run keeps its own code', async () => {
    const green = project('', "import { test } from 'vitest';\ntest('a', () => {});");
    const kept = await attached(green, ['--budget', 'kept.json']);
    expect(kept.code).toBe(0);
    expect(FIRST_LINE.exec(kept.stderr)?.[1]).toBe('1 item with a budget: 1 kept (kept.json)');
    const script = 'process.exit(7)';
    const rules = JSON.stringify([{ kind: 'session', limits: { wall: '3 us' } }]);
    green.write('whole.json', rules);
    const how = { cwd: green.folder };
    const failing = await run(process.execPath, [BIN, 'run', '--budget', 'whole.json', '--', process.execPath, '-e', script], how);
    expect(failing.code).toBe(7);
    expect(failing.stderr).toContain('1 limit exceeded');
    const passing = await run(process.execPath, [BIN, 'run', '--budget', 'whole.json', '--', process.execPath, '-e', ''], how);
    expect(passing.code).toBe(1);
  });

  test('a wrong file ends it with 2 before anything runs', async () => {
    const made = project('');
    made.write('wrong.json', '[{ "limits": { "peek": "64 MiB" } }]');
    const { code, stderr, stdout } = await attached(made, ['--budget', 'wrong.json']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe("spanmeter: wrong.json, rule 1: there is no metric 'peek'. Did you mean 'peak'?\n");
    expect(existsSync(join(made.folder, '.spanmeter'))).toBe(false);
  });

  test('a rule that matches nothing is a warning', async () => {
    const made = project('');
    made.write('gone.json', JSON.stringify([...KEPT, { file: 'gone/**', limits: { wall: '1 s' } }]));
    const { code, stderr } = await attached(made, ['--budget', 'gone.json', '--scope', 'file,suite']);
    expect(code).toBe(0);
    expect(FIRST_LINE.exec(stderr)?.[1]).toBe('no item that ran has one (gone.json)');
    expect(stderr).toMatch(/^ {2}unmatched {4}rule 1 \(every test\) matched no item\n {15}rule 2 \(file gone\/\*\*\) matched no item$/m);
  });

  test('processor time of tests beside others is not judged, their wall time is', async () => {
    const { code, stderr } = await attached(project('', SUITE + BESIDE), ['--budget']);
    expect(code).toBe(1);
    expect(FIRST_LINE.exec(stderr)?.[1]).toBe("4 items with a budget: 3 limits exceeded, 2 can't be judged, 1 kept");
    for (const name of ['one', 'two']) {
      expect(stderr).toMatch(new RegExp(`beside ${name} +wall +5\\.0 ms`));
      expect(stderr).toMatch(new RegExp(`beside ${name} +cpu +1\\.0 ms +it ran beside others in one process\n`));
    }
  });

  test('--json holds all of it', async () => {
    const { code, stderr } = await attached(project('', SUITE + BESIDE), ['--budget', 'broken.json', '--json', '--no-db']);
    expect(code).toBe(1);
    const { budget } = JSON.parse(stderr) as { budget: Record<string, unknown> & { exceeded: object[]; undecided: object[] } };
    expect(budget).toMatchObject({ file: 'broken.json', failed: true, items: 4, within: 2, refused: [], unmatched: [] });
    expect(budget.exceeded).toHaveLength(4);
    expect(budget.exceeded).toContainEqual({
      ...{ kind: 'test', project: '', file: 'shop.test.mjs', describe: ['orders'], name: 'report', variant: '', ordinal: 0 },
      ...{ metric: 'cpu_time', limit: 10e6, measured: expect.any(Number), set_by: 'its own' },
      ...{ over_by: expect.any(Number), over_by_percent: expect.any(Number) },
    });
    expect(budget.undecided).toContainEqual(
      expect.objectContaining({ name: 'beside one', metric: 'cpu_time', limit: 1e6, reason: 'it ran beside others in one process' }),
    );
  });

  test('--quiet is quiet about what is kept, and says what is not', async () => {
    const made = project('');
    const kept = await run(process.execPath, [BIN, 'run', '--quiet', '--budget', 'kept.json', '--', 'true'], { cwd: made.folder });
    expect(kept).toMatchObject({ code: 0, stderr: '' });
    const { code, stderr } = await attached(made, ['--quiet', '--budget']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^ {2}budget {7}2 items with a budget: 1 limit exceeded/);
    expect(stderr).toContain('orders > report');
  });

  test('is told of the budget in the plugin of the project, unless it has one itself', async () => {
    const made = project("spanmeter({ budget: 'broken.json' })");
    const told = await attached(made, []);
    expect(told.code).toBe(1);
    expect(FIRST_LINE.exec(told.stderr)?.[1]).toContain('(broken.json)');
    expect(made.leftovers).toEqual([]);
    const own = await attached(made, ['--no-budget']);
    expect(own.code).toBe(0);
    const wrong = await attached(project("spanmeter({ budget: 'gone.json' })"), []);
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toMatch(/^ {2}budget {7}not checked\n {2}refused {6}The budget file gone\.json can't be used/m);
  });
});

describe('a Vitest run with the plugin', () => {
  test('ends with 1 when a budget is exceeded, and with 0 when all are kept', async () => {
    const exceeded = await project("spanmeter({ budget: 'broken.json' })").vitest('plugin');
    expect(exceeded.code).toBe(1);
    expect(stripVTControlCharacters(exceeded.stdout)).toContain('2 passed | 1 skipped');
    expect(FIRST_LINE.exec(exceeded.stderr)?.[1]).toContain('2 limits exceeded');
    const kept = await project("spanmeter({ budget: 'kept.json' })", SUITE.replace('10 ms', '30 s')).vitest('plugin');
    expect(kept.code).toBe(0);
    const own = await project('spanmeter({ budget: true })').vitest('plugin');
    expect(own.code).toBe(1);
    const unasked = await project('spanmeter()').vitest('plugin');
    expect(unasked.code).toBe(0);
  });

  test('quiet, it still says why it fails', async () => {
    const { code, stderr } = await project('spanmeter({ budget: true, quiet: true })').vitest('plugin');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^ {2}budget {7}2 items with a budget: 1 limit exceeded/);
  });

  test('a mistake in the budgets lets the tests run, and fails the run', async () => {
    const file = await project("spanmeter({ budget: 'gone.json' })").vitest('plugin');
    expect(file.code).toBe(1);
    expect(stripVTControlCharacters(file.stdout)).toContain('2 passed | 1 skipped');
    expect(file.stderr).toMatch(/^ {2}refused {6}The budget file gone\.json can't be used/m);
    const own = await project('spanmeter({ budget: true })', SUITE.replaceAll('cpu:', 'cpi:')).vitest('plugin');
    expect(own.code).toBe(1);
    expect(own.stderr).toMatch(/refused {6}the budget of 'are light' in shop\.test\.mjs: there is no metric 'cpi'\. Did you mean 'cpu'\?/);
  });

  test('SPANMETER=0 checks nothing', async () => {
    const { code, stderr } = await project('spanmeter({ budget: true })').vitest('plugin', [], { SPANMETER: '0' });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  test('what a test may cost is kept in the history', async () => {
    const made = project('spanmeter()');
    await made.vitest('plugin');
    const report = (await made.readings()).find(({ identity }) => identity.name === 'report');
    expect(report).toMatchObject({ component: 'billing', tags: { [BUDGET_TAG]: { cpu: '10 ms' } } });
  });
});

describe('a script', () => {
  const SCRIPT = "span('work', () => { const end = Date.now() + 20; while (Date.now() < end); });";
  const RULES = [{ kind: 'span', limits: { wall: '5 ms' } }];

  function folder(): string {
    const made = temporaryFolder();
    mkdirSync(join(made, 'node_modules'), { recursive: true });
    writeFileSync(join(made, 'package.json'), '{}');
    writeFileSync(join(made, 'budget.json'), JSON.stringify(RULES));
    return made;
  }

  test('gets the result when it closes its session, and decides itself', async () => {
    const cwd = folder();
    const source = `const session = await openSession({ budget: 'budget.json' }); ${SCRIPT}
      const { summary } = await session.close(); console.log(JSON.stringify(summary.budget));`;
    const { code, stdout, stderr } = await runScript(source, { cwd });
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ failed: true, items: 1, file: 'budget.json' });
  });

  test('that leaves closing to the end is failed', async () => {
    const { code, stderr } = await runScript(`await openSession({ budget: 'budget.json' }); ${SCRIPT}`, { cwd: folder() });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^spanmeter: a budget was not kept:\n {2}metric .*\n {2}work: wall +5\.0 ms +\d+\.\d ms +\d+\.\d ms \(\d+ %\)\n$/,
    );
  });

  test('a wrong budget is refused when the session opens, and leaves nothing', async () => {
    const cwd = folder();
    await expect(openSession({ budget: join(cwd, 'gone.json'), root: cwd })).rejects.toMatchObject({ code: 'SPANMETER_BUDGET' });
    expect(existsSync(join(cwd, '.spanmeter'))).toBe(false);
    expect(process.env['SPANMETER_SESSION']).toBe(cleanEnvironment()['SPANMETER_SESSION']);
  });
});
