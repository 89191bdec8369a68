/**
 * Brings journals to a server: those of the run that ends, and what earlier runs could not send. What cannot be sent in time is kept
 * where it is, and sent later. Sent twice counts once.
 */
import { messageOf } from '../model/errors.js';
import type { SessionRecord } from '../model/records.js';
import { RemoteError, serverOf, type Server } from '../store/remote/http.js';
import { batchesOf, now, sendBatch, type Sent } from '../store/remote/send.js';
import { chain } from './deliver.js';
import { readFacts } from './facts.js';
import { readJournals, sayUnread, type Unread } from './journals.js';
import { abandoned, isWritten, keep, release, remove } from './abandoned.js';

export interface Waiting extends Partial<Sent> {
  readonly session: string;
  readonly remote: string;
  /** Why it is still waiting. */
  readonly failure?: string;
  /** The server will never take it: where it is kept. */
  readonly refused?: readonly string[];
}

export { now, serverOf };

interface SentJournals extends Sent {
  /** Journals of which nothing could be read, and that must stay. */
  readonly unread: readonly Unread[];
}

/** @throws RemoteError */
export async function sendJournals(
  server: Server,
  session: SessionRecord,
  folders: readonly string[],
  deadline: number,
): Promise<SentJournals> {
  const { readers, unread } = readJournals(folders, session.id);
  const writers = readers.flatMap(({ writer }) => writer ?? []);
  let [rows, fresh] = [0, 0];
  for (const batch of batchesOf(session, writers, chain(readers))) {
    const sent = await sendBatch(server, batch, deadline);
    rows += sent.rows;
    fresh += sent.fresh;
  }
  return { rows, fresh, unread };
}

/**
 * Sends what earlier runs of this project left for a server.
 * @param serverFor undefined: not now
 */
export async function sendWaiting(root: string, serverFor: (remote: string) => Server | undefined, deadline: number): Promise<Waiting[]> {
  const waiting: Waiting[] = [];
  // By server: one that could not be had is not asked for each session.
  const failures = new Map<string, string>();
  for (const [id, places] of abandoned(root)) {
    const facts = readFacts(places);
    const server = facts?.remote === undefined ? undefined : serverFor(facts.remote);
    if (facts?.remote === undefined || server === undefined || places.some(isWritten)) {
      release(places);
      continue;
    }
    const { remote, ...rest } = facts;
    try {
      const known = failures.get(remote);
      if (known !== undefined) throw new Error(known);
      const folders = places.map(({ folder }) => folder);
      const { unread, ...sent } = await sendJournals(server, facts.session, folders, deadline);
      const [failure] = sayUnread(unread, 'spanmeter push');
      waiting.push({ session: id, remote, ...sent, ...(failure !== undefined && { failure }) });
      if (facts.db === false) remove(places, unread);
      else if (failure !== undefined) release(places);
      else keep(places, rest);
    } catch (thrown) {
      const isRefused = isForGood(thrown);
      // Of what it refuses for good, it may take the next.
      if (thrown instanceof RemoteError && !isRefused) failures.set(remote, messageOf(thrown));
      const refused = isRefused ? { refused: places.map(({ folder }) => folder) } : {};
      waiting.push({ session: id, remote, failure: messageOf(thrown), ...refused });
      release(places);
    }
  }
  return waiting;
}

/** What can be mended where the server is: the token, the URL, its load. */
const MENDED_ELSEWHERE: readonly number[] = [401, 403, 404, 408, 429];

/** The server understood, and does not want these records. */
export function isForGood(thrown: unknown): boolean {
  const { status = 0 } = thrown instanceof RemoteError ? thrown : {};
  return status >= 400 && status < 500 && !MENDED_ELSEWHERE.includes(status);
}
