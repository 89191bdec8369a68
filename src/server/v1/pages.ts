/** Pages: which one is asked for, and the URLs of its neighbours. */
import type { FastifyRequest } from 'fastify';
import { Refusal } from '../refusal.js';
import { bodyOfGet } from './body.js';

const BODY_LIMIT = 65_536;

/** The first value of a name in the query. */
export function queried(request: FastifyRequest, name: string): string | undefined {
  const value = (request.query as Readonly<Record<string, string | string[] | undefined>>)[name];
  return Array.isArray(value) ? value[0] : value;
}

/** From the query, else from a JSON body, else 1. */
export async function askedPage(request: FastifyRequest): Promise<number> {
  const text = queried(request, 'page');
  // As Python's int() reads it; anything else counts as not given.
  if (text !== undefined && /^\s*[+-]?\d+(?:_\d+)*\s*$/.test(text)) return Number(text.replaceAll('_', ''));
  const body = await bodyOfGet(request, BODY_LIMIT);
  if (typeof body !== 'object' || body === null || Array.isArray(body) || !Object.hasOwn(body, 'page')) return 1;
  const { page } = body as { page: unknown };
  if (!Number.isSafeInteger(page)) throw new Refusal(400, 'page: the number of a page is a whole number.');
  return page as number;
}

export interface Placed {
  readonly number: number;
  readonly pages: number;
  readonly offset: number;
  readonly limit: number;
}

/** The page's rows. Of nothing there is a first page. */
export function placed(page: number, total: number, size: number): Placed | undefined {
  const pages = Math.ceil(total / size);
  const number = page < 0 ? pages + page + 1 : page;
  if (number < 1 || number > Math.max(1, pages)) return undefined;
  return { number, pages, offset: (number - 1) * size, limit: size };
}

export interface Neighbours {
  readonly prev_url?: string;
  readonly next_url?: string;
}

/** Relative, with the other parameters as they were. */
export function neighbours(request: FastifyRequest, { number, pages }: Placed): Neighbours {
  return {
    ...(number > 1 && { prev_url: urlOf(request, number - 1) }),
    ...(number < pages && { next_url: urlOf(request, number + 1) }),
  };
}

function urlOf(request: FastifyRequest, page: number): string {
  const params = request.params as Readonly<Record<string, string>>;
  const path = request.routeOptions
    .url!.replace(/^(?:\/api\/v1)+/, '/api/v1')
    .replace(/:(\w+)/g, (_, name: string) => encoded(params[name]!));
  const query = new URLSearchParams();
  const at = request.url.indexOf('?');
  for (const [name, value] of new URLSearchParams(at === -1 ? '' : request.url.slice(at + 1)))
    if (!query.has(name)) query.append(name, value);
  query.set('page', String(page));
  return `${path}?${query.toString()}`;
}

/** What a path may hold stays as it is. */
function encoded(segment: string): string {
  return encodeURIComponent(segment).replace(/%(?:24|26|2B|2C|3A|3B|3D|40)/g, decodeURIComponent);
}
