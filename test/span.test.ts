/** span(): forms, results, nesting, overlap, and what it refuses. */
import { mkdtempSync, readdirSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { SpanmeterError, span, type Measured, type MeasuredResult, type Span, type Tags } from 'spanmeter';

const MIB = 1024 * 1024;

function spin(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
  } catch (thrown) {
    return thrown instanceof SpanmeterError ? thrown.code : String(thrown);
  }
  return undefined;
}

function circle(): object {
  const tags: Record<string, unknown> = {};
  tags['self'] = tags;
  return tags;
}

describe('the forms of span()', () => {
  it('gives a reading at stop', () => {
    const open = span('spin');
    spin(5);
    const reading = open.stop();
    expect(open.name).toBe('spin');
    expect(reading.status).toBe('passed');
    expect(reading.wallTime).toBeGreaterThanOrEqual(5e6);
    expect(reading.threadCpuTime).toBeGreaterThan(0);
    expect(Math.abs(reading.startedAt / 1000 - Date.now())).toBeLessThan(5000);
  });

  it('gives the same reading when it is stopped again', () => {
    const open = span('twice');
    const first = open.stop();
    spin(2);
    expect(open.stop('failed')).toBe(first);
  });

  it('stops at the end of a using block', () => {
    let kept: Span;
    {
      using open = span('block');
      kept = open;
    }
    const before = kept.stop().wallTime;
    spin(2);
    expect(kept.stop().wallTime).toBe(before);
  });

  it('measures a function, and gives its value', () => {
    const { value, reading } = span('sum', () => 1 + 1);
    expect(value).toBe(2);
    expect(reading.wallTime).toBeGreaterThan(0);
  });

  it('measures an asynchronous function until it settles', async () => {
    const { value, reading } = await span('wait', async () => {
      await sleep(20);
      return 'done';
    });
    expect(value).toBe('done');
    expect(reading.wallTime).toBeGreaterThanOrEqual(19e6);
  });

  it('throws on what the function throws, also asynchronously', async () => {
    const error = new TypeError('from inside');
    expect(() =>
      span('throws', () => {
        throw error;
      }),
    ).toThrow(error);
    await expect(span('rejects', () => Promise.reject(error))).rejects.toBe(error);
    // Neither is left open: a span that starts now overlaps nothing.
    expect(span('after').stop().overlaps).toBe(0);
  });

  it('takes nothing for a promise that cannot be asked whether it is one', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const thrower = {
      get then(): unknown {
        throw new Error('not yours');
      },
    };
    for (const odd of [proxy, thrower, { then: 7 }]) expect(span('odd', () => odd).reading.status).toBe('passed');
    expect(span('after').stop().overlaps).toBe(0);
  });

  it('waits for whatever has a then, and fails when that throws', async () => {
    // As some libraries have it: nothing is returned from then.
    const silent = { then: (done: (value: number) => void) => void setTimeout(() => done(7), 5) } as unknown as PromiseLike<number>;
    const { value, reading } = await span('silent', () => silent);
    expect(value).toBe(7);
    expect(reading.wallTime).toBeGreaterThanOrEqual(4e6);
    const broken = {
      then() {
        throw new Error('broken');
      },
    } as unknown as PromiseLike<number>;
    await expect(span('broken', () => broken)).rejects.toThrow('broken');
    expect(span('after').stop().overlaps).toBe(0);
  });

  it('has the type of what is measured: at once, later, or either', () => {
    expectTypeOf(span('now', () => 1)).toEqualTypeOf<Measured<number>>();
    expectTypeOf(span('now', () => JSON.parse('1') as unknown)).toEqualTypeOf<Measured<unknown>>();
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what JSON.parse gives
    expectTypeOf(span('any', () => JSON.parse('1'))).toEqualTypeOf<Measured<any>>();
    expectTypeOf(span('later', {}, () => Promise.resolve('x'))).toEqualTypeOf<Promise<Measured<string>>>();
    expectTypeOf<MeasuredResult<boolean | Promise<string>>>().toEqualTypeOf<Measured<boolean> | Promise<Measured<string>>>();
    expectTypeOf(span('none')).toEqualTypeOf<Span>();
  });
});

describe('the probe sets', () => {
  it('core has no heap numbers, full has, gc counts collections', () => {
    const core = span('core').stop();
    const full = span('full', { probes: 'full' }).stop();
    const collected = span('gc', { probes: 'gc' }, () => {
      for (let round = 0; round < 60; round += 1) Array.from({ length: 100_000 }, (_, index) => ({ index }));
    }).reading;
    expect(core).not.toHaveProperty('heapBefore');
    expect(core).not.toHaveProperty('gcCount');
    expect(full.heapBefore).toBeGreaterThan(0);
    expect(full).not.toHaveProperty('gcCount');
    expect(collected.gcCount).toBeGreaterThan(0);
    expect(collected.gcTime).toBeGreaterThan(0);
  });

  it('collects garbage before the span where asked', () => {
    let garbage: unknown = Array.from({ length: 1_000_000 }, (_, index) => ({ index }));
    const before = process.memoryUsage().heapUsed;
    garbage = undefined;
    const { heapBefore } = span('clean', { gc: true, probes: 'full' }).stop();
    expect(garbage).toBeUndefined();
    expect(before - (heapBefore ?? before)).toBeGreaterThan(8 * MIB);
  });
});

describe('nesting and overlap', () => {
  it('shows an inner peak in both, and neither overlaps', () => {
    const outer = span('outer');
    const inner = span('inner');
    const block = Buffer.alloc(48 * MIB, 1);
    const innerReading = inner.stop();
    const outerReading = outer.stop();
    expect(block.length).toBe(48 * MIB);
    expect(outerReading.peakRss).toBeGreaterThanOrEqual(innerReading.peakRss ?? NaN);
    expect([innerReading.overlaps, outerReading.overlaps]).toEqual([0, 0]);
    expect([innerReading.shared, outerReading.shared]).toEqual([false, false]);
  });

  it('marks spans that cross', () => {
    const first = span('first');
    const second = span('second');
    const inside = span('inside').stop();
    const [firstReading, secondReading] = [first.stop(), second.stop()];
    expect(inside).toMatchObject({ overlaps: 0, shared: false });
    // `inside` is known to be in `second` only: `first` ended before what seemed to be in it.
    expect(firstReading).toMatchObject({ overlaps: 1, shared: true });
    expect(secondReading).toMatchObject({ overlaps: 1, shared: true });
  });

  it('marks asynchronous functions that run side by side, and not what they contain', async () => {
    const inner: number[] = [];
    const work = async (): Promise<void> => {
      await sleep(10);
      const nested = span('nested');
      await sleep(10);
      inner.push(nested.stop().overlaps);
    };
    const outer = await span('all', async () => {
      return Promise.all([span('a', work), span('b', work), span('c', work)]);
    });
    expect(outer.reading.overlaps).toBe(0);
    // Each ran beside the two others and the spans inside them.
    for (const { reading } of outer.value) expect(reading).toMatchObject({ overlaps: 4, shared: true });
    expect(inner).toEqual([4, 4, 4]);
  });
});

describe('what span() refuses', () => {
  it.each([
    ['no name', () => (span as (name?: unknown) => void)()],
    ['a number as options', () => (span as (name: string, options: unknown) => void)('x', 3)],
    ['a string as function', () => (span as (name: string, options: unknown, fn: unknown) => void)('x', {}, 'fn')],
    ['a list as options', () => (span as (name: string, options: unknown) => void)('x', [])],
  ])('%s', (_, run) => {
    expect(codeOf(run)).toBe('SPANMETER_SPAN');
  });

  it.each([
    [{ componnt: 'y' }, "there is no option 'componnt', but component, tags, variant, gc, probes."],
    [{ toString: 'y' }, "there is no option 'toString'"],
    [{ component: 7 }, 'component must be a string, not number.'],
    [{ variant: null }, 'variant must be a string, not null.'],
    [{ tags: 5 }, 'tags must be an object of names and values, as JSON can hold it, not number.'],
    [{ tags: ['a'] }, 'tags must be an object of names and values, as JSON can hold it, not a list.'],
    [{ gc: 'x' }, "gc must be true or false, not 'x'."],
    [{ probes: 'all' }, "probes must be one of core, full, gc, not 'all'."],
  ])('the options %j', (options, message) => {
    const wrong = options as object;
    expect(codeOf(() => span('x', wrong))).toBe('SPANMETER_SPAN');
    expect(() => span('x', wrong, () => 1)).toThrow(message);
  });

  it.each([
    ['a BigInt', () => ({ n: 1n })],
    ['a circle', circle],
    ['a date, which JSON takes for text', () => new Date(0)],
    ['what JSON leaves out', () => ({ toJSON: () => undefined })],
  ])('tags with %s, whether or not they are recorded', (_, tags) => {
    expect(codeOf(() => span('x', { tags: tags() as Tags }))).toBe('SPANMETER_SPAN');
  });

  it.each(['bogus', 'interrupted', null, new Error('x')])('to stop with the status %j: the span goes on', (status) => {
    const open = span('x');
    expect(() => open.stop(status as 'passed')).toThrow(/stop\(\): the status must be one of passed, failed, skipped, not /);
    expect(open.stop('failed').status).toBe('failed');
  });

  it('but no option that is undefined, nor those that are right', () => {
    const all = { component: 'a.b', tags: { team: 'blue' }, variant: 'v', gc: false, probes: 'full' } as const;
    for (const options of [{}, { component: undefined } as object, all]) expect(span('x', options).stop().status).toBe('passed');
  });

  it('names the argument and the forms', () => {
    expect(() => (span as (name: unknown) => void)(7)).toThrow(/name must be a string, not number.*span\(name, options\)/);
  });
});

it('writes no file by importing or measuring', () => {
  const folder = mkdtempSync(join(tmpdir(), 'span-'));
  const script = `const { span } = require(${JSON.stringify(join(process.cwd(), 'dist/index.js'))});
    span('a', () => 1); const s = span('b', { probes: 'gc' }); s.stop(); console.log(require('fs').readdirSync(process.env.TMPDIR).length);`;
  const env = { ...process.env, TMPDIR: folder, SPANMETER_SESSION: '' };
  const seen = execFileSync(process.execPath, ['-e', script], { cwd: folder, env, encoding: 'utf8' });
  expect(seen.trim()).toBe('0');
  expect(readdirSync(folder)).toEqual([]);
});
