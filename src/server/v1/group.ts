/** Adds the routes of one subject; every other method of their paths is answered with 405. */
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema, HTTPMethods } from 'fastify';
import type { ServedStore } from '../../store/served.js';
import type { MetricFilter } from '../../store/sql/pymon-filter.js';
import { countMetrics, pageOfMetrics } from '../../store/sql/pymon-metrics.js';
import { Refusal } from '../refusal.js';
import { askedPage, neighbours, placed } from './pages.js';
import { Count, listOf, Metric, Query } from './schemas.js';

export type Params = Readonly<Record<string, string>>;
type Answer = (params: Params, request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

export const NO_PAGE = 'There is no page with this number.';

const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

export class Group {
  readonly #app: FastifyInstance;
  readonly #tag: string;
  readonly #methods = new Map<string, Set<HTTPMethods>>();
  readonly store: ServedStore;
  readonly pageSize: number;

  constructor(app: FastifyInstance, tag: string, store: ServedStore, pageSize: number) {
    this.#app = app;
    this.#tag = tag;
    this.store = store;
    this.pageSize = pageSize;
  }

  get(url: string, summary: string, schema: FastifySchema, answer: Answer): void {
    this.#add('GET', url, { summary, querystring: Query, ...schema }, async (request, reply) => {
      await this.store.ensureZones();
      return answer(request.params as Params, request, reply);
    });
  }

  post(url: string, summary: string, schema: FastifySchema, answer: Answer): void {
    this.#add('POST', url, { summary, ...schema }, async (request, reply) => answer(request.params as Params, request, reply));
  }

  /** A page of metrics. `filter` says which; undefined: none at all. */
  metrics(url: string, summary: string, filter: (params: Params) => Promise<MetricFilter | undefined>): void {
    this.get(url, summary, { response: { 200: listOf('metrics', Metric) } }, async (params, request, reply) => {
      const number = await askedPage(request);
      const wanted = await filter(params);
      if (wanted === undefined) return none(reply);
      const at = (total: number): ReturnType<typeof placed> => placed(number, total, this.pageSize);
      const page = await pageOfMetrics(this.store.sql, wanted, at);
      if (page === undefined) throw new Refusal(404, NO_PAGE);
      if (page.rows.length === 0) return none(reply);
      const place = at(page.total)!;
      return { metrics: page.rows, ...neighbours(request, place), total_page: place.pages };
    });
  }

  count(url: string, summary: string, count: (params: Params) => Promise<number>): void {
    this.get(url, summary, { response: { 200: Count } }, async (params) => ({ count: await count(params) }));
  }

  countMetrics(url: string, summary: string, filter: (params: Params) => Promise<MetricFilter | undefined>): void {
    this.count(url, summary, async (params) => {
      const wanted = await filter(params);
      return wanted === undefined ? 0 : countMetrics(this.store.sql, wanted);
    });
  }

  /** After all routes. */
  refuseTheRest(): void {
    for (const [url, methods] of this.#methods) {
      const allow = METHODS.filter(
        (method) => methods.has(method) || (method === 'HEAD' && methods.has('GET')) || method === 'OPTIONS',
      ).join(', ');
      const rest = METHODS.filter((method) => !methods.has(method) && method !== 'HEAD' && method !== 'OPTIONS');
      this.#app.route({ method: [...rest], url, schema: { hide: true }, handler: refuse(allow) });
      this.#app.route({
        method: 'OPTIONS',
        url,
        schema: { hide: true },
        handler: async (_, reply) => reply.header('allow', allow).code(200).send(),
      });
    }
  }

  #add(
    method: HTTPMethods,
    url: string,
    schema: FastifySchema,
    handler: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>,
  ): void {
    const methods = this.#methods.get(url) ?? new Set();
    this.#methods.set(url, methods.add(method));
    this.#app.route({ method, url, schema: { tags: [this.#tag], ...schema }, handler });
  }
}

export function none(reply: FastifyReply): FastifyReply {
  return reply.code(204).send();
}

function refuse(allow: string) {
  return async (): Promise<never> => {
    throw new Refusal(405, 'The method is not allowed for the requested URL.', { headers: { allow } });
  };
}

/** A page of a list that is in memory, with the URLs of its neighbours. */
export async function pageOfList<T>(
  request: FastifyRequest,
  size: number,
  list: readonly T[],
): Promise<{ readonly rows: readonly T[]; readonly urls: ReturnType<typeof neighbours>; readonly pages: number }> {
  const place = placed(await askedPage(request), list.length, size);
  if (place === undefined) throw new Refusal(404, NO_PAGE);
  return { rows: list.slice(place.offset, place.offset + size), urls: neighbours(request, place), pages: place.pages };
}
