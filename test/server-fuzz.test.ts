/**
 * Whatever is sent to any route: an answer, never a 5xx, never a hang; and what was not acknowledged is not there, what was is. The
 * routes are those that the server registers, so that a new one is asked too.
 */
import { request } from 'node:http';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BATCH_TYPE, encodeBatch } from '../dist/journal/batch.js';
import { createApp } from '../dist/server/app.js';
import { openStore } from '../dist/store/index.js';
import type { ServedStore } from '../dist/store/served.js';
import { readingRecord, sessionRecord, writerRecord } from './helpers/records.js';
import { CONTEXT, metric } from './helpers/server-process.js';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';

interface Route {
  readonly method: string;
  readonly url: string;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

const folder = mkdtempSync(join(tmpdir(), 'spanmeter-fuzz-'));
const routes: Route[] = [];
let store: ServedStore;
let port: number;
let close: () => Promise<void>;
const log: string[] = [];

beforeAll(async () => {
  store = (await openStore(join(folder, 'history.db'))) as ServedStore;
  await store.prepareToServe();
  const app = await createApp(
    { store, pageSize: 3 },
    {
      limits: { rate: 1e9 },
      log: { level: 'error', stream: { write: (line) => void log.push(line) } },
      onRoute: ({ method, url }) => [method].flat().forEach((each) => routes.push({ method: each, url })),
    },
  );
  await app.listen({ host: '127.0.0.1', port: 0 });
  port = (app.server.address() as { port: number }).port;
  close = async () => {
    await app.close();
    await store.close();
  };
  // Something to find.
  for (const [path, body] of [
    ['contexts', CONTEXT],
    [
      'sessions',
      { session_h: 's1', run_date: '2026-01-01T00:00:00', scm_ref: 'abc', description: { a: [1, { b: 'x' }], pipeline_branch: 'p' } },
    ],
    ['metrics', metric('one')],
    ['metrics', metric('two')],
  ] as const)
    expect((await ask('POST', `/api/v1/${path}/`, { 'content-type': 'application/json' }, JSON.stringify(body))).status).toBe(201);
  expect((await ask('POST', '/api/v2/batches', { 'content-type': BATCH_TYPE }, BATCH)).status).toBe(200);
});

afterAll(async () => {
  await close();
  rmSync(folder, { recursive: true, force: true });
});

const BATCH = encodeBatch({
  session: sessionRecord('ours'),
  writers: [writerRecord('ours', 'w1')],
  records: [readingRecord('ours', 1), readingRecord('ours', 2)],
});

/** As it stands, without fetch's tidying of paths. A hang is a failure. */
function ask(method: string, path: string, headers: Record<string, string>, body?: string | Uint8Array): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // Said by ourselves: Node's client sends some bodies without their length.
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const asked = request({ port, host: '127.0.0.1', method, path, headers: { ...headers, ...length }, timeout: 10_000 }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
      answer.on('error', reject);
    });
    asked.on('timeout', () => asked.destroy(new Error(`${method} ${path} hangs`)));
    asked.on('error', reject);
    asked.end(body);
  });
}

/** Rows of every table: what is there, and nothing else. */
async function rows(): Promise<Record<string, number>> {
  const counted: Record<string, number> = {};
  for (const table of ['sessions', 'contexts', 'metrics', 'foreign_readings', 'foreign_sessions', 'foreign_contexts', 'tokens'])
    counted[table] = (await store.sql.rows<[number]>(`SELECT count(*) FROM ${table}`))[0]![0];
  return counted;
}

const KNOWN = ['s1', 'ours', 'c1', 'one', 'abc', 'function', 'memory', 'last', 'count', 'a.a', '1', '-1', '0'];
const ODD = [
  '%00',
  '%',
  '%zz',
  '%ED%A0%80',
  '..%2f..%2fetc%2fpasswd',
  '%2e%2e',
  "'%20OR%201=1--",
  '%25',
  '_',
  '//',
  '%F0%9F%98%80',
  'constructor',
  '__proto__',
];
const text = fc.oneof(
  fc.constantFrom(
    ...KNOWN,
    '',
    '\0',
    '\ud800',
    '__proto__',
    '$',
    'a[',
    '{"',
    "'; DROP TABLE metrics; --",
    '1e400',
    'NaN',
    'x'.repeat(5000),
  ),
  fc.string(),
  fc.string({ unit: 'binary' }),
);
const piece = fc.oneof(fc.constantFrom(...KNOWN), fc.constantFrom(...ODD), text.map(encoded));

function encoded(value: string): string {
  return encodeURIComponent(Buffer.from(value).toString()).slice(0, 2000);
}

const NAMES = [
  'page',
  'per_page',
  'with_flags',
  'with_tags',
  'restrict_flags',
  'method',
  'limit',
  'after',
  'cursor',
  'session',
  'item',
  'columns',
  'format',
  'order',
  'status',
  'kind',
  'since',
  'until',
  'tag',
  'package',
  'component',
  'search',
  'revision',
];
const value = fc.oneof(
  text.map(encoded),
  fc.integer().map(String),
  fc.double().map(String),
  fc.constantFrom(
    '999999999999999999999',
    '-0',
    '1e9',
    '[]',
    '{}',
    '%5B%22a%22%5D',
    'true',
    'csv',
    'arrow',
    'ndjson',
    'json',
    'match_any',
    '2026-01-01',
    '-292277-01-01',
  ),
);
const query = fc.array(fc.tuple(fc.oneof(fc.constantFrom(...NAMES), text.map(encoded)), value), { maxLength: 5 });

const number = fc.oneof(fc.double(), fc.constantFrom(1e308, -1e308, 2 ** 53, 2 ** 63, -(2 ** 63), 1e19, 0, -0, 5e-324));
const anything = fc.oneof(
  fc.json(),
  fc.anything().map((each) => safeJson(each)),
  number.map(String),
  text.map((each) => JSON.stringify(each)),
);

function safeJson(each: unknown): string {
  try {
    const made = JSON.stringify(each) as string | undefined;
    return made ?? 'null';
  } catch {
    return 'null';
  }
}

/** A body that would do, with some of its fields replaced, doubled or taken away: as text, since JSON has more than JavaScript keeps. */
const GOOD: readonly Record<string, unknown>[] = [
  CONTEXT,
  { ...metric('three') },
  { session_h: 's2', run_date: '2026-01-01T00:00:00', scm_ref: 'abc', description: { a: 1 } },
];
const almost = fc
  .record({
    good: fc.constantFrom(...GOOD),
    field: fc.nat(20),
    to: fc.oneof(
      anything,
      fc.constantFrom(
        'NaN',
        'Infinity',
        '-Infinity',
        '1e400',
        '1e-400',
        '99999999999999999999',
        '"\\u0000"',
        '"\\ud800"',
        'null',
        '"\\ud83d"',
        '[[]]',
      ),
    ),
    how: fc.constantFrom('replace', 'double', 'drop', 'add'),
    name: text,
  })
  .map(({ good, field, to, how, name }) => {
    const fields = Object.entries(good).map(([key, each]) => [JSON.stringify(key), JSON.stringify(each)] as [string, string]);
    const at = field % fields.length;
    if (how === 'replace') fields[at]![1] = to;
    if (how === 'double') fields.push([fields[at]![0], to]);
    if (how === 'drop') fields.splice(at, 1);
    if (how === 'add') fields.push([JSON.stringify(name), to]);
    return `{${fields.map(([key, each]) => `${key}: ${each}`).join(', ')}}`;
  });
const broken = fc.tuple(almost, fc.nat()).map(([whole, cut]) => whole.slice(0, cut % whole.length));
/** A batch with bytes changed: the checksums notice, or it makes sense. */
const bitten = fc.tuple(fc.nat(), fc.nat(255), fc.boolean()).map(([at, to, cut]) => {
  const bytes = new Uint8Array(BATCH);
  bytes[at % bytes.length] = to;
  return cut ? bytes.slice(0, at % bytes.length) : bytes;
});
const body = fc.oneof(
  fc.constant(undefined),
  almost,
  almost,
  broken,
  anything,
  text,
  bitten,
  fc.uint8Array({ maxLength: 300 }),
  fc.constant('['.repeat(50_000)),
  fc.constant('{"a":'.repeat(20_000)),
);
const type = fc.constantFrom(
  'application/json',
  'application/json',
  'application/json; charset=latin1',
  'text/plain',
  BATCH_TYPE,
  '',
  'nonsense',
  'multipart/form-data',
  'application/json;',
);
const extra = fc.constantFrom<Record<string, string>>(
  {},
  {},
  { 'content-encoding': 'gzip' },
  { 'content-encoding': 'br, gzip' },
  { accept: 'application/vnd.apache.arrow.stream' },
  { accept: 'text/csv' },
  { accept: 'x'.repeat(3000) },
  { 'x-fields': '{a{b' },
  { authorization: 'Basic %%%' },
  { range: 'bytes=0-1' },
  { expect: '100-continue' },
);

/** What is stored was acknowledged: a refused request changes no table. */
async function judge(
  method: string,
  route: string,
  path: string,
  headers: Record<string, string>,
  sent: string | Uint8Array | undefined,
): Promise<void> {
  const before = await rows();
  const { status, body: answered } = await ask(method, path, headers, method === 'GET' || method === 'HEAD' ? undefined : sent);
  const after = await rows();
  const told = `${method} ${path} ${JSON.stringify(headers)} -> ${status} ${answered.slice(0, 300)}\n${log.slice(-1).join('').slice(0, 600)}`;
  if (status < 200 || status >= 500) throw new Error(told);
  if (status >= 400 && method !== 'HEAD') {
    const error = JSON.parse(answered) as { code?: unknown; message?: unknown };
    // v1 answers a description that is no object with a session of nulls, as its clients know it.
    if (!('session_h' in error)) expect(typeof error.message, told).toBe('string');
    if (!/^\/api\/v1(?:[/?]|$)/.test(path)) expect(typeof error.code, told).toBe('string');
    expect(answered, told).not.toMatch(/\bSELECT\b|\bINSERT\b|SQLITE_|\.js:\d+|node_modules/);
  }
  if (status >= 400 || method === 'GET' || method === 'HEAD') expect(after, told).toEqual(before);
  else expect(after['foreign_readings']! - before['foreign_readings']!, told).toBe(status === 201 && route.includes('metrics') ? 1 : 0);
}

/** Enough for each run to meet every route a few times; more by hand: FUZZ=20000. */
const RUNS = Number(process.env['FUZZ'] ?? 1500);

test('every route, with odd paths, queries, headers and bodies', async () => {
  expect(routes.length).toBeGreaterThan(60);
  const writing = routes.filter(({ method }) => method === 'POST');
  const route = fc.oneof(fc.constantFrom(...routes), fc.constantFrom(...writing));
  const asked = fc.record({ route, pieces: fc.array(piece, { minLength: 8, maxLength: 8 }), query, type, extra, body });
  await fc.assert(
    fc.asyncProperty(asked, async ({ route: { method, url }, pieces, query: pairs, type: media, extra: more, body: sent }) => {
      let next = 0;
      const path = url.replace(/:[A-Za-z_]\w*|\*/g, () => pieces[next++ % pieces.length]!);
      const asking = pairs.map(([name, each]) => `${name}=${each}`).join('&');
      await judge(
        method,
        url,
        asking === '' ? path : `${path}?${asking}`,
        { ...(media !== '' && { 'content-type': media }), ...more },
        sent,
      );
    }),
    { numRuns: RUNS, interruptAfterTimeLimit: 100_000 },
  );
}, 120_000);

test('paths that no route has', async () => {
  const path = fc.array(fc.oneof(piece, fc.constantFrom('api', 'v1', 'v2', 'docs', 'static', '..', '.', '')), { maxLength: 7 });
  const method = fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY');
  await fc.assert(
    fc.asyncProperty(path, method, almost, async (pieces, how, sent) => {
      await judge(how, '', `/${pieces.join('/')}`.slice(0, 4000), { 'content-type': 'application/json' }, sent);
    }),
    { numRuns: Math.ceil(RUNS / 3) },
  );
}, 120_000);

test('what was there before is still there', async () => {
  const count = await ask('GET', '/api/v2/sessions', {});
  expect(count.status).toBe(200);
  expect(await store.countReadings({ session: 'ours' })).toBe(2);
  expect(log.join('')).toBe('');
});
