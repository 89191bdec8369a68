/** The statistics against SciPy's (test/fixtures/statistics.json says how they were made), and what must hold whatever the values. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { enoughRuns } from '../dist/analysis/enough-runs.js';
import { adjusted } from '../dist/analysis/false-discovery.js';
import { normalQuantile, normalTail } from '../dist/analysis/normal.js';
import { rankTest } from '../dist/analysis/rank-test.js';
import { ratio, shift } from '../dist/analysis/shift.js';
import { PACKAGE } from './helpers/script.js';

const golden = JSON.parse(readFileSync(join(PACKAGE, 'test/fixtures/statistics.json'), 'utf8')) as {
  rank: { kind: string; a: number[]; b: number[]; superiority: number; p: number }[];
  adjusted: { p: number[]; adjusted: number[] }[];
  normal: { z: number; tail: number }[];
  ratios: { a: number[]; b: number[]; ratio: number; low: number; high: number }[];
};

describe('the rank test', () => {
  test.each(golden.rank.map((each) => [`${each.kind}, ${each.a.length} and ${each.b.length}`, each] as const))(
    '%s',
    (_, { kind, a, b, superiority, p }) => {
      const found = rankTest(a, b);
      expect(found.method).toBe(kind.startsWith('normal') ? 'normal' : 'exact');
      expect(found.superiority).toBeCloseTo(superiority, 12);
      expect(found.p / p).toBeCloseTo(1, 9);
    },
  );

  const values = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 25 });
  it('does not depend on the order, the scale, or which sample is called first', () => {
    fc.assert(
      fc.property(values, values, fc.integer({ min: 1, max: 1000 }), (a, b, factor) => {
        const { superiority, p } = rankTest(a, b);
        const swapped = rankTest(b, a);
        expect(swapped.superiority).toBeCloseTo(1 - superiority, 12);
        expect(swapped.p).toBeCloseTo(p, 12);
        expect(
          rankTest(
            [...a].reverse(),
            b.map((value) => value),
          ),
        ).toEqual(rankTest(a, b));
        expect(rankTest(a.map((value) => value * factor), b.map((value) => value * factor)).p).toBe(p); // prettier-ignore
        expect(p).toBeGreaterThan(0);
        expect(p).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('the ratio and its interval', () => {
  test.each(golden.ratios.map((each) => [`${each.a.length} and ${each.b.length}`, each] as const))('%s', (_, { a, b, ...wanted }) => {
    const found = ratio(a, b);
    expect(found.value).toBeCloseTo(wanted.ratio, 9);
    expect(found.low).toBeCloseTo(wanted.low, 9);
    expect(found.high).toBeCloseTo(wanted.high, 9);
  });

  it('says how often such an interval is right: less than 95 % where there are too few values', () => {
    expect(shift([1, 2, 3], [4, 5, 6])).toMatchObject({ low: 1, high: 5, confidence: 0.9 });
    expect(shift([1, 2, 3, 4, 5], [4, 5, 6, 7, 8]).confidence).toBeCloseTo(0.9682539682539683, 12);
    expect(shift(Array.from({ length: 30 }, (_, index) => index), [5, 6]).confidence).toBe(0.95); // prettier-ignore
  });

  it('turns over when the samples do', () => {
    const values = fc.array(fc.double({ min: 0.1, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 23 });
    fc.assert(
      fc.property(values, values, (a, b) => {
        const [there, back] = [ratio(a, b), ratio(b, a)];
        expect(there.value * back.value).toBeCloseTo(1, 6);
        expect(there.low * back.high).toBeCloseTo(1, 6);
        expect(there.low).toBeLessThanOrEqual(there.value * (1 + 1e-12));
        expect(there.value).toBeLessThanOrEqual(there.high * (1 + 1e-12));
      }),
    );
  });
});

test('the adjustment for many tests', () => {
  for (const { p, adjusted: wanted } of golden.adjusted) adjusted(p).forEach((each, index) => expect(each).toBeCloseTo(wanted[index]!, 12));
  expect(adjusted([])).toEqual([]);
});

test('the normal distribution', () => {
  for (const { z, tail } of golden.normal) {
    expect(normalTail(z) / tail).toBeCloseTo(1, 10);
    if (tail > 0 && tail < 0.5) expect(normalQuantile(tail)).toBeCloseTo(z, 7);
  }
});

test('how many runs would decide', () => {
  // Not one value of a sample among the other's: 2 / (8 over 4) is the first below 5 %.
  expect([enoughRuns(1, 2 / 70), enoughRuns(0, 2 / 70), enoughRuns(1, 2 / 71)]).toEqual([4, 4, 5]);
  expect(enoughRuns(0.9, 0.05)).toBeLessThan(enoughRuns(0.8, 0.05));
  expect(enoughRuns(0.8, 0.05)).toBeLessThan(enoughRuns(0.8, 0.001));
  expect(enoughRuns(0.2, 0.05)).toBe(enoughRuns(0.8, 0.05));
  expect(enoughRuns(0.51, 0.05)).toBe(Infinity);
});
