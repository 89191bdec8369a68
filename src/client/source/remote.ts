/** Asks a server of ours. Filters go in bodies, rows come as an Arrow stream. */
import { RecordBatch, RecordBatchReader } from 'apache-arrow';
import { messageOf } from '../../model/errors.js';
import { escapeText } from '../../model/escape.js';
import type { PackageVersion } from '../../model/records.js';
import type { StoredSession } from '../../store/contract.js';
import { ask, askForStream, notOurs, RemoteError, type Request, type Server } from '../../store/remote/http.js';
import { askAgain } from '../../store/remote/send.js';
import type { RemoteStore } from '../../store/remote/store.js';
import type { MetricFilter } from '../../store/sql/metric-conditions.js';
import type { Pipeline } from '../../store/sql/pipelines.js';
import type { SessionFilter } from '../../store/sql/session-filter.js';
import { toEntity, type Context, type Session } from '../entities.js';
import type { Source, Wanted } from './source.js';

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
      const page = await this.#post('/sessions', { ...filter, offset });
      for (const name of ['sessions', 'contexts', 'packages']) this.#list(page, name);
      const { count, sessions, contexts, packages } = page as unknown as Page;
      const byHash = new Map(contexts.map((context) => [context.hash, context]));
      for (const { context, packages: list, ...session } of sessions)
        found.set(session.id, toEntity({ ...session, context: byHash.get(context) ?? { hash: '' }, packages: packages[list] ?? [] }));
      offset += sessions.length;
      if (sessions.length === 0 || offset >= count) return [...found.values()];
    }
  }

  async countSessions(filter: SessionFilter): Promise<number> {
    return this.#count(await this.#post('/sessions', { ...filter, limit: 0 }));
  }

  async contexts(): Promise<Context[]> {
    return this.#list(await this.#ask({ method: 'GET', path: '/api/v2/contexts' }), 'contexts') as Context[];
  }

  async components(filter: MetricFilter): Promise<string[]> {
    return this.#list(await this.#post('/components', filter), 'components') as string[];
  }

  async pipelines(component: string | undefined): Promise<Pipeline[]> {
    const query = component === undefined ? '' : `?${new URLSearchParams({ component: escapeText(component) }).toString()}`;
    return this.#list(await this.#ask({ method: 'GET', path: `/api/v2/pipelines${query}` }), 'pipelines') as Pipeline[];
  }

  async *metrics(filter: MetricFilter, { columns, best }: Wanted): AsyncGenerator<RecordBatch> {
    const { server } = this.store;
    const request = posted('/metrics', { ...filter, columns, best });
    // What fails before the first piece can be asked for again.
    const begun = await askAgain(async (timeout) => {
      const pieces = askForStream(server, { ...request, timeout }, ARROW);
      return { first: await pieces.next(), pieces };
    });
    try {
      const reader = await RecordBatchReader.from(whole(begun, server));
      await reader.open();
      let some = false;
      for await (const batch of reader as AsyncIterable<RecordBatch>) {
        yield batch;
        some = true;
      }
      if (!some) yield new RecordBatch(reader.schema);
    } catch (thrown) {
      if (thrown instanceof RemoteError) throw thrown;
      throw new RemoteError(`${server.url} answers, but with no Arrow stream that could be read: ${messageOf(thrown)}`, { cause: thrown });
    } finally {
      // Whoever stops reading wants no more of it.
      await begun.pieces.return(undefined);
    }
  }

  async countMetrics(filter: MetricFilter): Promise<number> {
    return this.#count(await this.#post('/metrics/count', filter));
  }

  async close(): Promise<void> {
    await this.store.close();
  }

  #post(path: string, body: object): Promise<Answer> {
    return this.#ask(posted(path, body));
  }

  async #ask(request: Omit<Request, 'timeout'>): Promise<Answer> {
    return askAgain((timeout) => ask(this.store.server, { ...request, timeout })) as Promise<Answer>;
  }

  #list(answer: Answer, name: string): readonly unknown[] {
    const list = answer[name];
    if (!Array.isArray(list)) throw notOurs(this.store.server);
    return list;
  }

  #count({ count }: Answer): number {
    if (typeof count !== 'number') throw notOurs(this.store.server);
    return count;
  }
}

type Answer = Readonly<Record<string, unknown>>;

function posted(path: string, body: object): Omit<Request, 'timeout'> {
  const headers = { 'content-type': 'application/json' };
  return { method: 'POST', path: `/api/v2${path}`, headers, body: Buffer.from(JSON.stringify(body)) };
}

interface Begun {
  readonly first: IteratorResult<Uint8Array>;
  readonly pieces: AsyncGenerator<Uint8Array>;
}

/** What an Arrow stream ends with: half of one would read like a whole one. */
const END = Buffer.from('ffffffff00000000', 'hex');

async function* whole({ first, pieces }: Begun, { url }: Server): AsyncGenerator<Uint8Array> {
  let end = Buffer.alloc(0);
  const lookAt = (piece: Uint8Array): Uint8Array => {
    end = Buffer.concat([end, piece.subarray(-END.length)]).subarray(-END.length);
    return piece;
  };
  if (first.done !== true) yield lookAt(first.value);
  for await (const piece of pieces) yield lookAt(piece);
  if (!end.equals(END)) throw new RemoteError(`The server ${url} ended its answer in the middle.`);
}
