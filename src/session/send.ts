/**
 * Brings journals to a server: those of the run that ends, and what earlier runs could not send. What cannot be sent in time is kept
 * where it is, and sent later. Sent twice counts once.
 */
import { messageOf } from '../model/errors.js';
import type { SessionRecord } from '../model/records.js';
import { serverOf, type Server } from '../store/remote/http.js';
import { batchesOf, now, sendBatch, type Sent } from '../store/remote/send.js';
import { chain } from './deliver.js';
import { listJournals, readFacts, readJournal } from './place.js';
import { abandoned, isWritten, keep, release, remove } from './recover.js';

/** Milliseconds that the end of a run may take to send, with all attempts: docs/guides/remote.md says so. */
export const PATIENCE = 10_000;

export interface Waiting extends Partial<Sent> {
  readonly session: string;
  readonly remote: string;
  /** Why it is still waiting. */
  readonly failure?: string;
}

export { now, serverOf };

/** @throws RemoteError */
export async function sendJournals(server: Server, session: SessionRecord, folders: readonly string[], deadline: number): Promise<Sent> {
  const readers = folders
    .flatMap(listJournals)
    .map(readJournal)
    .filter(({ writer }) => writer?.session === session.id);
  const writers = readers.flatMap(({ writer }) => writer ?? []);
  let [rows, fresh] = [0, 0];
  for (const batch of batchesOf(session, writers, chain(readers))) {
    const sent = await sendBatch(server, batch, deadline);
    rows += sent.rows;
    fresh += sent.fresh;
  }
  return { rows, fresh };
}

/**
 * Sends what earlier runs of this project left for a server.
 * @param serverFor undefined: not now
 */
export async function sendWaiting(root: string, serverFor: (remote: string) => Server | undefined, deadline: number): Promise<Waiting[]> {
  const waiting: Waiting[] = [];
  let failure: string | undefined;
  for (const [id, places] of abandoned(root)) {
    const facts = places.map(readFacts).find((each) => each !== undefined);
    const server = facts?.remote === undefined ? undefined : serverFor(facts.remote);
    if (facts?.remote === undefined || server === undefined || places.some(isWritten)) {
      release(places);
      continue;
    }
    const { remote, ...rest } = facts;
    try {
      // A server that could not be had is not asked for each session.
      if (failure !== undefined) throw new Error(failure);
      const folders = places.map(({ folder }) => folder);
      waiting.push({ session: id, remote, ...(await sendJournals(server, facts.session, folders, deadline)) });
      if (facts.db === false) remove(places);
      else keep(places, rest);
    } catch (thrown) {
      failure = messageOf(thrown);
      waiting.push({ session: id, remote, failure });
      release(places);
    }
  }
  return waiting;
}
