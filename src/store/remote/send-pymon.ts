/** Sends pytest-monitor's rows to a server. Rows that come twice are counted there, and added once. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { CopiedContext } from '../sql/pymon-copy.js';
import type { ShownMetric } from '../sql/pymon-shown.js';
import { ask, RemoteError, type Server } from './http.js';
import { persist, type Sent } from './send.js';

const deflate = promisify(gzip);
/** Taken at load: tests may replace it. */
const { stringify } = JSON;

export interface PymonSessionRow {
  readonly session_h: string;
  readonly run_date: string;
  readonly scm_ref: string | null;
  readonly description: string;
}

export interface PymonRows {
  readonly contexts?: readonly CopiedContext[];
  readonly sessions?: readonly PymonSessionRow[];
  readonly metrics?: readonly (ShownMetric & { readonly count: number })[];
}

export interface SentPymon extends Sent {
  /** Contexts and sessions that the server knows with other content, and has left as they are. */
  readonly differing: number;
}

/** @throws RemoteError */
export async function sendPymonRows(
  server: Server,
  { contexts = [], sessions = [], metrics = [] }: PymonRows,
  deadline = Infinity,
): Promise<SentPymon> {
  const body = await deflate(stringify({ contexts, sessions, metrics }), { level: 1 });
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
  const answer = await persist(deadline, (timeout) => ask(server, { method: 'POST', path: '/api/v2/pymon', body, headers, timeout }));
  const { rows, new: fresh, differing } = answer as { rows?: unknown; new?: unknown; differing?: unknown };
  const isRight =
    rows === contexts.length + sessions.length + metrics.length && Number.isSafeInteger(fresh) && Number.isSafeInteger(differing);
  if (!isRight) throw new RemoteError(`${server.url} answers, but does not confirm what it was sent. Is it a spanmeter server?`);
  return { rows, fresh: fresh as number, differing: differing as number };
}
