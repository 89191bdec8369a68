/** What is inside a test's span and what is not, and what tests do to the world that we measure them in. */
import { describe, expect, test } from 'vitest';
import type { StoredReading } from '../dist/client/rows.js';
import { VITESTS, VitestProject, named, recorded, sorted, value, type VitestVersion } from './helpers/vitest-project.js';

const REPORT = ['--reporter=default', '--reporter=json', '--outputFile.json=report.json'];
const TOOLS = `
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
`;

async function run(
  version: VitestVersion,
  source: string,
  config = '',
): Promise<{ code: number | null; readings: readonly StoredReading[] }> {
  const project = new VitestProject(undefined, version);
  project.write('a.test.mjs', TOOLS + source);
  project.write('state.mjs', 'export const state = {};');
  project.configure(config, 'spanmeter()');
  const { code } = await project.vitest('plugin', REPORT);
  const readings = await project.readings();
  expect(sorted(recorded(readings))).toEqual(sorted(project.reported()));
  return { code, readings };
}

function milliseconds(readings: readonly StoredReading[], name: string): number {
  return value(named(readings, name)[0], 'wall_time') / 1e6;
}

describe.each(VITESTS)('$name', (version) => {
  test('a test that timed out is closed once, when Vitest gives it up, though its body goes on', async () => {
    const { readings } = await run(
      version,
      `test('takes too long', { timeout: 60 }, async () => { await sleep(150); globalThis.wentOn = true; throw new Error('late'); });
       test('waits', async () => { await sleep(200); expect(globalThis.wentOn).toBe(true); });
       test('tried again', { timeout: 40, retry: 1 }, async () => { if (!globalThis.tried) { globalThis.tried = true; await sleep(80); } await sleep(20); });
       test('last', () => sleep(60));`,
      'dangerouslyIgnoreUnhandledErrors: true',
    );
    expect(named(readings, 'takes too long').map(({ status }) => status)).toEqual(['failed']);
    expect(milliseconds(readings, 'takes too long')).toBeGreaterThan(55);
    expect(milliseconds(readings, 'takes too long')).toBeLessThan(145);
    expect(named(readings, 'tried again').map(({ retry, status }) => [retry, status])).toEqual([
      [0, 'failed'],
      [1, 'passed'],
    ]);
    expect(readings.map(({ overlaps }) => overlaps)).toEqual(readings.map(() => 0));
  });

  test('what a test asks its fixtures for is a part of it; what is done for its hooks, and the end of fixtures, is not', async () => {
    const { code, readings } = await run(
      version,
      `const it = test.extend({
         fixture: async ({}, use) => { await sleep(60); await use(1); await sleep(200); },
         early: async ({}, use) => { await sleep(200); await use(2); },
       });
       it('asks', ({ fixture }) => { expect(fixture).toBe(1); });
       describe('a hook asks first', () => {
         beforeEach(({ early }) => { expect(early).toBe(2); });
         it('finds it made', ({ early }) => { expect(early).toBe(2); });
       });`,
    );
    expect(code).toBe(0);
    expect(milliseconds(readings, 'asks')).toBeGreaterThan(59);
    expect(milliseconds(readings, 'asks')).toBeLessThan(190);
    expect(milliseconds(readings, 'finds it made')).toBeLessThan(150);
  });

  test('modules that are reset and mocked, also those that we need, and clocks that stand still', async () => {
    const { code, readings } = await run(
      version,
      `import fs from 'node:fs';
       vi.mock('node:fs'); vi.mock('node:path'); vi.mock('node:v8'); vi.mock('node:perf_hooks'); vi.mock('node:worker_threads');
       beforeEach(() => { vi.resetModules(); vi.useFakeTimers({ now: 0, toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance', 'hrtime', 'queueMicrotask'] }); });
       test('fs is a mock', () => { expect(vi.isMockFunction(fs.writeSync)).toBe(true); expect(fs.writeSync(1, 'x')).toBe(undefined); });
       test('time stands still', () => { expect(Date.now()).toBe(0); expect(process.hrtime.bigint()).toBe(process.hrtime.bigint()); });
       test('and jumps', () => { let called = 0; setTimeout(() => { called += 1; }, 1e9); vi.advanceTimersByTime(1e9); expect(called).toBe(1); });
       test('imports anew', async () => {
         vi.useRealTimers();
         const first = await import('./state.mjs');
         vi.resetModules();
         expect((await import('./state.mjs')).state).not.toBe(first.state);
       });`,
    );
    expect(code).toBe(0);
    const tests = readings.filter(({ identity }) => identity.kind === 'test');
    expect(tests).toHaveLength(4);
    for (const each of tests) {
      expect(value(each, 'wall_time')).toBeGreaterThan(0);
      expect(value(each, 'wall_time')).toBeLessThan(5e9);
      expect(value(each, 'loop_idle_time') + value(each, 'loop_active_time')).toBeCloseTo(value(each, 'wall_time'), -3);
    }
  });

  test('each-tests are called as Vitest formats them, wherever they are; their suites and theirs alike', async () => {
    const { readings } = await run(
      version,
      `test.each([[1, 'one'], [2, 'two']])('%i is called %s', () => {});
       test.for([{ n: 7 }, { n: 8 }])('$n for itself', () => {});
       test.concurrent.each([1, 1])('is the same %i', () => {});
       test.extend({ x: 1 }).for(['p'])('with a fixture %s', (p, { x }) => expect(x).toBe(1));
       describe.each(['x', 'y'])('in %s', (letter) => { test('is there', () => {}); });`,
    );
    const found = readings.filter(({ identity }) => identity.kind === 'test').map(({ identity }) => identity);
    expect(found.map(({ describe, name, variant, ordinal }) => [...describe, name, variant, ordinal].join('|')).sort()).toEqual([
      '1 is called one||0',
      '2 is called two||0',
      '7 for itself||0',
      '8 for itself||0',
      'in x|is there||0',
      'in y|is there||0',
      'is the same 1||0',
      'is the same 1||1',
      'with a fixture p||0',
    ]);
  });

  test('a test that is skipped while it runs, or by what it asks for, has that status and no other', async () => {
    const { readings } = await run(
      version,
      `const it = test.extend({ never: async ({ skip }, use) => { skip('no'); await use(1); } });
       test('skips itself', (context) => { context.skip('why'); });
       it('is skipped by a fixture', ({ never }) => { expect(never).toBe(1); });
       test('later', () => {});`,
    );
    const statuses = readings.filter(({ identity }) => identity.kind === 'test').map(({ identity, status }) => [identity.name, status]);
    expect(statuses).toEqual([
      ['skips itself', 'skipped'],
      ['is skipped by a fixture', 'skipped'],
      ['later', 'passed'],
    ]);
  });
});
