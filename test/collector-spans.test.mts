/** Spans that contain and overlap each other, on one thread and on many; and the collector's own slots. */
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { readFileSync } from 'node:fs';
import vm from 'node:vm';
import { describe, expect, it } from 'vitest';
import { SLOT_EXTRA, SLOT_STRIDE } from '../dist/collector/binding.js';
import { collectGarbage, collector } from '../dist/collector/index.js';
import { METRIC_INDEX, type MetricName } from '../dist/model/metrics.js';
import { runScript } from './helpers/collector-script.mjs';

const MIB = 2 ** 20;
const value = (slot: number, name: MetricName): number => collector().numbers[slot * SLOT_STRIDE + METRIC_INDEX[name]]!;
const extra = (slot: number, name: keyof typeof SLOT_EXTRA): number => collector().numbers[slot * SLOT_STRIDE + SLOT_EXTRA[name]]!;

describe('peaks', () => {
  type Peaks = Record<string, number>;
  /** How far a counter of the kernel may be off, and what the script itself may need. */
  const near =
    (expected: number): ((actual: number) => boolean) =>
    (actual) =>
      Math.abs(actual - expected) < MIB;

  it('an inner span does not spoil the outer one, whichever is larger', () => {
    const peaks = runScript<Peaks>(`
      const grown = {};
      warmUp();
      const open = (name) => { const slot = collector().start('core'); return () => { collector().stop(slot); grown[name] = value(slot, 'peak_growth'); collector().release(slot); }; };
      const outer = open('outer');
      helper.hold(32 * MIB, 1);
      const small = open('small'); helper.hold(8 * MIB, 1); small();
      const empty = open('empty'); empty();
      outer();
      const around = open('around');
      helper.hold(8 * MIB, 1);
      const large = open('large'); helper.hold(32 * MIB, 1); large();
      around();
      print(grown);`);
    expect(peaks).toEqual({
      outer: expect.toSatisfy(near(32 * MIB)) as unknown,
      small: expect.toSatisfy(near(8 * MIB)) as unknown,
      empty: expect.toSatisfy(near(0)) as unknown,
      around: expect.toSatisfy(near(32 * MIB)) as unknown,
      large: expect.toSatisfy(near(32 * MIB)) as unknown,
    });
  });

  it('overlapping spans see each what happened while they were open', () => {
    const peaks = runScript<Peaks>(`
      warmUp();
      const c = collector();
      const a = c.start('core'); helper.hold(8 * MIB, 1);
      const b = c.start('full'); helper.hold(16 * MIB, 1);
      c.stop(a); helper.hold(32 * MIB, 1);
      const third = c.start('core'); helper.hold(4 * MIB, 1);
      c.stop(b); c.stop(third);
      print({ a: value(a, 'peak_growth'), b: value(b, 'peak_growth'), third: value(third, 'peak_growth') });`);
    expect(peaks).toEqual({
      a: expect.toSatisfy(near(16 * MIB)) as unknown,
      b: expect.toSatisfy(near(32 * MIB)) as unknown,
      third: expect.toSatisfy(near(4 * MIB)) as unknown,
    });
  });

  it('is never below what stayed', () => {
    const { growth, before, after } = runScript<Record<'growth' | 'before' | 'after', number>>(`
      warmUp();
      const found = measure(() => helper.keep(8 * MIB), 'full');
      print({ growth: found.peak_growth, before: found.rss_before, after: found.rss_after });`);
    expect(after - before).toSatisfy(near(8 * MIB));
    expect(growth).toBeGreaterThanOrEqual(after - before);
  });
});

describe('threads', () => {
  it('share one process: peaks and counts go over all of them, also while they come and go', () => {
    const { counted, grown, peaks, numbers } = runScript<{ counted: number; grown: number; peaks: number[]; numbers: number }>(`
      const { Worker } = require('node:worker_threads');
      const body = \`
        const { parentPort, workerData } = require('node:worker_threads');
        const { collector } = require('./dist/collector/index.js');
        const { METRIC_INDEX } = require('./dist/model/metrics.js');
        const helper = require('./helper.node');
        const c = collector();
        const peaks = [];
        for (let round = 0; round < 50; round += 1) {
          const slot = c.start(round % 2 ? 'core' : 'full');
          if (round === 25) helper.hold(24 * 2 ** 20, 1);
          c.stop(slot);
          if (round === 25) peaks.push(c.numbers[slot * 40 + METRIC_INDEX.peak_growth]);
          c.release(slot);
        }
        parentPort.postMessage({ peaks, numbers: c.numbers.length });
      \`;
      const c = collector();
      const outer = c.start('core');
      const peaks = [];
      let numbers = 0;
      const run = () => new Promise((resolve, reject) => {
        const worker = new Worker(body, { eval: true });
        worker.on('message', (message) => { peaks.push(...message.peaks); numbers += message.numbers; });
        worker.on('error', reject);
        worker.on('exit', resolve);
      });
      let ticking = true;
      let own = 0;
      const tick = () => { const slot = c.start('core'); c.stop(slot); c.release(slot); own += 1; if (ticking) setImmediate(tick); };
      tick();
      Promise.all(Array.from({ length: 8 }, run)).then(() => {
        ticking = false;
        c.stop(outer);
        print({ counted: value(outer, 'concurrent') - own, grown: value(outer, 'peak_growth'), peaks, numbers });
      });`);
    expect(counted).toBe(8 * 50);
    // What another thread gives back while a span rises makes up for it: there is one footprint.
    expect(peaks).toEqual(Array.from({ length: 8 }, () => expect.any(Number) as unknown));
    expect(Math.max(...peaks)).toBeGreaterThan(8 * MIB);
    expect(grown).toBeGreaterThan(23 * MIB);
    expect(numbers).toBe(8 * 64 * SLOT_STRIDE);
  });

  it('load and leave the add-on one after the other, without the main thread', () => {
    const grown = runScript<number[]>(`
      const { Worker } = require('node:worker_threads');
      const body = \`
        const { collector } = require('./dist/collector/index.js');
        const { METRIC_INDEX } = require('./dist/model/metrics.js');
        const helper = require('./helper.node');
        const slot = collector().start('full');
        helper.hold(16 * 2 ** 20, 1);
        collector().stop(slot);
        require('node:worker_threads').parentPort.postMessage(collector().numbers[slot * 40 + METRIC_INDEX.peak_growth]);
      \`;
      const run = () => new Promise((resolve, reject) => {
        let result;
        const worker = new Worker(body, { eval: true });
        worker.on('message', (message) => { result = message; });
        worker.on('error', reject);
        worker.on('exit', () => resolve(result));
      });
      (async () => {
        const grown = [await run(), await run(), await run()];
        grown.push(measure(() => helper.hold(16 * MIB, 1)).peak_growth);
        print(grown);
      })();`);
    expect(grown).toHaveLength(4);
    for (const growth of grown) expect(Math.abs(growth - 16 * MIB)).toBeLessThan(4 * MIB);
  });

  it('forget the spans of a worker that was terminated', () => {
    const result = runScript<{ during: number; after: number }>(`
      const { Worker } = require('node:worker_threads');
      const body = \`
        const { collector } = require('./dist/collector/index.js');
        for (let count = 0; count < 100; count += 1) collector().start('full');
        require('node:worker_threads').parentPort.postMessage('open');
        setInterval(() => undefined, 1000);
      \`;
      const worker = new Worker(body, { eval: true });
      worker.once('message', async () => {
        const during = measure(() => undefined).concurrent;
        await worker.terminate();
        print({ during, after: measure(() => undefined).concurrent });
      });`);
    expect(result).toEqual({ during: 100, after: 0 });
  });
});

describe('the collector', () => {
  it('gives out as many slots as are wanted, and takes them back', () => {
    const first = collector().start('core');
    const many = Array.from({ length: 200 }, () => collector().start('core'));
    expect(new Set([first, ...many]).size).toBe(201);
    for (const slot of many) collector().stop(slot);
    collector().stop(first);
    expect(extra(first, 'concurrent')).toBe(200);
    expect(value(many[199]!, 'wall_time')).toBeGreaterThan(0);
    const room = collector().numbers.length;
    for (const slot of [first, ...many]) collector().release(slot);
    const again = Array.from({ length: 200 }, () => collector().start('core'));
    expect(collector().numbers).toHaveLength(room);
    for (const slot of again) collector().release(slot);
    const alone = collector().start('core');
    collector().stop(alone);
    expect(extra(alone, 'concurrent')).toBe(0);
    collector().release(alone);
  });

  it('adds what only JavaScript knows to the full set, and nothing of it to the core', () => {
    const names = ['heap_before', 'heap_after', 'external_before', 'external_after', 'loop_active_time', 'loop_idle_time'] as const;
    const full = collector().start('full');
    const kept = Buffer.alloc(4 * MIB, 1);
    collector().stop(full);
    for (const name of names) expect([name, value(full, name)]).toEqual([name, expect.any(Number)]);
    expect(value(full, 'external_after') - value(full, 'external_before')).toBeGreaterThanOrEqual(kept.length);
    expect(value(full, 'heap_before')).toBeGreaterThan(MIB);
    expect(value(full, 'gc_count')).toBeNaN();
    collector().release(full);

    const core = collector().start('core');
    expect(core).toBe(full);
    collector().stop(core);
    for (const name of [...names, 'gc_count', 'gc_time'] as const) expect(value(core, name)).toBeNaN();
    collector().release(core);
  });

  it('tells busy from idle time of the event loop', () => {
    const { active, idle, wall } = runScript<Record<string, number>>(`
      const slot = collector().start('full');
      setTimeout(() => {
        helper.spin(20);
        setImmediate(() => {
          collector().stop(slot);
          print({ active: value(slot, 'loop_active_time'), idle: value(slot, 'loop_idle_time'), wall: value(slot, 'wall_time') });
        });
      }, 50);`) as { active: number; idle: number; wall: number };
    expect(active).toBeGreaterThan(20e6);
    expect(idle).toBeGreaterThan(40e6);
    expect(idle + active).toBeLessThan(wall * 1.05);
  });

  it('counts garbage collections where asked, nested ones in both spans', () => {
    const outer = collector().start('gc');
    collectGarbage();
    const inner = collector().start('gc');
    collectGarbage();
    collector().stop(inner);
    collector().stop(outer);
    // V8 may have reasons of its own for more.
    expect(value(inner, 'gc_count')).toBeGreaterThanOrEqual(2);
    expect(value(outer, 'gc_count')).toBeGreaterThanOrEqual(value(inner, 'gc_count') + 2);
    expect(value(outer, 'gc_time')).toBeGreaterThan(value(inner, 'gc_time'));
    expect(value(outer, 'gc_time')).toBeLessThan(value(outer, 'wall_time'));
    collector().release(outer);
    collector().release(inner);
  });

  it('collects garbage without leaving gc behind', () => {
    const weak = (() => new WeakRef({ big: new Array(1000).fill(0) }))();
    return new Promise<void>((resolve) => {
      // A weak reference holds its target to the end of the job that made it.
      setTimeout(() => {
        collectGarbage();
        expect(weak.deref()).toBeUndefined();
        expect(vm.runInNewContext('typeof gc')).toBe('undefined');
        resolve();
      });
    });
  });

  it('leaves gc to those who asked for it', () => {
    expect(runScript(`collectGarbage(); print(require('node:vm').runInNewContext('typeof gc'));`)).toBe('undefined');
    const flag = `const v8 = require('node:v8'); v8.setFlagsFromString('--expose-gc');`;
    expect(runScript(`${flag} collectGarbage(); print(require('node:vm').runInNewContext('typeof gc'));`)).toBe('function');
  });

  it('is one in all contexts and copies of its code', () => {
    const context = vm.createContext({ process, Buffer });
    const root = resolve(import.meta.dirname, '..', 'dist');
    const native = createRequire(import.meta.url);
    const evaluated = new Map<string, { exports: unknown }>();
    /** What Jest and Vitest's vm pools do: every file evaluated in the context, only built-in modules shared. */
    function load(path: string): unknown {
      const known = evaluated.get(path);
      if (known !== undefined) return known.exports;
      const module = { exports: {} };
      evaluated.set(path, module);
      const body = vm.compileFunction(readFileSync(path, 'utf8'), ['exports', 'require', 'module', '__filename', '__dirname'], {
        filename: path,
        parsingContext: context,
      });
      const require = (name: string): unknown => (name.startsWith('.') ? load(join(dirname(path), name)) : native(name));
      Reflect.apply(body, undefined, [module.exports, require, module, path, dirname(path)]);
      return module.exports;
    }
    const copy = load(join(root, 'collector', 'index.js')) as { collector: typeof collector };
    expect(copy.collector).not.toBe(collector);
    expect(copy.collector()).toBe(collector());
  });
});
