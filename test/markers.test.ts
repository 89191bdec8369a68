/** `mark()` of `spanmeter/markers`: the same in every runner, and nothing at all without one. What each runner makes of it is in its own tests. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { collector } from '../dist/collector/index.js';
import { JournalReader } from '../dist/journal/reader.js';
import { mark } from '../dist/markers.js';
import type { ReadingRecord } from '../dist/model/records.js';
import { Recorder } from '../dist/recorder/index.js';
import { Attempt, FIRST_TRY } from '../dist/runners/attempt.js';
import { listenToMarks, markersOf } from '../dist/runners/mark.js';
import { listJournals } from '../dist/session/place.js';
import { PACKAGE, cleanEnvironment } from './helpers/script.js';
import { temporaryFolder } from './helpers/temporary.js';

describe('mark()', () => {
  afterEach(() => listenToMarks(() => undefined));

  it('tells who listens what was given', () => {
    const told: unknown[] = [];
    listenToMarks((given) => told.push(given));
    mark({ component: 'shop' });
    expect(told).toEqual([{ component: 'shop' }]);
  });

  it('gives the function back as it is, and remembers what is said of it', () => {
    const told: unknown[] = [];
    listenToMarks((given) => told.push(given));
    const fn = (one: number): number => one;
    expect(mark({ component: 'shop', tags: { slow: true } }, mark({ component: 'inner', tags: { team: 'blue' } }, fn))).toBe(fn);
    expect(markersOf(fn)).toEqual({ component: 'shop', tags: { slow: true, team: 'blue' } });
    expect(told).toEqual([]);
  });

  it('never throws into a test', () => {
    listenToMarks(() => {
      throw new Error('ours');
    });
    const anything = mark as (...given: unknown[]) => unknown;
    expect([anything({}), anything(), anything(null, 'no function'), anything('wrong', undefined)]).toEqual([
      undefined,
      undefined,
      'no function',
      undefined,
    ]);
  });

  it.each([
    ['required', 'input-type=commonjs', `const { mark } = require('spanmeter/markers');`],
    ['imported', 'input-type=module', `import { mark } from 'spanmeter/markers';`],
  ])('does nothing in plain JavaScript, %s', (_, type, load) => {
    const source = `${load} mark({ component: 'shop' }); console.log(mark({ skip: true }, () => 7)());`;
    const { status, stdout, stderr } = spawnSync(process.execPath, [`--${type}`, '-e', source], {
      cwd: PACKAGE,
      encoding: 'utf8',
      env: cleanEnvironment(),
    });
    expect([status, stdout, stderr]).toEqual([0, '7\n', '']);
  });
});

describe('a test that marks itself while it runs', () => {
  function recorded(acts: (attempt: Attempt) => void, options: { component?: string; componentPrefix?: string } = {}): ReadingRecord[] {
    const root = temporaryFolder();
    const [folder, spare] = [join(root, 'journal'), join(root, 'spare')];
    for (const each of [folder, spare]) mkdirSync(each);
    const recorder = new Recorder(collector());
    recorder.join({
      id: 'a'.repeat(32),
      folder,
      spare,
      root,
      given: {},
      options: { scopes: ['test'], probes: 'core', gc: false, peak: 'leave', ...options },
    });
    const item = { kind: 'test', name: 'n', component: 'of the suite', tags: { team: 'blue', slow: false } } as const;
    const attempt = new Attempt(recorder, item, FIRST_TRY);
    attempt.begin(null);
    acts(attempt);
    const other = new Attempt(recorder, item, { retry: 1, repeat: 0 });
    other.begin(null);
    other.end('passed');
    recorder.leave();
    const reader = new JournalReader(readFileSync(listJournals(folder)[0]!));
    const records = [...reader.records()];
    expect(reader.torn).toBe(0);
    return records.filter(({ retry }) => retry === 0);
  }

  it('replaces its component and adds to its tags, before and after its end', () => {
    const [record] = recorded((attempt) => {
      attempt.mark({ component: 'own\tpart', tags: { slow: true, rows: 7, wrong: {} } });
      attempt.end('passed');
      attempt.mark({ tags: { late: 'yes' } });
    });
    expect(record).toMatchObject({ status: 'passed', component: 'own\tpart', tags: { team: 'blue', slow: true, rows: 7, late: 'yes' } });
  });

  it('leaves others as they were, and says nothing with what is no marker', () => {
    const [record] = recorded((attempt) => attempt.mark('wrong'));
    expect(record).toMatchObject({ status: 'interrupted', component: 'of the suite', tags: { team: 'blue', slow: false } });
  });

  it('is left out when it says so, also when it never ends', () => {
    const skips = (attempt: Attempt): void => attempt.mark({ skip: true });
    expect(recorded(skips)).toEqual([]);
    const skipsAndFails = (attempt: Attempt): void => {
      skips(attempt);
      attempt.end('failed');
    };
    expect(recorded(skipsAndFails)).toEqual([]);
  });

  it('names a component that the session may replace or put something before', () => {
    const names = (attempt: Attempt): void => attempt.mark({ component: 'own' });
    expect(recorded(names, { component: 'told' })[0]?.component).toBe('told');
    expect(recorded(names, { componentPrefix: 'all' })[0]?.component).toBe('all.own');
  });
});
