/** Copies sessions of a history to a server. What the server has as it is, is not sent again. */
import { SpanmeterError } from '../model/errors.js';
import { escapeText, unescapeText } from '../model/escape.js';
import type { ReadingRecord, SessionRecord, WriterRecord } from '../model/records.js';
import type { Pushed } from '../report/push.js';
import type { Store } from '../store/contract.js';
import { RemoteStore } from '../store/remote/store.js';
import type { Server } from '../store/remote/http.js';
import { batchesOf, sendBatch } from '../store/remote/send.js';
import type { ServedStore } from '../store/served.js';
import { foreignSessionsOf, pushPymon } from './push-pymon.js';

/**
 * @param told how many sessions are done, of how many
 * @throws SpanmeterError SPANMETER_NOT_FOUND where no id begins so
 */
export async function pushHistory(
  store: ServedStore,
  server: Server,
  idPrefix: string | undefined,
  told: (done: number, all: number) => void,
): Promise<Pushed> {
  const remote = new RemoteStore(server);
  const found = (await store.sessions(idPrefix === undefined ? {} : { idPrefix })).filter(({ foreign }) => foreign !== true);
  let done = 0;
  const all = found.length + (await foreignSessionsOf(store, idPrefix)).length;
  if (all === 0 && idPrefix !== undefined) {
    throw new SpanmeterError('SPANMETER_NOT_FOUND', `No session in ${store.location} has an id that begins with ${idPrefix}.`);
  }
  const tell = (): void => told((done += 1), all);
  // First: rows of pytest-monitor in a session of ours count when it is asked whether the server has all of it.
  const pushed = await pushPymon(store, server, idPrefix, tell);
  // The oldest first: what is ended in between has no gap.
  for (const { id } of found.reverse()) {
    const session = (await store.session(id))!;
    if (await isThere(store, remote, session)) pushed.known += 1;
    else {
      const records = (await store.readings({ session: id })).filter(({ foreign }) => !foreign) as readonly ReadingRecord[];
      for (const batch of batchesOf(session, await writersOf(store, id), records)) {
        const { rows, fresh } = await sendBatch(server, batch);
        pushed.rows += rows;
        pushed.fresh += fresh;
      }
      pushed.sessions += 1;
    }
    tell();
  }
  return pushed;
}

/** Finished there too, with as many rows, of which none is still an interrupted one that has ended here. */
async function isThere(store: Store, remote: Store, { id, finishedAt }: SessionRecord): Promise<boolean> {
  if (finishedAt === undefined || (await remote.session(id))?.finishedAt !== finishedAt) return false;
  for (const query of [{ session: id }, { session: id, statuses: ['interrupted'] }]) {
    if ((await store.countReadings(query)) !== (await remote.countReadings(query))) return false;
  }
  return true;
}

type WriterRow = readonly [name: string, pid: number, thread: number, startedAt: number, rss: number | null];

/** Those of which more than the name is known. */
async function writersOf(store: ServedStore, session: string): Promise<WriterRecord[]> {
  const rows = await store.sql.rows<WriterRow>(
    `SELECT w.name, w.pid, w.thread, w.started_at, w.rss_at_start FROM writers w JOIN sessions s ON s.session = w.session
     WHERE s.id = ? AND w.pid IS NOT NULL AND w.started_at IS NOT NULL ORDER BY w.writer`,
    escapeText(session),
  );
  return rows.map(([name, pid, thread, startedAt, rss]) => ({
    session,
    writer: unescapeText(name),
    pid,
    thread,
    startedAt,
    rssAtStart: rss ?? NaN,
  }));
}
