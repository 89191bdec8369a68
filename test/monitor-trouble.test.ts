/** What a Monitor says to files, servers and questions that are not right. Each trouble is caused, none is pretended. */
import { mkdirSync, writeFileSync } from 'node:fs';
import type { RequestListener, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Monitor, type Metric, type MetricsQuery } from '../dist/client.js';
import { createApp } from '../dist/server/app.js';
import { sqliteDriver } from '../dist/store/sqlite/driver.js';
import { openStore } from '../dist/store/index.js';
import type { ServedStore } from '../dist/store/served.js';
import { readingRecord, sessionRecord, START, values } from './helpers/records.js';
import { PYMON_SCHEMAS, writePymon, type PymonRow } from './helpers/pymon-file.js';
import { temporaryFolder } from './helpers/temporary.js';
import { answering, hidingV2 } from './helpers/v1-only.js';

async function open(location: string): Promise<Monitor> {
  const monitor = await Monitor.open(location);
  onTestFinished(() => monitor.close());
  return monitor;
}

/** Code and message of what the first question is answered with. */
async function refusal(location: string, ask = (monitor: Monitor): Promise<unknown> => monitor.sessions()): Promise<string> {
  try {
    await ask(await open(location));
  } catch (thrown) {
    const { code, message } = thrown as { code?: string; message: string };
    return `${code!}: ${message}`;
  }
  return 'answered';
}

const rowsOf = async (monitor: Monitor, query: MetricsQuery = {}): Promise<Metric[]> => [...(await monitor.metrics(query))];

describe('a file', () => {
  const file = (name: string, content?: string | Buffer): string => {
    const path = join(temporaryFolder(), name);
    if (content !== undefined) writeFileSync(path, content);
    return path;
  };

  test.each([
    ['that is missing', () => file('history.db'), /^SPANMETER_NOT_FOUND: There is no history at .*history\.db\. Record one/],
    ['that is empty', () => file('history.db', ''), /^SPANMETER_STORE_CORRUPT: The history .* is empty\. Remove it, or name another file/],
    ['of text', () => file('history.db', 'select 1;'), /^SPANMETER_STORE_CORRUPT: .* is no database/],
    ['of noise', () => file('x.pymon', Buffer.alloc(8192, 7)), /^SPANMETER_STORE_CORRUPT: .* is no database/],
    ['cut in half', cut, /^SPANMETER_STORE_CORRUPT: .* damaged/],
    ['of another program', other, /^SPANMETER_STORE_CORRUPT: .* is a database of something else/],
    ['whose TEST_METRICS is another one', otherMetrics, /^SPANMETER_STORE_CORRUPT: .* is no database of pytest-monitor/],
    ['that is a folder', folder, /^SPANMETER_STORE_(?:WRITE|CORRUPT): /],
    ['by a scheme that nobody knows', () => 'mysql://host/db', /^SPANMETER_USAGE: A store cannot be opened by "mysql:/],
  ])('%s', async (_, path, expected) => {
    expect(await refusal(path())).toMatch(expected);
  });

  function cut(): string {
    const path = file('history.db');
    const database = sqliteDriver()(path, {});
    database.exec(
      `CREATE TABLE TEST_METRICS (ITEM, x);
       WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO TEST_METRICS SELECT i, hex(randomblob(200)) FROM n`,
    );
    const bytes = database.serialize();
    database.close();
    writeFileSync(path, bytes.subarray(0, Math.floor(bytes.length / 8192) * 4096));
    return path;
  }

  function other(): string {
    return made('CREATE TABLE bookmarks (url)');
  }

  function otherMetrics(): string {
    return made('CREATE TABLE TEST_METRICS (name)');
  }

  function made(sql: string): string {
    const path = file('places.sqlite');
    const database = sqliteDriver()(path, {});
    database.exec(sql);
    database.close();
    return path;
  }

  function folder(): string {
    const path = file('history.db');
    mkdirSync(path);
    return path;
  }
});

describe('a .pymon file', () => {
  const SESSION: PymonRow = [
    'TEST_SESSIONS',
    { SESSION_H: 's1', RUN_DATE: '2020-05-01T10:00:00.000001', SCM_ID: 'abc', RUN_DESCRIPTION: '{"a": 1}' },
  ];
  const metric = (changes: Readonly<Record<string, unknown>> = {}): PymonRow => ['TEST_METRICS', { SESSION_H: 's1', ENV_H: 'e1', ITEM_START_TIME: '2020-05-01T10:00:01', ITEM: 'test_a', KIND: 'function', COMPONENT: 'c', TOTAL_TIME: 1.5, USER_TIME: 1, KERNEL_TIME: 0.25, CPU_USAGE: 0.8, MEM_USAGE: 2, ...changes }]; // prettier-ignore
  const CONTEXT: PymonRow = ['EXECUTION_CONTEXTS', { ENV_H: 'e1', CPU_COUNT: 8, MACHINE_NODE: 'box' }];
  const NUMBERS = { wallTime: 1.5e9, userTime: 1e9, kernelTime: 0.25e9, cpuTime: 1.25e9, peakGrowth: 2 * 2 ** 20, foreign: true };

  async function opened(statements: readonly string[], ...rows: readonly PymonRow[]): Promise<Monitor> {
    const path = join(temporaryFolder(), 'x.pymon');
    writePymon(path, statements, rows);
    return open(path);
  }

  test.each(['1.1.0', '1.6.0'] as const)('of version %s', async (version) => {
    const monitor = await opened(PYMON_SCHEMAS[version], SESSION, CONTEXT, metric());
    expect([...(await monitor.sessions())]).toMatchObject([
      { id: 's1', tags: { a: 1 }, scm: { revision: 'abc' }, context: { hash: 'e1', cpuCount: 8 } },
    ]);
    expect(await rowsOf(monitor, { machine: 'box' })).toMatchObject([
      { ...NUMBERS, session: 's1', context: 'e1', name: 'test_a', component: 'c' },
    ]);
  });

  test.each(['1.0.0', '1.0.2'] as const)('of version %s, where metrics name their run', async (version) => {
    const run = (date: string | null, revision: string, item: string): PymonRow => {
      const { SESSION_H: _, ...rest } = metric()[1];
      return ['TEST_METRICS', { ...rest, RUN_DATE: date, SCM_ID: revision, ITEM: item }];
    };
    const [first, second] = ['2020-02-21T10:00:00.000001', '2020-02-22T10:00:00'] as const;
    const monitor = await opened(PYMON_SCHEMAS[version], CONTEXT, run(first, 'r1', 'm/test_a'), run(second, 'r2', 'm/test_a'), run(first, 'r1', 'm/test_b'), run(null, '', 'm/test_c')); // prettier-ignore
    expect(Array.from(await monitor.sessions(), ({ id, scm }) => [id, scm.revision])).toEqual([[second, 'r2'], [first, 'r1']]); // prettier-ignore
    expect((await rowsOf(monitor, { session: first })).map(({ name }) => name)).toEqual(['m/test_a', 'm/test_b']);
    expect((await rowsOf(monitor, { revision: 'r2' }))[0]).toMatchObject({ ...NUMBERS, session: second });
    expect(await monitor.countMetrics()).toBe(4);
  });

  test.each([
    ['TEST_SESSIONS', [metric(), CONTEXT], 0, 1],
    ['EXECUTION_CONTEXTS', [metric(), SESSION], 1, 0],
  ] as const)('without the table %s', async (table, rows, sessions, contexts) => {
    const statements = PYMON_SCHEMAS['1.6.0'].filter((statement) => !statement.startsWith(`CREATE TABLE ${table}`));
    const monitor = await opened(statements, ...rows);
    expect([...(await monitor.sessions())]).toHaveLength(sessions);
    expect([...(await monitor.contexts())]).toHaveLength(contexts);
    // Also of a session that is not known.
    expect(await rowsOf(monitor)).toMatchObject([{ ...NUMBERS, session: 's1', context: 'e1' }]);
  });

  test('without rows', async () => {
    const monitor = await opened(PYMON_SCHEMAS['1.6.0']);
    expect(await rowsOf(monitor)).toEqual([]);
    expect([...(await monitor.sessions())]).toEqual([]);
    await expect(monitor.session('last')).rejects.toThrow(/There are no sessions yet in .*x\.pymon\. Record one/);
  });

  test('with odd values: what is no number, date or object is not invented', async () => {
    const monitor = await opened(
      PYMON_SCHEMAS['1.6.0'],
      ['TEST_SESSIONS', { SESSION_H: 's1', RUN_DATE: 'yesterday', SCM_ID: null, RUN_DESCRIPTION: 'no json' }],
      ['TEST_SESSIONS', { SESSION_H: 's2', RUN_DATE: null, SCM_ID: '', RUN_DESCRIPTION: '[1]' }],
      ['EXECUTION_CONTEXTS', { ENV_H: 'e1', CPU_COUNT: 'many', RAM_TOTAL_MB: null }],
      metric({ TOTAL_TIME: 'long', USER_TIME: null, KERNEL_TIME: Buffer.from('x'), MEM_USAGE: Infinity, ITEM_START_TIME: '?' }),
      metric({ SESSION_H: null, ENV_H: null, ITEM: null, KIND: null, COMPONENT: null, TOTAL_TIME: -1 }),
      metric({ SESSION_H: '', KIND: 'whatever', TOTAL_TIME: 1e300 }),
    );
    const found = await rowsOf(monitor);
    expect(found).toHaveLength(3);
    const [odd] = found.filter(({ session, name }) => session === 's1' && name === 'test_a');
    expect(odd).toMatchObject({ context: 'e1', foreign: true });
    for (const key of ['wallTime', 'userTime', 'kernelTime', 'cpuTime', 'peakGrowth']) expect(odd).not.toHaveProperty(key);
    expect(found.find(({ name }) => name === '')).toMatchObject({ session: '', context: '', kind: '', component: '', wallTime: -1e9 });
    expect((await rowsOf(monitor, { kind: 'whatever' }))[0]).not.toHaveProperty('wallTime');
    expect(Array.from(await monitor.sessions(), ({ id, tags, description }) => ({ id, tags, description }))).toEqual(
      expect.arrayContaining([{ id: 's1', tags: {}, description: 'no json' }, { id: 's2', tags: {}, description: '[1]' }]), // prettier-ignore
    );
    expect((await monitor.context('e1')).cpuCount).toBeUndefined();
  });
});

/** Answers everything alike. */
const always =
  (
    status: number,
    body: string | Buffer,
    headers: Readonly<Record<string, string>> = { 'content-type': 'application/json' },
  ): RequestListener =>
  (_, response) =>
    void response.writeHead(status, headers).end(body);
const HTML = { 'content-type': 'text/html' };

describe.each(['', '/api/v1'])('a server named by a URL that ends in "%s"', (path) => {
  const asking = async (answer: RequestListener, ask?: (monitor: Monitor) => Promise<unknown>): Promise<string> =>
    refusal((await answering(answer)).url + path, ask);

  test.each([
    ['a page', always(200, '<!doctype html><title>Welcome</title>', HTML), / Is the URL right\?$/],
    ['nothing', always(200, ''), / Is the URL right\?$/],
    ['a list', always(200, '[]'), / Is the URL right\?$/],
    ['other JSON', always(200, '{"ok": true}'), / Is the URL right\?$/],
    ['half of a JSON text', always(200, '{"sessions": [{"session_h": "a'), / Is the URL right\?$/],
    ['404', always(404, '{"message": "no"}'), /^SPANMETER_NOT_FOUND: The server .* answers 404: no$/],
    ['500', always(500, '{"message": "Internal Server Error"}'), /^SPANMETER_REMOTE: The server .* answers 500: Internal Server Error$/],
    ['a redirect', always(302, '', { location: 'http://127.0.0.1:9/' }), /answers with a redirect \(302\), which is not followed\. Name the final URL\.$/],
    ['401', always(401, '{}'), /asks for a token \(401\), and none was sent\. SPANMETER_TOKEN sets it\.$/],
  ])('answers %s', async (_, answer, expected) => {
    for (const ask of [undefined, (monitor: Monitor) => monitor.metrics(), (monitor: Monitor) => monitor.session('last'), (monitor: Monitor) => monitor.countMetrics()]) {
      const said = await asking(answer, ask);
      expect(said).toMatch(/^SPANMETER_(?:REMOTE|NOT_FOUND): /);
      expect(said).toMatch(expected);
    }
  }); // prettier-ignore

  test('breaks off in the middle of an answer', async () => {
    const broken: RequestListener = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' }).write('{"sessions": [');
      response.socket!.end();
    };
    expect(await asking(broken)).toMatch(/^SPANMETER_REMOTE: The server .* cannot be reached: /);
  });

  test('is not there', async () => {
    const gone = await answering(always(200, ''));
    gone.end();
    expect(await refusal(gone.url + path)).toMatch(/^SPANMETER_REMOTE: The server .* cannot be reached: .*ECONNREFUSED/);
  });
});

describe('a server that speaks /api/v1 only', () => {
  /** By path; the rest is 404. */
  const v1 =
    (answers: Readonly<Record<string, object | number>>): RequestListener =>
    (request, response) => {
      const answer = answers[request.url!.replace('/api/v1', '')] ?? 404;
      if (typeof answer === 'number') response.writeHead(answer).end();
      else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    };
  const row = (id: string): object => ({ session_h: id, run_date: '2026-01-01T00:00:00', scm_ref: null, tags: null });
  const urlOf = async (answers: Readonly<Record<string, object | number>>): Promise<string> =>
    `${(await answering(v1(answers))).url}/api/v1`;

  test('and has nothing', async () => {
    const url = await urlOf({ '/sessions/': 204, '/contexts/': 204, '/metrics/': 204, '/metrics/count': { count: 0 } });
    const monitor = await open(url);
    expect([
      ...(await monitor.sessions()),
      ...(await monitor.contexts()),
      ...(await monitor.components()),
      ...(await rowsOf(monitor)),
    ]).toEqual([]);
    expect([await monitor.countMetrics(), await monitor.countSessions()]).toEqual([0, 0]);
    await expect(monitor.session('last')).rejects.toThrow(`There are no sessions yet in ${url}. Record one`);
  });

  test('whose lists have many pages, and rows that moved from one to the next', async () => {
    const monitor = await open(
      await urlOf({
        '/contexts/': 204,
        '/sessions/': { sessions: [row('a'), row('b')], next_url: '/api/v1/sessions/?page=2', total_page: 3 },
        '/sessions/?page=2': { sessions: [row('b'), row('c')], next_url: '/mounted/api/v1/sessions/?page=3', total_page: 3 },
        '/sessions/?page=3': { sessions: [row('d')], next_url: null, total_page: 3 },
      }),
    );
    expect(Array.from(await monitor.sessions(), ({ id }) => id)).toEqual(['d', 'c', 'b', 'a']);
  });

  test('whose rows have other values than they should', async () => {
    const odd = { session_h: 'a', context_h: null, item: { deep: 1 }, kind: null, total_time: '1', mem_usage: null, component: ['x'] };
    const monitor = await open(
      await urlOf({
        '/contexts/': { contexts: [{ h: null }, { h: 'e', cpu_count: null, machine_node: 5 }] },
        '/sessions/': {
          sessions: [
            row('a'),
            { session_h: null },
            { session_h: 'b', run_date: 5, tags: [null, { name: 'x' }, { name: 'n', value: null }] },
          ],
        },
        '/metrics/': { metrics: [odd, {}] },
      }),
    );
    expect(await rowsOf(monitor)).toMatchObject([{ session: 'a', context: '', name: '', kind: '', component: '' }, { session: '' }]);
    expect(Array.from(await monitor.sessions(), ({ id, tags }) => [id, tags])).toEqual(expect.arrayContaining([['a', {}], ['b', { n: null }]])); // prettier-ignore
    expect(Array.from(await monitor.contexts(), ({ hash }) => hash)).toEqual(['e']);
  });

  test.each([
    ['whose pages go in a circle', { sessions: [row('a')], next_url: '/api/v1/sessions/' }, /its pages go in a circle/],
    ['that names another place as the next page', { sessions: [row('a')], next_url: 'http://elsewhere/x' }, /it names no next page/],
    ['whose list is none', { sessions: 'a' }, /the list is missing/],
    ['whose rows are none', { sessions: ['a'] }, /the list is missing/],
    ['whose next page is not there', { sessions: [row('a')], next_url: '/api/v1/sessions/?page=2' }, /answers 404/],
  ])('%s', async (_, answer, expected) => {
    expect(await refusal(await urlOf({ '/contexts/': 204, '/sessions/': answer }))).toMatch(expected);
  });

  test('is asked again after a failure, and for each row only once', async () => {
    const url = await ours();
    let isDown = true;
    const hiding = hidingV2(url);
    const listening = await answering((request, response) => {
      if (isDown && request.url!.includes('/metrics/')) response.writeHead(500).end();
      else hiding(request, response);
    });
    const monitor = await open(`${listening.url}/api/v1`);
    await expect(monitor.metrics()).rejects.toMatchObject({ code: 'SPANMETER_REMOTE' });
    isDown = false;
    expect(await rowsOf(monitor, { session: 'a'.repeat(32) })).toHaveLength(1);
    expect(await rowsOf(monitor)).toHaveLength(2);
    listening.asked.length = 0;
    expect(await rowsOf(monitor)).toHaveLength(2);
    expect(await rowsOf(monitor, { last: 1 })).toHaveLength(1);
    expect(listening.asked).toEqual([]);
    // Questions at one time don't copy twice.
    const another = await open(`${listening.url}/api/v1`);
    const counts = await Promise.all([another.metrics(), another.metrics({ last: 1 }), another.metrics()]);
    expect(counts.map((rows) => [...rows].length)).toEqual([2, 1, 2]);
  });

  test('is read by the commands, and not written', async () => {
    const store = await openStore(`${(await answering(hidingV2(await ours()))).url}/api/v1`);
    onTestFinished(() => store.close());
    expect(await store.sessions({ limit: 1 })).toMatchObject([{ id: 'b'.repeat(32), tests: 1 }]);
    expect(await store.totals('a'.repeat(32))).toMatchObject([{ kind: 'function', count: 1 }]);
    await expect(store.putSession(sessionRecord('x'))).rejects.toMatchObject({ code: 'SPANMETER_USAGE' });
  });
});

/** A server of ours with two sessions, of one test each. */
async function ours(): Promise<string> {
  const store = (await openStore(join(temporaryFolder(), 'history.db'))) as ServedStore;
  for (const [at, id] of ['a', 'b'].entries()) {
    await store.putSession(sessionRecord(id.repeat(32), { startedAt: START + at }));
    await store.putReadings([readingRecord(id.repeat(32), 1, { values: values({ wall_time: 5 }) })]);
  }
  await store.prepareToServe();
  const app = await createApp({ store, pageSize: 500 });
  onTestFinished(async () => {
    await app.close();
    await store.close();
  });
  return app.listen({ host: '127.0.0.1', port: 0 });
}

describe('a server of ours', () => {
  const ARROW = { 'content-type': 'application/vnd.apache.arrow.stream' };

  test.each([
    ['ends its rows in the middle, and says that this is all', (whole: Buffer, response: ServerResponse) => response.writeHead(200, ARROW).end(whole.subarray(0, -8)), /ended its answer in the middle|no Arrow stream/],
    ['is cut off among its rows', (whole: Buffer, response: ServerResponse) => { response.writeHead(200, ARROW).write(whole.subarray(0, 500), () => response.socket!.destroy()); }, /cannot be reached/],
    ['answers with noise for rows', (_: Buffer, response: ServerResponse) => response.writeHead(200, ARROW).end(Buffer.alloc(5000, 7)), /no Arrow stream|in the middle/],
    ['answers with a page for rows', (_: Buffer, response: ServerResponse) => response.writeHead(200, HTML).end('<p>'), /Is the URL right\?/],
  ] as const)('%s', async (_, answer, expected) => {
    const url = await ours();
    const between = await answering((request, response) => {
      void fetch(`${url}${request.url!}`, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json', accept: ARROW['content-type'] } })
        .then((answered) => answered.arrayBuffer())
        .then((bytes) => answer(Buffer.from(bytes), response));
    });
    const said = await refusal(between.url, (monitor) => monitor.metrics());
    expect(said).toMatch(/^SPANMETER_REMOTE: /);
    expect(said).toMatch(expected);
  }); // prettier-ignore

  test('is asked again when it is busy, and for nothing more once nobody reads', async () => {
    const url = await ours();
    let busy = 2;
    const closed: boolean[] = [];
    const between = await answering((request, response) => {
      if (busy-- > 0) {
        response.writeHead(503, { 'retry-after': '0' }).end('{}');
        return;
      }
      response.on('close', () => closed.push(response.writableFinished));
      void fetch(`${url}${request.url!}`, {
        method: 'POST',
        body: '{}',
        headers: { 'content-type': 'application/json', accept: ARROW['content-type'] },
      }).then(async (answered) => {
        // All rows, and never an end.
        response.writeHead(200, ARROW).write(Buffer.from(await answered.arrayBuffer()).subarray(0, -8));
      });
    });
    const monitor = await open(between.url);
    for await (const metric of monitor.each()) {
      expect(metric.name).toBe('test 1');
      break;
    }
    await expect.poll(() => closed).toEqual([false]);
    expect(between.asked).toHaveLength(3);
  });
});

describe('a question', () => {
  test('for a session that is not there says which are near', async () => {
    const file = join(temporaryFolder(), 'history.db');
    const store = await openStore(file);
    for (const [id, os] of [['12da82af', 'linux'], ['77777777', 'mac']] as const) await store.putSession(sessionRecord(id.padEnd(32, '0'), { tags: { nightly: true, os } }));
    await store.close();
    const said = (name: string): Promise<string> => refusal(file, (monitor) => monitor.session(name));
    expect(await said('nigthly')).toMatch(/^SPANMETER_NOT_FOUND: No session is called 'nigthly'.* Did you mean 'nightly'\? The newest are:\n/);
    expect(await said('os=linus')).toMatch(/Did you mean 'os=linux'\? /);
    expect(await said('12da82ag')).toMatch(/Near are:\n {2}12da82af0000 {2}vitest 4\.1\.12$/);
    expect(await said('something else')).toMatch(/The newest are:\n {2}\w{12} /);
    expect(await said('last~7')).toMatch(/there are only 2\. The newest are:/);
  }); // prettier-ignore

  test.each<[object, RegExp]>([
    [{ sesion: 'x' }, /Nothing can be asked by 'sesion'\. Did you mean 'session'\?/],
    [{ kind: 'tests' }, /There is no kind 'tests'\. Did you mean 'test'\?/],
    [{ status: 'fail' }, /There is no status "fail"\. There are: passed, failed, skipped, interrupted\./],
    [{ columns: ['wallTime'] }, /There is no column "wallTime"\. Did you mean 'wall_time'\?/],
    [{ columns: [] }, /'columns' names no column/],
    [{ columns: 'name,' }, /There is no column "name,"/],
    [{ top: { metric: 'peak_rs', count: 1 } }, /There is no metric "peak_rs"\. Did you mean 'peak_rss'\?/],
    [{ top: { metric: 'wall', count: 0 } }, /'top\.count' is a whole number from 1 to 100000, not 0\./],
    [{ bottom: { metric: 'wall' } }, /'bottom\.count' is a whole number from 1 to 100000, not undefined\./],
    [{ top: { metric: 'wall', count: 1 }, bottom: { metric: 'wall', count: 1 } }, /'top' and 'bottom' exclude each other/],
    [{ since: 'monday' }, /'since' is no instant: "monday"\. Give a Date/],
    [{ until: new Date(NaN) }, /'until' is no instant/],
    [{ since: Date.UTC(2026, 0) }, /'since' is in January 1970: 1767225600000\. Instants are microseconds/],
    [{ since: null }, /'since' is no instant/],
    [{ last: 1.5 }, /'last' is a whole number from 1, not 1\.5\./],
    [{ tags: 'os=linux' }, /write it as \{ "os": "linux" \}/],
    [{ tags: null }, /'tags' is a text or a list of texts, not null\./],
    [{ top: null }, /'top' is \{ metric, count \}, not null\./],
    [{ top: 'wall' }, /'top' is \{ metric, count \}, not 'wall'\./],
    [{ tags: [5] }, /'tags' is a text or a list of texts, not \[ 5 \]\./],
    [{ match: 'some' }, /There is no match "some"\. There are: all, any\./],
    [{ session: [undefined] }, /'session' is a text or a list of texts/],
    [{ name: 5 }, /'name' is a text, not 5\./],
    [{ component: null }, /'component' is a text, not null\./],
    [{ namePattern: '%'.repeat(10_001) }, /'namePattern' is longer than 10000 characters/],
  ])('%j', async (query, expected) => {
    const monitor = await open(':memory:');
    const asked = monitor.metrics(query);
    await expect(asked).rejects.toMatchObject({ code: 'SPANMETER_USAGE' });
    await expect(asked).rejects.toThrow(expected);
    await expect(monitor.countMetrics(query)).rejects.toMatchObject({ code: 'SPANMETER_USAGE' });
  });
});
