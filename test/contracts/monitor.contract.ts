/**
 * A Monitor over one place of a history: the same questions, the same answers. What pytest-monitor's rows can be asked is checked
 * everywhere, against the rows that were put; what only ours know, where our rows can be.
 */
import { describe, expect, it, beforeAll, afterAll } from 'vitest';
import { Monitor, type Metric, type MetricsQuery, type SessionsQuery } from '../../dist/client.js';
import type { ReadingRecord, SessionRecord, WriterRecord } from '../../dist/model/records.js';
import { readingRecord, sessionRecord, START, values, writerRecord } from '../helpers/records.js';
import { METRICS, SEED } from './v1.contract.js';

export interface MonitorPlace {
  readonly name: string;
  /** Where pytest-monitor's rows of SEED are. */
  foreign(): Promise<string>;
  /** Where OURS are; absent: it can't hold them. */
  ours?(): Promise<string>;
}

type Texts = 'session_h' | 'context_h' | 'item' | 'item_variant' | 'item_fs_loc' | 'item_path' | 'kind' | 'component';
type Row = Readonly<Record<Texts, string> & Record<'total_time' | 'user_time' | 'kernel_time' | 'mem_usage', number>>;
const ROWS = METRICS as unknown as readonly Row[];
const SESSIONS = SEED.filter(({ path }) => path.includes('/sessions/')).map(
  ({ body }) => body as { session_h: string; scm_ref: string | null; description: Record<string, unknown> },
);
const CONTEXTS = SEED.filter(({ path }) => path.includes('/contexts/')).map(({ body }) => body['h'] as string);

/** What JavaScript does not hold exactly is absent. */
const integer = (value: number): number | undefined => (Math.abs(value) < 9e15 ? Math.round(value) : undefined);

/** What a metric is known by, as it was sent and as it came back. */
const sentKey = (row: Row): string =>
  JSON.stringify([
    row.session_h,
    row.context_h,
    row.item,
    row.item_variant === row.item ? '' : row.item_variant,
    row.kind,
    row.component,
    integer(row.total_time * 1e9),
  ]);
const keyOf = ({ session, context, name, variant, kind, component, wallTime }: Metric): string =>
  JSON.stringify([session, context, name, variant, kind, component, wallTime]);

const like = (pattern: string) =>
  new RegExp(
    pattern
      .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
      .replaceAll('%', '[^]*')
      .replaceAll('_', '[^]'),
    'iu',
  );
const of = (fits: (session: (typeof SESSIONS)[number]) => boolean): ((row: Row) => boolean) => {
  const ids = new Set(SESSIONS.filter(fits).map(({ session_h: id }) => id));
  return (row) => ids.has(row.session_h);
};
const [FIRST, SECOND] = SESSIONS.map(({ session_h: id }) => id) as [string, string];
const REVISION = SESSIONS[0]!.scm_ref!;

const QUESTIONS: readonly (readonly [question: MetricsQuery, fits: (row: Row) => boolean])[] = [
  [{}, () => true],
  [{ session: FIRST }, (row) => row.session_h === FIRST],
  [{ session: [FIRST, SECOND, 'absent'] }, (row) => [FIRST, SECOND].includes(row.session_h)],
  // Known from its metrics only.
  [{ session: 'nosuchsession' }, (row) => row.session_h === 'nosuchsession'],
  [{ context: CONTEXTS[0]! }, (row) => row.context_h === CONTEXTS[0]],
  [{ context: 'nosuchcontext' }, (row) => row.context_h === 'nosuchcontext'],
  [{ kind: 'module' }, (row) => row.kind === 'module'],
  [{ kind: ['module', 'class'] }, (row) => ['module', 'class'].includes(row.kind)],
  [{ component: 'math.prime' }, (row) => row.component === 'math.prime'],
  [{ component: '' }, (row) => row.component === ''],
  [{ name: 'test_prime' }, (row) => row.item === 'test_prime'],
  [{ variant: 'test_prime[2]' }, (row) => row.item_variant === 'test_prime[2]'],
  [{ variant: 'test_prime[2]', component: 'math.prime' }, (row) => row.item_variant === 'test_prime[2]' && row.component === 'math.prime'],
  [{ namePattern: 'PRIME' }, (row) => like('PRIME').test(row.item)],
  [{ namePattern: 'test%e_' }, (row) => like('test%e_').test(row.item)],
  [{ variantPattern: '[a b]' }, (row) => row.item_variant !== row.item && like('[a b]').test(row.item_variant)],
  [{ variantPattern: '\\d' }, (row) => row.item_variant !== row.item && like('\\d').test(row.item_variant)],
  [{ search: 'TEST_MOD2' }, (row) => /test_mod2/i.test(`${row.item} ${row.item_fs_loc} ${row.item_path}`)],
  [{ revision: REVISION }, of(({ scm_ref: revision }) => revision === REVISION)],
  [{ revision: REVISION.slice(0, 8) }, of(({ scm_ref: revision }) => revision?.startsWith(REVISION.slice(0, 8)) === true)],
  [{ pipeline: 'master-py38' }, of(({ description }) => description['pipeline_branch'] === 'master-py38')],
  [{ pipeline: 'master-py38', build: '3' }, of(({ description }) => description['pipeline_branch'] === 'master-py38' && description['pipeline_build_no'] === '3')],
  [{ tags: { version: '1.1.0', numpy: '1.18.5' } }, of(({ description }) => description['version'] === '1.1.0' && description['numpy'] === '1.18.5')],
  [{ tags: ['numpy', 'flag'] , match: 'any'}, of(({ description }) => 'numpy' in description || 'flag' in description)],
  [{ file: 'tests/unit/test_mod1.py', kind: 'function' }, (row) => row.item_fs_loc === 'tests/unit/test_mod1.py' && row.kind === 'function'],
  [{ status: 'passed' }, () => false],
  [{ name: 'absent' }, () => false],
]; // prettier-ignore

/** What a metric is ranked by, of a row as it was sent; rows without a number that can be kept are left out. */
const kept = (value: number, factor: number): number | undefined => (integer(value * factor) === undefined ? undefined : value);
const RANKINGS: readonly (readonly [NonNullable<MetricsQuery['top']>['metric'], (row: Row) => number | undefined])[] = [
  ['wall', (row) => kept(row.total_time, 1e9)],
  ['user_time', (row) => kept(row.user_time, 1e9)],
  ['kernel_time', (row) => kept(row.kernel_time, 1e9)],
  ['cpu_usage', (row) => (kept(row.total_time, 1e9) ? (row.user_time + row.kernel_time) / row.total_time : undefined)],
  ['peak_growth', (row) => kept(row.mem_usage, 2 ** 20)],
];

const OUR_IDS = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(32)) as [string, string, string, string];
export const HOSTILE = 'a "quoted" \\ 100%_ü 👩\u0000 \ud800\nline';

export const OUR_SESSIONS: readonly SessionRecord[] = [
  sessionRecord(OUR_IDS[0], {
    tags: { nightly: true, os: 'linux', pipeline_branch: 'main', pipeline_build_no: 7, [HOSTILE]: HOSTILE },
    packages: [{ name: '@a/b', version: '1.0.0' }, { name: 'vite', version: '7.1.0' }],
    scm: { revision: 'abc1', branch: 'main', dirty: true },
    context: { hash: 'h1', machine: 'ci-1', cpuCount: 2, memoryTotal: 2 ** 34, runtime: 'node' },
    finishedAt: START + 5e6,
    exitCode: 1,
    description: HOSTILE,
    lockfileHash: 'lock',
  }),
  sessionRecord(OUR_IDS[1], {
    startedAt: START + 1e9,
    tags: { os: 'mac', n: { deep: [1] } },
    packages: [{ name: '@a/b', version: '2.0.0' }],
    scm: { branch: 'side' },
    context: { hash: 'h2', machine: 'ci-2' },
  }),
  // Begun at the same time as the one before.
  sessionRecord(OUR_IDS[2], { startedAt: START + 1e9, packages: [{ name: '@a/b', version: '2.0.0' }], context: { hash: 'h2', machine: 'ci-2' } }),
  sessionRecord(OUR_IDS[3], { startedAt: START - 1e9 + 1, tags: { os: 'linux' } , context: { hash: 'h1', machine: 'ci-1', cpuCount: 2, memoryTotal: 2 ** 34, runtime: 'node' }}),
]; // prettier-ignore
export const OUR_WRITERS: readonly WriterRecord[] = OUR_IDS.map((id) => writerRecord(id, 'w1'));
export const OUR_RECORDS: readonly ReadingRecord[] = OUR_IDS.flatMap((id, at) => [
  readingRecord(id, 1, { identity: { name: 'one', file: 'x.test.js' }, values: values({ wall_time: 10 + at, cpu_time: 5, peak_growth: -4096 }), component: 'c1' }),
  readingRecord(id, 2, { identity: { name: HOSTILE, file: 'x.test.js', describe: ['d', HOSTILE], variant: HOSTILE }, status: 'failed', values: values({ wall_time: 2 ** 53 - 1 }), tags: { t: HOSTILE }, component: HOSTILE }),
  readingRecord(id, 3, { identity: { kind: 'file', name: 'x.test.js', file: 'x.test.js' }, status: 'skipped', values: values({}) }),
  readingRecord(id, 4, { identity: { name: 'same', project: 'p' }, parent: 3, retry: 1, repeat: 2, overlaps: 3, shared: true, peakIsLowerBound: true, values: values({ wall_time: 7, cpu_time: 7 }) }),
]); // prettier-ignore

const letters = (metrics: Iterable<{ readonly session: string; readonly sequence: number }>): string[] =>
  Array.from(metrics, ({ session, sequence }) => `${session[0]!}${sequence}`);

/** By their first letters, newest first. */
const OUR_SESSION_QUESTIONS: readonly (readonly [SessionsQuery, string])[] = [
  [{}, 'cbad'],
  [{ session: OUR_IDS[0] }, 'a'],
  [{ session: [OUR_IDS[0], OUR_IDS[2], 'z'] }, 'ca'],
  [{ session: [] }, ''],
  [{ session: [...Array.from({ length: 40_000 }, (_, index) => `${index}`.padStart(32, '0')), OUR_IDS[1]] }, 'b'],
  [{ since: START }, 'cba'],
  [{ since: START + 1 }, 'cb'],
  [{ until: START + 1e9 }, 'ad'],
  [{ since: new Date((START - 457) / 1000), until: new Date((START + 1e9) / 1000) }, 'a'],
  [{ since: instant(START) }, 'cba'],
  [{ since: instant(START + 1) }, 'cb'],
  [{ revision: 'abc' }, 'a'],
  [{ branch: 'side' }, 'b'],
  [{ tags: 'os' }, 'bad'],
  [{ tags: ['os', 'nightly'] }, 'a'],
  [{ tags: ['nightly', 'n'], match: 'any' }, 'ba'],
  [{ tags: { os: 'linux' } }, 'ad'],
  [{ tags: { os: 'linux', nightly: true } }, 'a'],
  [{ tags: { nightly: 'true' } }, ''],
  [{ tags: { n: { deep: [1] } } }, 'b'],
  [{ tags: { os: undefined, n: undefined } }, 'b'],
  [{ tags: { os: 'mac', nightly: true }, match: 'any' }, 'ba'],
  [{ tags: [], match: 'any' }, ''],
  [{ tags: [HOSTILE] }, 'a'],
  [{ tags: { [HOSTILE]: HOSTILE } }, 'a'],
  [{ pipeline: 'main' }, 'a'],
  [{ pipeline: 'main', build: '7' }, 'a'],
  [{ pipeline: 'main', tags: ['n'], match: 'any' }, ''],
  [{ package: '@a/b' }, 'cba'],
  [{ package: '@a/b@2.0.0' }, 'cb'],
  [{ package: 'vite@7.1.0', machine: 'ci-1' }, 'a'],
  [{ machine: 'ci-1' }, 'ad'],
  [{ machine: 'absent' }, ''],
  [{ last: 1 }, 'c'],
  [{ last: 3 }, 'cba'],
  [{ last: 1, machine: 'ci-1' }, 'a'],
];

/** In the order of the history. */
const OUR_METRIC_QUESTIONS: readonly (readonly [MetricsQuery, readonly string[]])[] = [
  [{ session: OUR_IDS[0] }, ['a1', 'a2', 'a3', 'a4']],
  [{ last: 2, kind: 'file' }, ['b3', 'c3']],
  [{ session: [OUR_IDS[0], OUR_IDS[1]], status: 'failed' }, ['a2', 'b2']],
  [{ session: OUR_IDS[0], status: ['failed', 'skipped'] }, ['a2', 'a3']],
  [{ session: OUR_IDS[0], status: [] }, []],
  [{ session: OUR_IDS[0], kind: [] }, []],
  [{ component: 'c1' }, ['a1', 'b1', 'c1', 'd1']],
  [{ component: HOSTILE, last: 1 }, ['c2']],
  [{ component: '', last: 1 }, ['c3', 'c4']],
  [{ project: 'p', branch: 'side' }, ['b4']],
  [{ file: 'x.test.js', kind: 'test', last: 1 }, ['c1', 'c2']],
  [{ name: HOSTILE, last: 1 }, ['c2']],
  [{ variant: HOSTILE, last: 1 }, ['c2']],
  [{ variant: '', last: 1 }, ['c1', 'c3', 'c4']],
  [{ namePattern: 'SA_e', last: 1 }, ['c4']],
  [{ namePattern: '"%"', last: 1 }, ['c2']],
  [{ variantPattern: '\\', last: 1 }, ['c2']],
  [{ search: 'QUOTED', last: 1 }, ['c2']],
  [{ search: 'X.TEST', last: 1 }, ['c1', 'c2', 'c3']],
  [{ context: 'h1' }, ['a1', 'a2', 'a3', 'a4', 'd1', 'd2', 'd3', 'd4']],
  [{ context: 'h1', name: 'one' }, ['a1', 'd1']],
  [{ machine: 'ci-2', name: 'one' }, ['b1', 'c1']],
  [{ top: { metric: 'wall_time', count: 2 }, name: 'one' }, ['d1', 'c1']],
  [{ bottom: { metric: 'wall', count: 3 } }, ['a4', 'b4', 'c4']],
  [{ top: { metric: 'cpu_usage', count: 5 } }, ['a4', 'b4', 'c4', 'd4', 'a1']],
  [{ top: { metric: 'gc_count', count: 5 } }, []],
  [{ bottom: { metric: 'peak', count: 1 }, last: 2 }, ['b1']],
];

function instant(microseconds: number): string {
  return new Date(Math.floor(microseconds / 1000)).toISOString().replace('Z', `${String(microseconds % 1000).padStart(3, '0')}Z`);
}

export function monitorContract({ name, foreign, ours }: MonitorPlace): void {
  describe(`pytest-monitor's rows in ${name}`, () => {
    let monitor: Monitor;
    beforeAll(async () => {
      monitor = await Monitor.open(await foreign());
    });
    afterAll(() => monitor.close());

    it.each(QUESTIONS.map(([question, fits]) => [JSON.stringify(question), question, fits] as const))('%s', async (_, question, fits) => {
      const expected = ROWS.filter(fits).map(sentKey).sort();
      expect(Array.from(await monitor.metrics(question), keyOf).sort()).toEqual(expected);
      expect(await monitor.countMetrics(question)).toBe(expected.length);
      const one: string[] = [];
      for await (const metric of monitor.each(question)) one.push(keyOf(metric));
      expect(one.sort()).toEqual(expected);
      const components = [...new Set(ROWS.filter(fits).map((row) => row.component))].filter((component) => component !== '').sort();
      expect(await monitor.components(question)).toEqual(components);
      expect(await monitor.countComponents(question)).toBe(components.length);
    });

    it.each(RANKINGS)('by %s, top and bottom, also of a component and a build', async (metric, rankOf) => {
      for (const [more, fits] of [
        [{}, () => true],
        [{ component: 'math.prime' }, (row: Row) => row.component === 'math.prime'],
        [{ pipeline: 'master-py38', build: '3' }, QUESTIONS.find(([question]) => question.build === '3')![1]],
      ] as const) {
        const rows = ROWS.filter((row) => fits(row) && rankOf(row) !== undefined);
        for (const [end, sign] of [
          ['top', -1],
          ['bottom', 1],
        ] as const) {
          const order = (a: Row, b: Row): number => sign * (rankOf(a)! - rankOf(b)!);
          const found = Array.from(await monitor.metrics({ ...more, [end]: { metric, count: 25 } }), keyOf);
          // Equal rows may stand in any order.
          const ranks = found.map((key) => rankOf(rows.filter((row) => sentKey(row) === key).sort(order)[0]!));
          expect(ranks).toEqual(rows.sort(order).slice(0, 25).map((row) => rankOf(row))); // prettier-ignore
        }
      }
    });

    it('sessions, newest first, with what pytest-monitor says of them', async () => {
      const found = [...(await monitor.sessions())];
      expect(found.map(({ id }) => id).sort()).toEqual(SESSIONS.map(({ session_h: id }) => id).sort());
      expect(found.map(({ startedAt }) => startedAt)).toEqual(found.map(({ startedAt }) => startedAt).sort((a, b) => b - a));
      expect(await monitor.countSessions()).toBe(SESSIONS.length);
      expect(await monitor.session(FIRST)).toMatchObject({
        id: FIRST,
        startedAt: new Date('2021-02-09T11:41:35.990').getTime() * 1000 + 18,
        description: 'first run',
        scm: { revision: REVISION },
        tags: { pipeline_branch: 'master-py38', version: '1.0.0' },
        context: { hash: expect.any(String) as string, runtime: 'python' },
        foreign: true,
        packages: [],
      });
      expect(await monitor.session('last')).toMatchObject({ id: found[0]!.id });
      expect(await monitor.session('last~1')).toMatchObject({ id: found[1]!.id });
      expect(await monitor.session('flag=on')).toMatchObject({ tags: { flag: 'on' } });
      expect((await monitor.session(REVISION)).scm).toEqual({ revision: REVISION });
      await expect(monitor.session('zzz')).rejects.toMatchObject({
        code: 'SPANMETER_NOT_FOUND',
        message: expect.stringContaining('The newest are:') as string,
      });
    });

    it('contexts, and one by its hash', async () => {
      expect(Array.from(await monitor.contexts(), ({ hash }) => hash)).toEqual(CONTEXTS);
      expect(await monitor.countContexts()).toBe(CONTEXTS.length);
      expect(await monitor.context(CONTEXTS[0]!)).toMatchObject({ hash: CONTEXTS[0], cpuCount: 8, runtime: 'python' });
      await expect(monitor.context(CONTEXTS[0]!.replace('00a1', '00a2'))).rejects.toThrow(`Did you mean '${CONTEXTS[0]!}'?`);
    });

    it('pipelines and builds, also of a component', async () => {
      const tagged = SESSIONS.map(({ session_h: id, description }) => ({ id, pipeline: description['pipeline_branch'], build: description['pipeline_build_no'] }));
      const some = (list: readonly unknown[]): unknown[] => [...new Set(list)].filter((text) => text !== undefined && text !== '');
      expect(await monitor.pipelines()).toEqual(some(tagged.map(({ pipeline }) => pipeline)));
      expect(await monitor.builds('master-py38')).toEqual(some(tagged.filter(({ pipeline }) => pipeline === 'master-py38').map(({ build }) => build)));
      expect(await monitor.builds('absent')).toEqual([]);
      const component = 'math.prime';
      const ids = new Set(ROWS.filter((row) => row.component === component).map((row) => row.session_h));
      const its = tagged.filter(({ id }) => ids.has(id));
      expect(await monitor.pipelines({ component })).toEqual(some(its.map(({ pipeline }) => pipeline)));
      expect(await monitor.builds('master-py38', { component })).toEqual(some(its.filter(({ pipeline }) => pipeline === 'master-py38').map(({ build }) => build)));
      expect(await monitor.pipelines({ component: 'absent' })).toEqual([]);
    }); // prettier-ignore
  });

  if (ours === undefined) return;
  describe(`our rows in ${name}`, () => {
    let monitor: Monitor;
    beforeAll(async () => {
      monitor = await Monitor.open(await ours());
    });
    afterAll(() => monitor.close());

    it.each(OUR_SESSION_QUESTIONS.map(([question, ids]) => [JSON.stringify(question).slice(0, 120), question, ids] as const))(
      'sessions %s',
      async (_, question, ids) => {
        expect(Array.from(await monitor.sessions(question), ({ id }) => id[0]).join('')).toBe(ids);
        expect(await monitor.countSessions(question)).toBe(ids.length);
        // Their metrics are those of the sessions.
        const rows = letters(await monitor.metrics({ ...question, name: 'one' }));
        expect(rows.map((row) => row[0])).toEqual(Array.from(ids).sort());
      },
    );

    it.each(OUR_METRIC_QUESTIONS.map(([question, found]) => [JSON.stringify(question), question, found] as const))(
      'metrics %s',
      async (_, question, found) => {
        expect(letters(await monitor.metrics(question))).toEqual(found);
        const { top, bottom } = question;
        if (top === undefined && bottom === undefined) expect(await monitor.countMetrics(question)).toBe(found.length);
      },
    );

    it('a session comes back as it was put', async () => {
      const sent = OUR_SESSIONS.map((session) => ({ ...session, packages: [...session.packages] }));
      expect([...(await monitor.sessions())]).toEqual([sent[2], sent[1], sent[0], sent[3]]);
      for (const session of sent) expect(await monitor.session(session.id)).toEqual(session);
      expect([...(await monitor.contexts())]).toEqual([sent[0]!.context, sent[1]!.context]);
    });

    it('a metric comes back as it was put', async () => {
      const [one, hostile, file, same] = await monitor.metrics({ session: OUR_IDS[0] });
      expect(one).toEqual({
        ...{ session: OUR_IDS[0], writer: 'w1', sequence: 1, item: expect.any(Number) as number, kind: 'test', project: '', file: 'x.test.js', describe: [] },
        ...{ name: 'one', variant: '', ordinal: 0, component: 'c1', tags: {}, startedAt: START + 1000, status: 'passed', retry: 0, repeat: 0, overlaps: 0 },
        ...{ shared: false, peakIsLowerBound: false, context: 'h1', foreign: false, wallTime: 10, cpuTime: 5, peakGrowth: -4096 },
      }); // prettier-ignore
      // UTF-8, which Arrow's texts are, has no half of a surrogate pair.
      const text = HOSTILE.replace('\ud800', '\ufffd');
      expect(hostile).toMatchObject({
        name: text,
        describe: ['d', HOSTILE],
        tags: { t: HOSTILE },
        component: text,
        wallTime: 2 ** 53 - 1,
      });
      expect(file).not.toHaveProperty('wallTime');
      expect(same).toMatchObject({ project: 'p', parent: 3, retry: 1, repeat: 2, overlaps: 3, shared: true, peakIsLowerBound: true });
    });

    it('only the columns that were asked for, in their order', async () => {
      const [first] = await monitor.metrics({ columns: ['wall_time', 'name', 'name'], last: 1 });
      expect(Object.entries(first!)).toEqual([['wallTime', 12], ['name', 'one']]); // prettier-ignore
    });
  });
}
