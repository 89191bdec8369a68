/** Reading rows of many sessions over /api/v2: filters, pages, formats and statistics, against what was put. */
import { tableFromIPC as readWithFlechette } from '@uwdata/flechette';
import { tableFromIPC } from 'apache-arrow';
import type { FastifyInstance } from 'fastify';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReadingRecord, SessionRecord } from '../dist/model/records.js';
import { createApp } from '../dist/server/app.js';
import { openStore } from '../dist/store/index.js';
import type { ServedStore } from '../dist/store/served.js';
import { postgres } from './helpers/postgres.js';
import { readingRecord, sessionRecord, START, values } from './helpers/records.js';

const ids = ['a', 'b', 'c'].map((letter) => letter.repeat(32)) as [string, string, string];
const HOSTILE = 'a "quoted", \u0000 \ud800\nline';

const SESSIONS: readonly SessionRecord[] = [
  sessionRecord(ids[0], {
    tags: { nightly: true, os: 'linux' },
    packages: [{ name: '@a/b', version: '1.0.0' }],
    scm: { revision: 'abc1', branch: 'main' },
  }),
  sessionRecord(ids[1], {
    startedAt: START + 1e9,
    tags: { os: 'mac' },
    packages: [{ name: '@a/b', version: '2.0.0' }],
    context: { hash: 'h2', machine: 'm"2' },
  }),
  sessionRecord(ids[2], { startedAt: START + 2e9, tags: { n: { deep: 1 } }, scm: { revision: 'abd', branch: 'side' } }),
];
const RECORDS: readonly ReadingRecord[] = ids.flatMap((id, session) => [
  readingRecord(id, 1, { identity: { name: 'one', file: 'x.test.js' }, values: values({ wall_time: 10 + session * 10, peak_growth: -4096 }), component: 'c1' }),
  readingRecord(id, 2, { identity: { name: HOSTILE, file: 'x.test.js', describe: ['d', HOSTILE] }, status: 'failed', values: values({ wall_time: 2 ** 53 - 1 }), tags: { t: HOSTILE } }),
  readingRecord(id, 3, { identity: { kind: 'file', name: 'x.test.js', file: 'x.test.js' }, status: 'skipped', values: values({}) }),
  ...Array.from({ length: 5 }, (_, index) => readingRecord(id, 4 + index, { identity: { name: 'many', ordinal: index, file: 'y.test.js' }, shared: index === 0 })),
]); // prettier-ignore

const folder = mkdtempSync(join(tmpdir(), 'spanmeter-test-'));
const server = postgres();
afterAll(() => rmSync(folder, { recursive: true }));

describe.each([
  ['SQLite', () => openStore(join(folder, 'history.db'))],
  ['PostgreSQL', async () => openStore(await server().database())],
] as const)('on %s', (_, open) => {
  let store: ServedStore;
  let app: FastifyInstance;

  beforeAll(async () => {
    store = (await open()) as ServedStore;
    for (const session of SESSIONS) await store.putSession(session);
    await store.putReadings(RECORDS);
    app = await createApp({ store, pageSize: 500 });
  });

  afterAll(async () => {
    await app.close();
    await store.close();
  });

  interface Page {
    readonly rows: readonly Record<string, unknown>[];
    readonly next?: string;
  }

  async function get<T = Page>(path: string, status = 200): Promise<T> {
    const answer = await app.inject(`/api/v2/${path}`);
    expect([answer.statusCode, answer.statusCode === status ? '' : answer.body]).toEqual([status, '']);
    return answer.json<T>();
  }

  const keys = ({ rows }: Page): string[] => rows.map(({ session, sequence }) => `${String(session)[0]!}${String(sequence)}`);

  test('all columns of all rows, in the order of the history', async () => {
    const page = await get('metrics');
    expect(page.next).toBeUndefined();
    expect(page.rows).toHaveLength(RECORDS.length);
    expect(page.rows[1]).toEqual({
      ...{ session: ids[0], writer: 'w1', sequence: 2, item: 2, kind: 'test', project: '', file: 'x.test.js', describe: ['d', HOSTILE] },
      ...{ name: HOSTILE, variant: '', ordinal: 0, component: '', tags: { t: HOSTILE }, status: 'failed', retry: 0, repeat: 0, overlaps: 0 },
      ...{ shared: false, peak_is_lower_bound: false, foreign: false, wall_time: 2 ** 53 - 1, context: expect.any(String) as string },
      started_at: expect.stringMatching(/^2\d{3}-.*\.\d{6}Z$/) as string,
    }); // prettier-ignore
    expect(page.rows[0]).toMatchObject({ wall_time: 10, peak_growth: -4096, component: 'c1' });
    expect(page.rows[2]).not.toHaveProperty('wall_time');
  });

  test.each([
    ['session=' + ids[1], /^b/, 8],
    ['since=' + new Date((START + 1e9) / 1000).toISOString(), /^[bc]/, 16],
    ['until=' + new Date((START + 1e9) / 1000).toISOString(), /^a/, 8],
    ['revision=ab', /^[ac]/, 16],
    ['revision=abc1', /^a/, 8],
    ['branch=side', /^c/, 8],
    ['tag=nightly', /^a/, 8],
    ['tag=nightly=true', /^a/, 8],
    ['tag=os=linux', /^a/, 8],
    ['tag=os&tag=nightly', /^a/, 8],
    ['tag=n={"deep":1}', /^c/, 8],
    ['package=@a/b', /^[ab]/, 16],
    ['package=@a/b@2.0.0', /^b/, 8],
    ['machine=m%222', /^b/, 8],
    ['kind=file', /3$/, 3],
    ['kind=file&kind=test&status=skipped', /3$/, 3],
    ['status=failed&status=skipped', /[23]$/, 6],
    ['component=c1', /1$/, 3],
    ['component=', /[2-8]$/, 21],
    ['file=x.test.js&kind=test', /[12]$/, 6],
    ['name=many', /[4-8]$/, 15],
    ['item=1', /1$/, 3],
    ['session=' + ids[0] + '&session=' + ids[2], /^[ac]/, 16],
    ['last=2', /^[bc]/, 16],
    ['last=1&branch=main', /^a/, 8],
    ['any_tag=nightly&any_tag=n', /^[ac]/, 16],
    ['any_tag=nightly&any_tag=os=mac&tag=os', /^[ab]/, 16],
    ['context=h2', /^b/, 8],
    ['name_pattern=ON_&kind=test', /1$/, 3],
    ['name_pattern=%25quoted%25', /2$/, 3],
    ['search=X.TEST', /[123]$/, 9],
    ['search=quoted', /2$/, 3],
    ['tag=absent', /x/, 0],
    ['name=absent', /x/, 0],
    ['component=absent', /x/, 0],
    ['machine=absent', /x/, 0],
  ])('%s', async (query, expected, count) => {
    const found = keys(await get(`metrics?${query}`));
    expect(found).toHaveLength(count);
    for (const key of found) expect(key).toMatch(expected);
  });

  test.each([
    ['branch=side', 'c'],
    ['machine=m%222', 'b'],
    ['package=@a/b', 'ba'],
    ['package=@a/b@2.0.0', 'b'],
    ['since=' + new Date((START + 1e9) / 1000).toISOString(), 'cb'],
    ['until=' + new Date((START + 1e9) / 1000).toISOString(), 'a'],
    ['package=@a/b&tag=os', 'ba'],
    ['package=@a/b&tag=os&tag_value=%22mac%22', 'b'],
    ['package=@a/b&limit=1&offset=1', 'a'],
    ['package=absent', ''],
  ])('sessions by %s, newest first', async (query, expected) => {
    const { sessions, count } = await get<{ sessions: { id: string }[]; count: number }>(`sessions?count=true&${query}`);
    expect(sessions.map(({ id }) => id[0]).join('')).toBe(expected);
    expect(count).toBe(query.includes('limit') ? 2 : expected.length);
  });

  test.each([
    ['top=wall_time&best=4', ['a2', 'b2', 'c2', 'a8']],
    ['bottom=wall_time&best=2', ['a1', 'b1']],
    ['bottom=wall_time&session=' + ids[2], ['c1', 'c4', 'c5', 'c6', 'c7', 'c8', 'c2']],
    ['top=peak_growth&best=2', ['a1', 'b1']],
    ['top=gc_time', []],
  ])('%s', async (query, expected) => {
    const page = await get(`metrics?${query}`);
    expect(keys(page)).toEqual(expected);
    expect(page.next).toBeUndefined();
    const stream = (await app.inject(`/api/v2/metrics?format=ndjson&${query}`)).body;
    expect(stream.split('\n').filter(Boolean)).toHaveLength(expected.length);
  });

  const ask = async (path: string, body: object): Promise<[number, Record<string, unknown>]> => {
    const answer = await app.inject({ method: 'POST', url: `/api/v2/${path}`, payload: body });
    return [answer.statusCode, answer.json()];
  };

  test('questions with their filter in the body', async () => {
    expect(await ask('metrics/count', { kinds: ['file'], tags: [{ name: 'n', value: { deep: 1 } }] })).toEqual([200, { count: 1 }]);
    expect(await ask('metrics/count', { tags: [{ name: 'nightly', text: 'true' }], since: START, until: START + 1 })).toEqual([200, { count: 8 }]);
    expect(await ask('components', { sessions: ids })).toEqual([200, { components: ['c1'] }]);
    const [, found] = await ask('sessions', { package: { name: '@a/b' }, limit: 1, offset: 1 });
    expect(found).toMatchObject({ count: 2, sessions: [{ id: ids[0], packages: 0 }], packages: [[{ name: '@a/b', version: '1.0.0' }]] });
    expect((found['contexts'] as { hash: string }[])[0]!.hash).toBe((found['sessions'] as { context: string }[])[0]!.context);
    const rows = await app.inject({ method: 'POST', url: '/api/v2/metrics', payload: { sessions: [ids[0]], columns: ['sequence'], best: { metric: 'wall_time', end: 'top', count: 1 } } });
    expect(rows.body).toBe('{"sequence":2}\n');
    expect(await get('contexts')).toMatchObject({ contexts: expect.arrayContaining([expect.objectContaining({ hash: 'h2', machine: 'm"2' })]) as unknown });
    expect(await get('pipelines')).toEqual({ pipelines: [] });
  }); // prettier-ignore

  test.each<[string, object, RegExp]>([
    ['metrics', { session: ids[0] }, /session/],
    ['metrics', { columns: ['wall'] }, /There is no column \\"wall\\"/],
    ['metrics', { best: { metric: 'wall', end: 'top', count: 1 } }, /metric/],
    ['metrics', { best: { metric: 'wall_time', end: 'top', count: 0 } }, /count/],
    ['metrics/count', { nameLike: '%'.repeat(10_003) }, /nameLike/],
    ['metrics/count', { since: 'monday' }, /since/],
    ['sessions', { kinds: ['test'] }, /kinds/],
    ['components', { tags: ['os'] }, /tags/],
  ])('POST %s %j is refused', async (path, body, expected) => {
    const [status, answer] = await ask(path, body);
    expect(status).toBe(400);
    expect(JSON.stringify(answer)).toMatch(expected);
  });

  test.each([1, 3, 7, 8, 24, 1000])('pages of %i rows are the whole, without gaps and repeats', async (limit) => {
    const whole = keys(await get('metrics'));
    const found: string[] = [];
    for (let after = ''; ;) {
      const page = await get(`metrics?limit=${limit}&columns=session,sequence${after}`);
      expect(page.rows.length).toBeLessThanOrEqual(limit);
      found.push(...keys(page));
      if (page.next === undefined) break;
      after = `&after=${page.next}`;
    }
    expect(found).toEqual(whole);
  });

  test('the formats say the same', async () => {
    const { rows } = await get('metrics?columns=session,name,status,wall_time,shared,started_at,describe');
    const url = '/api/v2/metrics?columns=session,name,status,wall_time,shared,started_at,describe';
    const ndjson = await app.inject({ url, headers: { accept: 'application/x-ndjson' } });
    expect(ndjson.body.trimEnd().split('\n').map((line) => JSON.parse(line) as unknown)).toEqual(rows); // prettier-ignore

    const csv = await app.inject(`${url}&format=csv`);
    expect(csv.headers['content-type']).toMatch(/^text\/csv/);
    const [heading, first] = csv.body.split('\r\n');
    expect(heading).toBe('session,name,status,wall_time,shared,started_at,describe');
    expect(first).toBe(`${ids[0]},one,passed,10,false,${String(rows[0]!['started_at'])},[]`);

    const arrow = tableFromIPC((await app.inject(`${url}&format=arrow`)).rawPayload);
    expect(arrow.numRows).toBe(rows.length);
    for (const [index, row] of rows.entries()) {
      const cells = arrow.get(index)!.toJSON() as Record<string, unknown>;
      expect(cells['wall_time']).toBe(row['wall_time'] === undefined ? null : BigInt(row['wall_time'] as number));
      expect([cells['session'], cells['status'], cells['shared']]).toEqual([row['session'], row['status'], row['shared']]);
      expect(JSON.parse(cells['describe'] as string)).toEqual(row['describe']);
      expect(Math.floor(cells['started_at'] as number)).toBe(Date.parse(row['started_at'] as string));
    }
  });

  test('an Arrow stream of nothing has its columns, for every reader', async () => {
    const { rawPayload } = await app.inject('/api/v2/metrics?columns=session,wall_time&format=arrow&name=nobody');
    expect(tableFromIPC(rawPayload).schema.fields.map(({ name }) => name)).toEqual(['session', 'wall_time']);
    const other = readWithFlechette(rawPayload);
    expect([other.numRows, other.schema.fields.map(({ name }) => name)]).toEqual([0, ['session', 'wall_time']]);
  });

  test('items, a page at a time', async () => {
    interface Items {
      readonly items: readonly { readonly item: number; readonly name: string }[];
      readonly next?: number;
    }
    const all = await get<Items>('items');
    expect(all.items).toHaveLength(8);
    const first = await get<Items>('items?limit=5');
    const second = await get<Items>(`items?limit=5&after=${first.next!}`);
    expect([...first.items, ...second.items]).toEqual(all.items);
    expect(second.next).toBeUndefined();
    expect((await get<Items>('items?name=many')).items.map(({ name }) => name)).toEqual(Array(5).fill('many'));
  });

  test('statistics of an item over sessions', async () => {
    const { items } = await get<{ items: unknown[] }>('items/statistics?name=one&metric=wall_time&metric=gc_time');
    expect(items).toEqual([
      expect.objectContaining({
        name: 'one',
        rows: 3,
        statistics: { wall_time: { count: 3, min: 10, max: 30, mean: 20, deviation: 10, p50: 20, p95: 29 } },
      }),
    ]);
    const newest = await get<{ items: unknown[] }>('items/statistics?name=one&metric=wall_time&sessions=1');
    expect(newest.items).toEqual([
      expect.objectContaining({ statistics: { wall_time: { count: 1, min: 30, max: 30, mean: 30, p50: 30, p95: 30 } } }),
    ]);
  });

  test.each([
    ['metrics?columns=wal_time', /wall_time/],
    ['metrics?after=xyz', /cursor/],
    ['metrics?since=yesterday', /since/],
    ['metrics?limit=0', /limit/],
    ['metrics?limit=many', /limit/],
    ['metrics?status=good', /status/],
    ['metrics?nope=1', /nope: is not known here/],
    ['sessions?session=', /session: is not known here/],
    ['sessions/x/readings?nope=1', /nope: is not known here/],
    ['metrics?format=xml', /must be one of json, ndjson, csv, arrow/],
    ['items?after=-1', /after/],
    ['items/statistics?metric=beauty', /metric/],
  ])('%s is refused with the reason', async (path, reason) => {
    const { message, code } = await get<{ message: string; code: string }>(path, 400);
    expect(message).toMatch(reason);
    expect(code).toBe('invalid');
  });
});
