/** Asks a server of ours. Filters go in bodies, rows come as an Arrow stream. */
import { RecordBatchReader, type RecordBatch } from 'apache-arrow';
import type { PackageVersion } from '../../model/records.js';
import type { StoredSession } from '../../store/contract.js';
import { ask, askForStream, RemoteError, type Request } from '../../store/remote/http.js';
import { now, persist } from '../../store/remote/send.js';
import type { RemoteStore } from '../../store/remote/store.js';
import type { MetricFilter } from '../../store/sql/metric-conditions.js';
import type { Pipeline } from '../../store/sql/pipelines.js';
import type { SessionFilter } from '../../store/sql/session-filter.js';
import { toEntity, type Context, type Session } from '../entities.js';
import type { Source, Wanted } from './source.js';

const LONGEST_ANSWER = 60_000;
const ARROW = 'application/vnd.apache.arrow.stream';

interface Page {
  readonly count: number;
  readonly sessions: readonly (Omit<StoredSession, 'context' | 'packages'> & { readonly context: string; readonly packages: number })[];
  readonly contexts: readonly Context[];
  readonly packages: readonly (readonly PackageVersion[])[];
}

export class RemoteSource implements Source {
  constructor(readonly store: RemoteStore) {}

  async sessions(filter: SessionFilter): Promise<Session[]> {
    // While they were read page by page, newer ones may have moved the others.
    const found = new Map<string, Session>();
    for (let offset = 0; ;) {
      const { count, sessions, contexts, packages } = (await this.#post('/sessions', { ...filter, offset })) as unknown as Page;
      const byHash = new Map(contexts.map((context) => [context.hash, context]));
      for (const { context, packages: list, ...session } of sessions)
        found.set(session.id, toEntity({ ...session, context: byHash.get(context)!, packages: packages[list]! }));
      offset += sessions.length;
      if (sessions.length === 0 || offset >= count) return [...found.values()];
    }
  }

  async countSessions(filter: SessionFilter): Promise<number> {
    return (await this.#post('/sessions', { ...filter, limit: 0 }))['count'] as number;
  }

  async contexts(): Promise<Context[]> {
    return (await this.#json({ method: 'GET', path: '/api/v2/contexts' }))['contexts'] as Context[];
  }

  async components(filter: MetricFilter): Promise<string[]> {
    return (await this.#post('/components', filter))['components'] as string[];
  }

  async pipelines(component: string | undefined): Promise<Pipeline[]> {
    const query = component === undefined ? '' : `?${new URLSearchParams({ component }).toString()}`;
    return (await this.#json({ method: 'GET', path: `/api/v2/pipelines${query}` }))['pipelines'] as Pipeline[];
  }

  async *metrics(filter: MetricFilter, { columns, best }: Wanted): AsyncGenerator<RecordBatch> {
    const request = { ...posted('/metrics', { ...filter, columns, best }), timeout: LONGEST_ANSWER };
    const pieces = askForStream(this.store.server, request, ARROW);
    const reader = await RecordBatchReader.from(whole(pieces, this.store.location));
    await reader.open();
    yield* reader as AsyncIterable<RecordBatch>;
  }

  async countMetrics(filter: MetricFilter): Promise<number> {
    return (await this.#post('/metrics/count', filter))['count'] as number;
  }

  async close(): Promise<void> {
    await this.store.close();
  }

  #post(path: string, body: object): Promise<Answer> {
    return this.#json(posted(path, body));
  }

  async #json(request: Omit<Request, 'timeout'>): Promise<Answer> {
    return persist(now() + LONGEST_ANSWER, (timeout) => ask(this.store.server, { ...request, timeout })) as Promise<Answer>;
  }
}

type Answer = Readonly<Record<string, unknown>>;

function posted(path: string, body: object): Omit<Request, 'timeout'> {
  const headers = { 'content-type': 'application/json' };
  return { method: 'POST', path: `/api/v2${path}`, headers, body: Buffer.from(JSON.stringify(body)) };
}

/** What an Arrow stream ends with. */
const END = Buffer.from('ffffffff00000000', 'hex');

/** Half a stream reads like a whole one. */
async function* whole(pieces: AsyncIterable<Uint8Array>, url: string): AsyncGenerator<Uint8Array> {
  let end = Buffer.alloc(0);
  for await (const piece of pieces) {
    end = Buffer.concat([end, piece.subarray(-END.length)]).subarray(-END.length);
    yield piece;
  }
  if (!end.equals(END)) throw new RemoteError(`The server ${url} ended its answer in the middle.`);
}
