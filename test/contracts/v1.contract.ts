/** /api/v1 over one store: the recorded answers of monitor-server-api, and where we are stricter. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../dist/server/app.js';
import type { ServedStore } from '../../dist/store/served.js';

const FIXTURES = path.join(import.meta.dirname, '../fixtures/monitor-server-api');

export interface Recorded {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly request_body?: unknown;
  readonly request_raw_body?: string;
  readonly request_headers?: Readonly<Record<string, string>>;
  readonly status: number;
  readonly body: any;
  readonly compare: string;
  readonly metrics_are_seed_numbers?: boolean;
  readonly rows_added?: Readonly<Record<string, number>>;
}

interface Exchange {
  readonly request: { readonly method: string; readonly path: string; readonly body: unknown };
  readonly response: { readonly status: number; readonly body: unknown };
}

const fixture = <T>(name: string): T => JSON.parse(readFileSync(path.join(FIXTURES, name), 'utf8')) as T;
export const SEED = fixture<{ path: string; body: any }[]>('seed.json');
export const GETS = fixture<Recorded[]>('get.json');
export const POSTS = fixture<Recorded[]>('post.json');
export const TRAFFIC = fixture<Exchange[]>('pytest-monitor.json');
export const METRICS = SEED.filter((request) => request.path.includes('/metrics/')).map((request) => request.body);

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
    method: recorded.method as 'GET',
    url: recorded.path,
    headers: { ...type, ...recorded.request_headers },
    ...(payload === undefined ? {} : { payload }),
  };
}

/** The recorded body, with the seed's metrics in place of their numbers. */
function expectedBody({ body, metrics_are_seed_numbers }: Recorded): unknown {
  return metrics_are_seed_numbers === true ? { ...body, metrics: body.metrics.map((number: number) => METRICS[number - 1]) } : body;
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
  if (recorded.status === 308) return expect(answer.statusCode, where).toBe(201);
  expect(answer.statusCode, where).toBe(recorded.status);
  if (!recorded.compare.includes('body') || recorded.method === 'HEAD') return;
  if (recorded.body === null) expect(answer.body, where).toBe('');
  else expect(answer.json(), where).toEqual(expectedBody(recorded));
}

/** A posted context or session again: the recorded server fails, and it is the same as before. */
function isRepetition(recorded: Recorded): boolean {
  return recorded.name.endsWith(' duplicate');
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
      for (const { request, response } of TRAFFIC) {
        const answer = await app.inject({
          method: request.method as 'GET',
          url: request.path,
          ...(request.body === null ? {} : { payload: request.body as object }),
        });
        expect(answer.statusCode, request.path).toBe(response.status);
        if (response.body === null) expect(answer.body).toBe('');
        else expect(answer.json(), request.path).toEqual(response.body);
      }
    });
  });
}
