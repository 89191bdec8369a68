/** What the add-on and its imitation in JavaScript must do alike. Journals and locks: collector-files.test.ts. */
import { describe, expect, it } from 'vitest';
import { type Binding, SLOT_EXTRA, SLOT_STRIDE } from '../dist/collector/binding.js';
import { createFallback } from '../dist/collector/fallback.js';
import { layoutMismatch, type Layout } from '../dist/collector/layout.js';
import { loadAddon } from '../dist/collector/load.js';
import { METRIC_INDEX, METRICS, type MetricName } from '../dist/model/metrics.js';
import { runScript, scriptFolder } from './helpers/collector-script.mjs';

const addon = loadAddon();
const NATIVE_METRICS = METRICS.slice(0, METRIC_INDEX.children_cpu_time + 1);

function value(binding: Binding, slot: number, name: MetricName | keyof typeof SLOT_EXTRA): number {
  const index = name in SLOT_EXTRA ? SLOT_EXTRA[name as keyof typeof SLOT_EXTRA] : METRIC_INDEX[name as MetricName];
  return binding.numbers[slot * SLOT_STRIDE + index]!;
}

function work(): void {
  for (let sum = 0, index = 0; index < 1e6; index += 1) sum += Math.sqrt(index + sum);
}

it('finds the add-on that was built', () => {
  expect(addon).toMatchObject({ reasons: [], binding: expect.anything() as unknown });
});

describe.each([
  ['add-on', addon.binding!],
  ['JavaScript', createFallback(['a reason'])],
])('%s', (mode, binding) => {
  it('says what it can measure', () => {
    const capabilities = binding.capabilities();
    expect(capabilities.platform).toBe(process.platform);
    expect(capabilities.mode).toBe(mode === 'add-on' ? 'native' : 'javascript');
    expect(capabilities.reasons).toEqual(mode === 'add-on' ? [] : ['a reason']);
    for (const name of Object.keys(capabilities.missing)) expect(METRIC_INDEX).toHaveProperty(name);
  });

  it('gives every number that it does not call missing, and no other', () => {
    const { missing, peakMode } = binding.capabilities();
    binding.start(0, 1);
    work();
    binding.stop(0);
    for (const { name } of NATIVE_METRICS) {
      if (peakMode === 'left' && name.startsWith('peak_')) continue;
      expect([name, Number.isNaN(value(binding, 0, name))]).toEqual([name, name in missing]);
    }
    expect(value(binding, 0, 'wall_time')).toBeGreaterThan(1e5);
    expect(value(binding, 0, 'cpu_time')).toBe(value(binding, 0, 'user_time') + value(binding, 0, 'kernel_time'));
    expect(value(binding, 0, 'rss_before')).toBeGreaterThan(10 * 2 ** 20);
    expect(Math.abs(value(binding, 0, 'startedAt') / 1e3 - Date.now())).toBeLessThan(10_000);
  });

  it('writes nothing of the full set for a core span, not even what an earlier one left', () => {
    binding.start(0, 1);
    binding.stop(0);
    binding.start(0, 0);
    binding.stop(0);
    for (const { name, probe } of NATIVE_METRICS) if (probe === 'full') expect(value(binding, 0, name)).toBeNaN();
    expect(value(binding, 0, 'wall_time')).toBeGreaterThan(0);
  });

  it('counts the spans that were open at the same time', () => {
    binding.start(0, 0); // open all the time
    binding.start(1, 0); // ends before the last begins
    binding.stop(1);
    binding.start(2, 0); // forgotten, but it was there
    binding.drop(2);
    binding.start(3, 0); // still open at the end
    binding.stop(0);
    expect(value(binding, 1, 'concurrent')).toBe(1);
    expect(value(binding, 0, 'concurrent')).toBe(3);
    binding.stop(3);
    expect(value(binding, 3, 'concurrent')).toBe(1);
    binding.start(4, 0);
    binding.stop(4);
    expect(value(binding, 4, 'concurrent')).toBe(0);
  });

  it('leaves the numbers alone when a span is stopped twice, and starts a slot afresh that is still open', () => {
    binding.start(0, 0);
    binding.stop(0);
    const before = binding.numbers.slice(0, SLOT_STRIDE);
    binding.stop(0);
    expect(binding.numbers.slice(0, SLOT_STRIDE)).toEqual(before);
    binding.start(0, 0);
    binding.start(0, 0);
    binding.stop(0);
    expect(value(binding, 0, 'concurrent')).toBe(0);
  });

  it('keeps open spans and finished results when it grows', () => {
    binding.start(0, 0);
    binding.stop(0);
    binding.start(1, 1);
    const before = binding.numbers.slice(0, SLOT_STRIDE);
    const length = binding.numbers.length;
    expect(binding.grow()).toHaveLength(length * 2);
    expect(binding.numbers).toHaveLength(length * 2);
    expect(binding.numbers.slice(0, SLOT_STRIDE)).toEqual(before);
    const last = (length * 2) / SLOT_STRIDE - 1;
    binding.start(last, 0);
    work();
    binding.stop(last);
    binding.stop(1);
    expect(value(binding, 1, 'wall_time')).toBeGreaterThan(value(binding, last, 'wall_time'));
  });

  it('knows the time, the resident set size and the lifetime peak', () => {
    expect(Math.abs(binding.now() / 1e3 - Date.now())).toBeLessThan(1_000);
    expect(Number.isInteger(binding.now())).toBe(true);
    expect(Math.abs(binding.rss() / process.memoryUsage.rss() - 1)).toBeLessThan(0.1);
    expect(binding.lifetimePeak()).toBeGreaterThan(binding.rss() * 0.9);
  });
});

describe('the add-on alone', () => {
  const binding = addon.binding as Binding & { readonly layout: Layout };

  it('ignores slots that do not exist and arguments that are none', () => {
    const before = [...binding.numbers];
    const start = binding.start as (...args: unknown[]) => void;
    for (const args of [[1e9, 0], [-1, 0], [], ['0', 0], [0], [{}, {}]]) start(...args);
    binding.stop(1e9);
    binding.drop(1e9);
    binding.drop(-1);
    expect([...binding.numbers]).toEqual(before);
  });

  it('agrees with the metric table, and any difference is found', () => {
    const { layout } = binding;
    expect(layout.metrics).toEqual(NATIVE_METRICS.map(({ name }) => name));
    expect(layoutMismatch(layout)).toBeUndefined();
    expect(layoutMismatch(undefined)).toBe('it describes no layout');
    expect(layoutMismatch({ ...layout, stride: 32 })).toBe('its slots hold 32 numbers');
    expect(layoutMismatch({ ...layout, concurrent: 0 })).toBe('it has concurrent in another place');
    expect(layoutMismatch({ ...layout, metrics: [...layout.metrics].reverse() })).toBe('it has children_cpu_time in another place');
  });
});

describe('loading', () => {
  interface Found {
    mode: string;
    reasons: string[];
  }
  const SCRIPT = `const { mode, reasons } = collector().capabilities; print({ mode, reasons });`;

  it('goes on in JavaScript where there is no add-on, and lists every place that was tried', () => {
    const { mode, reasons } = runScript<Found>(SCRIPT, { withoutAddon: true });
    expect(mode).toBe('javascript');
    expect(reasons.map((reason) => /(build|prebuilds)\/.*?\.node: .*/.exec(reason)?.[1])).toContain('prebuilds');
    expect(reasons.join('\n')).toMatch(/build\/Release\/spanmeter\.node: .*No such file|build\/Release\/spanmeter\.node: .*no such file/);
  });

  it('refuses an add-on of something else', () => {
    const folder = scriptFolder({ withoutAddon: true });
    const foreign = `require('node:fs').copyFileSync('helper.node', 'build/Release/spanmeter.node');`;
    const { mode, reasons } = runScript<Found>(foreign + SCRIPT, {}, folder);
    expect(mode).toBe('javascript');
    expect(reasons[0]).toMatch(/spanmeter\.node: built from other sources \(it describes no layout\); build it again$/);
  });

  it('is left out on demand', () => {
    expect(runScript(SCRIPT, { env: { SPANMETER_NATIVE: '0' } })).toEqual({
      mode: 'javascript',
      reasons: ['SPANMETER_NATIVE=0 switches the add-on off'],
    });
  });
});
