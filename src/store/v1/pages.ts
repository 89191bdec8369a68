/** Lists of a server that speaks /api/v1 as monitor-server-api does, page by page to their end. */
import { askForAny, RemoteError, type Server } from '../remote/http.js';
import { now, persist } from '../remote/send.js';

export type Row = Readonly<Record<string, unknown>>;

export const API = '/api/v1';
const LONGEST_ANSWER = 60_000;

/** @param server its URL is without /api/v1. @param path with a slash before it, behind /api/v1. @param name of the list in the answers */
export async function* pages(server: Server, path: string, name: string): AsyncGenerator<readonly Row[]> {
  const asked = new Set<string>();
  for (let next: string | undefined = path; next !== undefined;) {
    if (asked.has(next)) throw strange(server, path, 'its pages go in a circle');
    asked.add(next);
    const page = await get(server, next);
    // There is nothing.
    if (page === undefined) return;
    yield rowsIn(server, path, page[name]);
    next = nextOf(server, path, page['next_url']);
  }
}

/** @returns undefined where the server says that there is nothing */
export async function get(server: Server, path: string): Promise<Row | undefined> {
  const request = (timeout: number): Promise<object | undefined> => askForAny(server, { method: 'GET', path: API + path, timeout });
  return (await persist(now() + LONGEST_ANSWER, request)) as Row | undefined;
}

function rowsIn(server: Server, path: string, list: unknown): readonly Row[] {
  if (Array.isArray(list) && list.every((row) => typeof row === 'object' && row !== null)) return list as Row[];
  throw strange(server, path, 'the list is missing');
}

/** It begins with /api/v1, wherever the server was mounted. */
function nextOf(server: Server, path: string, next: unknown): string | undefined {
  if (next === undefined || next === null) return undefined;
  const at = typeof next === 'string' ? next.indexOf(`${API}/`) : -1;
  if (at < 0) throw strange(server, path, 'it names no next page');
  return (next as string).slice(at + API.length);
}

export function strange({ url }: Server, path: string, what: string): RemoteError {
  return new RemoteError(`${url}${API}${path} is not answered as monitor-server-api does: ${what}. Is the URL right?`);
}
