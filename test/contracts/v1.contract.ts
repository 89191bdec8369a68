/** /api/v1 over one store: the recorded answers of monitor-server-api, and where we are stricter. */
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import path from 'node:path';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../dist/server/app.js';
import type { ServedStore } from '../../dist/store/served.js';
import { readingRecord, sessionRecord, values, writerRecord } from '../helpers/records.js';

const FIXTURES = path.join(import.meta.dirname, '../fixtures/monitor-server-api');

export interface Recorded {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly request_body?: unknown;
  readonly request_raw_body?: string;
  readonly request_headers?: Readonly<Record<string, string>>;
  readonly status: number;
  readonly body: Record<string, unknown> | null;
  readonly compare: string;
  readonly metrics_are_seed_numbers?: boolean;
  readonly rows_added?: Readonly<Record<string, number>>;
}

interface Exchange {
  readonly request: { readonly method: string; readonly path: string; readonly body: unknown };
  readonly response: { readonly status: number; readonly body: unknown };
}

const fixture = <T>(name: string): T => JSON.parse(readFileSync(path.join(FIXTURES, name), 'utf8')) as T;
export const SEED = fixture<{ path: string; body: Record<string, unknown> }[]>('seed.json');
export const GETS = fixture<Recorded[]>('get.json');
export const POSTS = fixture<Recorded[]>('post.json');
export const TRAFFIC = fixture<Exchange[]>('pytest-monitor.json');
export const METRICS = SEED.filter((seeded) => seeded.path.includes('/metrics/')).map((seeded) => seeded.body);

export interface V1Store {
  readonly name: string;
  /** An empty store. */
  open(): Promise<ServedStore>;
}

const PAGE = 500;

export async function served(store: ServedStore, pageSize = PAGE): Promise<FastifyInstance> {
  await store.prepareToServe();
  return await createApp({ store, pageSize });
}

export async function seed(app: FastifyInstance): Promise<void> {
  for (const request of SEED) {
    const answer = await app.inject({ method: 'POST', url: request.path, payload: request.body });
    expect(answer.statusCode, `${request.path} ${JSON.stringify(request.body)}: ${answer.body}`).toBe(201);
  }
}

function requestOf(recorded: Recorded): InjectOptions {
  const payload = recorded.request_raw_body ?? (recorded.request_body === undefined ? undefined : JSON.stringify(recorded.request_body));
  const type = recorded.request_body === undefined ? {} : { 'content-type': 'application/json' };
  return {
    method: recorded.method,
    url: recorded.path,
    headers: { ...type, ...recorded.request_headers },
    ...(payload === undefined ? {} : { payload }),
  };
}

/** The recorded body, with the seed's metrics in place of their numbers. */
function expectedBody({ body, metrics_are_seed_numbers }: Recorded): unknown {
  return metrics_are_seed_numbers === true
    ? { ...body, metrics: (body!['metrics'] as number[]).map((number) => METRICS[number - 1]) }
    : body;
}

/** The recorded server ignores what the Python client sends; here it is another name of what was meant. */
function repaired(recorded: Recorded): Recorded {
  if (!recorded.path.includes('with_tags=')) return recorded;
  const meant = recorded.path.replace('with_tags=', 'with_flags=');
  return { ...GETS.find((other) => other.path === meant)!, name: recorded.name, path: recorded.path };
}

async function check(app: FastifyInstance, recorded: Recorded): Promise<void> {
  const answer = await app.inject(requestOf(recorded));
  const where = `${recorded.name}: ${recorded.method} ${recorded.path}: ${answer.body.slice(0, 300)}`;
  if (recorded.status >= 500) {
    expect([400, 409, 422], where).toContain(answer.statusCode);
    expect(answer.json().message, where).toBeTypeOf('string');
    return;
  }
  // Where the recorded server redirects, it is answered at once.
  expect(answer.statusCode, where).toBe(recorded.status === 308 ? 201 : recorded.status);
  if (!recorded.compare.includes('body') || recorded.status === 308 || recorded.method === 'HEAD') return;
  if (recorded.body === null) expect(answer.body, where).toBe('');
  else expect(answer.json(), where).toEqual(expectedBody(recorded));
}

/** A posted context or session again: the recorded server fails, and it is the same as before. */
function isRepetition(recorded: Recorded): boolean {
  return recorded.name.endsWith(' duplicate');
}

/** Lists that were recorded as a whole, and the list of all metrics. */
const NAMES = ['metrics', 'sessions', 'contexts', 'components', 'pipelines', 'builds'];
const LISTS: readonly Recorded[] = [
  ...GETS.map(repaired).filter(
    ({ path, status, method, body, request_headers }) =>
      status === 200 &&
      method === 'GET' &&
      request_headers === undefined &&
      !/[?&]page=/.test(path) &&
      !path.includes('/resources/') &&
      body?.['total_page'] === 1,
  ),
  {
    ...GETS[0]!,
    name: 'all metrics',
    path: '/api/v1/metrics/',
    body: { metrics: METRICS.map((_, index) => index + 1), total_page: 1 },
    metrics_are_seed_numbers: true,
  },
];

async function checkPages(app: FastifyInstance, recorded: Recorded, size: number): Promise<void> {
  const whole = expectedBody(recorded) as Record<string, unknown[]>;
  // A build's sessions: the name of the list is the last that is there.
  const name = NAMES.findLast((one) => Array.isArray(whole[one]) && one !== 'sessions') ?? 'sessions';
  const list = whole[name]!;
  const pages = Math.ceil(list.length / size);
  const nulls = 'next_url' in whole;
  const [pathOnly, query = ''] = recorded.path.split('?') as [string, string?];
  const ask = (page: number): string => `${pathOnly}?${query === '' ? '' : `${query}&`}page=${page}`;
  for (const page of new Set([1, 2, 3, pages - 1, pages, pages + 1, -1, -pages, -pages - 1, 0])) {
    const answer = await app.inject(ask(page));
    const where = `${ask(page)}, ${size} a page: ${answer.body.slice(0, 200)}`;
    const number = page < 0 ? pages + page + 1 : page;
    if (number < 1 || number > pages) {
      expect(answer.statusCode, where).toBe(404);
      continue;
    }
    expect(answer.statusCode, where).toBe(200);
    const { prev_url: before, next_url: after, total_page: total, [name]: rows } = answer.json();
    expect(rows, where).toEqual(list.slice((number - 1) * size, number * size));
    expect(total, where).toBe(pages);
    const absent = nulls ? null : undefined;
    expect(before, where).toEqual(number > 1 ? expect.stringContaining(`page=${number - 1}`) : absent);
    expect(after, where).toEqual(number < pages ? expect.stringContaining(`page=${number + 1}`) : absent);
    // A neighbour's URL is asked as it is.
    if (number < pages) expect((await app.inject(after)).json()[name], where).toEqual(list.slice(number * size, (number + 1) * size));
  }
}

/** What a recorded GET must be answered with where nothing is stored. */
async function checkEmpty(app: FastifyInstance, recorded: Recorded): Promise<void> {
  const answer = await app.inject(requestOf(recorded));
  const where = `${recorded.name}: ${recorded.path}: ${answer.body.slice(0, 200)}`;
  if (recorded.status >= 400 && recorded.status !== 404) {
    expect(answer.statusCode, where).toBe(recorded.status >= 500 ? 400 : recorded.status);
  } else if (/\/count(?:\?|$)/.test(recorded.path)) {
    expect(answer.json(), where).toEqual({ count: 0 });
  } else if (recorded.path.includes('/resources/')) {
    expect(answer.json(), where).toEqual({ metrics: [], prev_url: null, next_url: null, total_page: 1 });
  } else if (/\/scm\/[^/]*\/metrics/.test(recorded.path) || !isAnotherPage(recorded)) {
    const tells = recorded.path.includes('/pipelines') && !recorded.path.endsWith('/pipelines/');
    expect(answer.statusCode, where).toBe(tells ? 200 : 204);
    if (tells) expect(answer.json(), where).toMatchObject({ prev_url: null, next_url: null, total_page: 0 });
    else expect(answer.body, where).toBe('');
  } else {
    expect(answer.statusCode, where).toBe(404);
  }
}

function isAnotherPage({ path: url, request_body: body }: Recorded): boolean {
  const page = new URL(url, 'http://x').searchParams.get('page') ?? (body as { page?: number } | undefined)?.page ?? 1;
  return /^[+-]?\d+$/.test(String(page)) && Number(page) !== 1;
}

export function v1Contract({ name, open }: V1Store): void {
  describe(`/api/v1 over ${name}`, () => {
    let store: ServedStore;
    let app: FastifyInstance;

    beforeAll(async () => {
      store = await open();
      app = await served(store);
      await seed(app);
    });
    afterAll(async () => {
      await app.close();
      await store.close();
    });

    it('answers each recorded GET as the recorded server', async () => {
      for (const recorded of GETS.map(repaired)) await check(app, recorded);
    });

    it('answers the same under the alias that the Python client asks', async () => {
      for (const recorded of GETS.map(repaired)) {
        if (recorded.status < 500) await check(app, { ...recorded, path: recorded.path.replace('/api/v1', '/api/v1/api/v1') });
      }
    });

    it.each([1, 7, 1000])('cuts the recorded lists into pages of %i', async (size) => {
      const small = await createApp({ store, pageSize: size });
      for (const recorded of LISTS) await checkPages(small, recorded, size);
      await small.close();
    });

    it('answers each recorded POST, and stores what it did and nothing else', async () => {
      const counts = async (): Promise<Record<string, number>> => ({
        contexts: (await store.sql.rows<[number]>('SELECT count(*) FROM foreign_contexts'))[0]![0],
        sessions: (await store.sql.rows<[number]>('SELECT count(*) FROM foreign_sessions'))[0]![0],
        metrics: (await store.sql.rows<[number]>('SELECT count(*) FROM foreign_readings'))[0]![0],
      });
      for (const recorded of POSTS) {
        const before = await counts();
        if (isRepetition(recorded)) expect((await app.inject(requestOf(recorded))).statusCode, recorded.name).toBe(201);
        else await check(app, recorded);
        const added = Object.entries(await counts()).map(([table, count]) => [table, count - before[table]!] as const);
        // A redirect stores nothing by itself; its target does.
        const expected = recorded.status === 308 ? { contexts: 1 } : recorded.rows_added;
        expect(Object.fromEntries(added.filter(([, count]) => count !== 0)), recorded.name).toEqual(expected);
      }
    });

    it("answers pytest-monitor's traffic", async () => {
      for (const { request: sent, response } of TRAFFIC) {
        const answer = await app.inject({
          method: sent.method as 'GET',
          url: sent.path,
          ...(sent.body === null ? {} : { payload: sent.body as object }),
        });
        expect(answer.statusCode, sent.path).toBe(response.status);
        if (response.body === null) expect(answer.body).toBe('');
        else expect(answer.json(), sent.path).toEqual(response.body);
      }
    });

    it('answers over a connection that is kept, whatever bodies a GET brings', async () => {
      const { port } = new URL(await app.listen({ port: 0, host: '127.0.0.1' }));
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      const send = (method: string, url: string, body: string, type = 'application/json') =>
        new Promise<[status: number | undefined, body: string]>((resolve, reject) => {
          const headers = { 'content-type': type, 'content-length': Buffer.byteLength(body) };
          const sent = request({ agent, port, host: '127.0.0.1', method, path: url, headers }, (answer) => {
            answer.setEncoding('utf8');
            let text = '';
            answer.on('data', (part: string) => (text += part));
            answer.on('end', () => resolve([answer.statusCode, text]));
          });
          sent.on('error', reject);
          sent.end(body);
        });
      const metric = JSON.stringify(METRICS[0]);
      expect(await send('POST', '/api/v1/metrics', metric)).toEqual([201, metric]);
      expect((await send('GET', '/api/v1/metrics/?page=1', 'x'.repeat(500_000)))[0]).toBe(200);
      expect((await send('GET', '/api/v1/metrics/', `{"page":1,"x":"${'x'.repeat(500_000)}"}`))[0]).toBe(413);
      expect((await send('GET', '/api/v1/metrics/', '{"page":1.5}'))[0]).toBe(400);
      expect((await send('GET', '/api/v1/metrics/', '{nope', 'text/plain'))[0]).toBe(200);
      expect((await send('GET', '/api/v1/metrics/', ''))[0]).toBe(200);
      expect((await send('POST', '/api/v1/metrics/', metric, 'text/plain'))[0]).toBe(400);
      expect((await send('POST', '/api/v1/metrics/', metric, 'nonsense'))[0]).toBe(400);
      expect((await send('POST', '/api/v1/sessions/', Buffer.from([0x7b, 0xff, 0x7d]).toString('latin1')))[0]).toBe(400);
      agent.destroy();
    });

    it('answers by the same rules where nothing is stored', async () => {
      const empty = await open();
      const emptyApp = await served(empty);
      for (const recorded of GETS) if (recorded.method === 'GET') await checkEmpty(emptyApp, recorded);
      await emptyApp.close();
      await empty.close();
    });

    it("lists Python's rows and ours as one: theirs first, ours by session and item", async () => {
      const both = await open();
      const app = await served(both, 3);
      const posted = { ...METRICS[0]!, component: 'shared', total_time: 0.5 };
      const get = async (url: string): Promise<Record<string, unknown[]>> => (await app.inject(`/api/v1${url}`)).json();
      const [session, other] = ['a'.repeat(32), 'b'.repeat(32)] as [string, string];
      for (const id of [session, other]) {
        await both.putSession(
          sessionRecord(id, { scm: { revision: 'f00' }, tags: { pipeline_branch: 'main', pipeline_build_no: 4 }, description: 'ours' }),
        );
        await both.putWriter(writerRecord(id, 'w1'));
      }
      await both.putReadings([
        readingRecord(other, 1, { values: values({ wall_time: 4e9 }) }),
        readingRecord(session, 1, {
          component: 'shared',
          identity: { name: 'back\\slash', describe: ['outer', 'inner'], variant: 'v 1' },
          values: values({ wall_time: 2e9, user_time: 1e9, kernel_time: 5e8, peak_rss: 50_000_000 + 3 * 2 ** 20 }),
        }),
        readingRecord(session, 2, { identity: { kind: 'file', name: 'src/a.test.ts' }, values: values({ wall_time: 0.25e9 }) }),
        // Not measured: there is nothing to show.
        readingRecord(session, 3, { status: 'skipped', values: values({}) }),
      ]);
      expect((await app.inject({ method: 'POST', url: '/api/v1/metrics/', payload: posted })).statusCode).toBe(201);
      const { metrics: first, next_url: next, total_page: pages } = (await app.inject('/api/v1/metrics/')).json();
      expect(pages).toBe(2);
      expect(first).toHaveLength(3);
      expect(first[0]).toEqual(posted);
      // The items were made in the order in which they came: other's is the first, and session the first session.
      expect(first[1]).toEqual({
        session_h: session,
        context_h: 'c0ffee',
        item_start_time: expect.stringMatching(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.124457$/),
        item_path: 'src/a.test.ts > outer > inner',
        item: 'back\\slash',
        item_variant: 'v 1',
        item_fs_loc: 'src/a.test.ts',
        kind: 'function',
        component: 'shared',
        total_time: 2,
        user_time: 1,
        kernel_time: 0.5,
        cpu_usage: 0.75,
        mem_usage: 3,
      });
      expect(first[2]).toMatchObject({
        kind: 'module',
        total_time: 0.25,
        user_time: null,
        cpu_usage: null,
        mem_usage: null,
        component: '',
      });
      expect((await app.inject(next)).json()).toMatchObject({
        metrics: [{ session_h: other, item: 'test 1', item_variant: 'test 1', total_time: 4 }],
      });
      const times = async (url: string): Promise<number[]> =>
        (await get(url))['metrics']!.map((metric) => (metric as { total_time: number }).total_time);
      expect(await times('/resources/total_time/head/metrics')).toEqual([4, 2, 0.5, 0.25]);
      expect(await times('/resources/total_time/tail/2/metrics')).toEqual([0.25, 0.5]);
      // Rows that have no such number are no candidates.
      expect(await times('/resources/memory/tail/metrics')).toEqual([0.5, 2]);
      expect(await times('/resources/total_time/components/shared/head/metrics')).toEqual([2, 0.5]);
      expect(await times('/resources/total_time/pipelines/main/head/metrics')).toEqual([4, 2, 0.25]);
      expect(await times('/components/shared/metrics')).toEqual([0.5, 2]);
      expect(await times(`/items/${encodeURIComponent('back\\slash')}/metrics`)).toEqual([2]);
      expect(await times('/variants/like/V%201/metrics')).toEqual([2]);
      expect(await times('/variants/test%201/metrics')).toEqual([4]);
      expect(await get('/filters/scope/function/metrics/count')).toEqual({ count: 3 });
      expect(await get('/filters/scm/f/metrics/count')).toEqual({ count: 3 });
      expect(await get('/contexts/c0ffee/metrics/count')).toEqual({ count: 3 });
      expect((await get('/sessions/aa'))['sessions']).toMatchObject([{ session_h: session, scm_ref: 'f00' }]);
      expect(((await get('/sessions/aa'))['sessions']![0] as { tags: unknown }).tags).toEqual([
        { name: 'pipeline_branch', value: 'main' },
        { name: 'pipeline_build_no', value: '4' },
        { name: 'description', value: 'ours' },
      ]);
      expect(await get('/components/')).toMatchObject({ components: ['shared', ''] });
      // What comes later is counted, whoever sends it.
      await both.putReadings([readingRecord(session, 4, { values: values({ wall_time: 9e9 }) })]);
      await both.putPymonMetrics([]);
      expect((await app.inject({ method: 'POST', url: '/api/v1/metrics/', payload: { ...posted, total_time: 10 } })).statusCode).toBe(201);
      expect(await get('/metrics/count')).toEqual({ count: 6 });
      expect(await times('/resources/total_time/head/2/metrics')).toEqual([10, 9]);
      await app.close();
      await both.close();
    });

    it('refuses at the door what could not be read back, and says which field', async () => {
      const [context, session, metric] = ['contexts', 'sessions', 'metrics'].map(
        (subject) => SEED.find((seeded) => seeded.path.includes(subject))!.body,
      ) as [object, object, object];
      const long = JSON.stringify(metric);
      const refused: [url: string, body: string | object, field: string][] = [
        ['metrics', long.replace('19.183165', '1e999'), 'total_time'],
        ['metrics', long.replace('19.183165', '-Infinity'), 'total_time'],
        ['metrics', { ...metric, item: 'a\0b' }, 'item'],
        ['metrics', long.replace('test_prime[2]', '\\ud800'), 'item_variant'],
        ['contexts', { ...context, h: 'x1', machine_node: '\0' }, 'machine_node'],
        ['contexts', { ...context, h: 'x2', cpu_count: '8' }, 'cpu_count'],
        ['contexts', { ...context, h: 'x3', ram_total: 2 ** 53 }, 'ram_total'],
        ['contexts', { ...context, h: 'x4', cpu_frequency: 1e300 }, 'cpu_frequency'],
        ['contexts', { ...context, h: null }, 'h'],
        ['sessions', { ...session, session_h: 'x1', run_date: 'yesterday' }, 'run_date'],
        ['sessions', { ...session, session_h: 'x2', run_date: '2021-02-29' }, 'run_date'],
        ['sessions', { ...session, session_h: 'x3', description: { a: { b: ['\0'] } } }, 'description'],
        ['sessions', { ...session, session_h: 'x4', description: { 'a\0': 1 } }, 'description'],
        ['sessions', JSON.stringify({ ...session, session_h: 'x5', description: { a: 1.5 } }).replace('1.5', '1e999'), 'description'],
        ['sessions', { ...session, session_h: 'x6', description: { deep: nested(200) } }, 'description'],
        ['sessions', { ...session, session_h: true }, 'session_h'],
        ['sessions', { ...session, session_h: 'x7', scm_ref: { a: 1 } }, 'scm_ref'],
      ];
      const before = await store.sql.rows(
        'SELECT (SELECT count(*) FROM contexts), (SELECT count(*) FROM sessions), (SELECT count(*) FROM metrics)',
      );
      for (const [url, payload, field] of refused) {
        const answer = await app.inject({
          method: 'POST',
          url: `/api/v1/${url}/`,
          payload,
          headers: { 'content-type': 'application/json' },
        });
        expect(answer.statusCode, answer.body).toBe(400);
        expect(answer.json().message, field).toContain(`${field}: `);
      }
      expect(
        await store.sql.rows('SELECT (SELECT count(*) FROM contexts), (SELECT count(*) FROM sessions), (SELECT count(*) FROM metrics)'),
      ).toEqual(before);
    });

    it('keeps what it takes, in every form in which it can come back', async () => {
      const text =
        '{"session_h":"kept","run_date":"2021-02-09 10:00:00.120000Z","scm_ref":"x","description":{"10":1.0,"9":1e16,"b":12345678901234567890,"__proto__":{"a":"it\'s"},"f":1e-7}}';
      const send = async (payload: string): Promise<number> =>
        (await app.inject({ method: 'POST', url: '/api/v1/sessions/', payload, headers: { 'content-type': 'application/json' } }))
          .statusCode;
      expect(await send(text)).toBe(201);
      expect(await send(text)).toBe(201);
      expect(await send(text.replace('1e16', '1e17'))).toBe(409);
      expect((await app.inject('/api/v1/sessions/kept')).json().sessions).toEqual([
        {
          session_h: 'kept',
          run_date: '2021-02-09T10:00:00.120000+00:00',
          scm_ref: 'x',
          tags: [
            { name: '10', value: '1.0' },
            { name: '9', value: '1e+16' },
            { name: 'b', value: '12345678901234567890' },
            { name: '__proto__', value: `{'a': "it's"}` },
            { name: 'f', value: '1e-07' },
          ],
        },
      ]);
    });

    it('answers with a client error, and never with one of its own, whatever stands in a URL', async () => {
      const hostile = [
        '%00',
        '%',
        '%zz',
        '%ff',
        '%2F',
        '..%2f..',
        "'%20OR%20'1'='1",
        '%25'.repeat(200),
        '_'.repeat(3000),
        '%F0%9F%98%80',
        '[',
        ';',
        '*',
      ];
      const routes = [
        'components/X',
        'components/X/metrics',
        'contexts/X',
        'contexts/X/metrics',
        'sessions/X',
        'sessions/X/metrics/count',
        'items/X/metrics',
        'items/like/X/metrics',
        'variants/like/X/metrics',
        'filters/scm/X/sessions',
        'filters/scope/X/metrics',
        'pipelines/X/builds',
        'resources/X/head/metrics',
        'resources/cpu/head/X/metrics',
        'resources/cpu/pipelines/X/builds/X/tail/metrics',
        'sessions/?with_flags=X',
        'sessions/?with_flags=a&restrict_flags=X',
        'sessions/?method=X',
        'metrics/?page=X',
        'metrics/?page=1&page=X',
        'metrics/?page=99999999999999999999',
        'metrics/?page=-99999999999999999999',
      ];
      for (const route of routes) {
        for (const text of hostile) {
          const answer = await app.inject(`/api/v1/${route.replaceAll('X', text)}`);
          expect(answer.statusCode, `${route} ${text.slice(0, 40)}: ${answer.body}`).toBeLessThan(500);
        }
      }
    });

    it('gives only the fields that X-Fields asks for, and refuses what is no mask', async () => {
      const ask = (fields: string) => app.inject({ url: '/api/v1/sessions/dead', headers: { 'x-fields': fields } });
      expect((await ask('{sessions{session_h,tags{name}},total_page}')).json().sessions[2]).toEqual({
        session_h: 'deadmeat000000000000000000000003',
        tags: ['pipeline_branch', 'pipeline_build_no', '__ci__', 'version', 'numpy'].map((name) => ({ name })),
      });
      expect(Object.keys((await ask('*')).json())).toEqual(['sessions', 'total_page']);
      for (const wrong of ['{', 'a{', 'a}', ',', '{}', 'a{'.repeat(5000)])
        expect((await ask(wrong)).statusCode, wrong.slice(0, 20)).toBe(400);
    });
  });
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = [value];
  return value;
}
