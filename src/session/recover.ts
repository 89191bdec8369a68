/** Delivers what killed runs left behind. The journals of a live run, whose owner holds its lock, are never touched. */
import { collector } from '../collector/index.js';
import { messageOf } from '../model/errors.js';
import type { SessionRecord } from '../model/records.js';
import { placeWithoutCredentials } from '../model/url.js';
import type { Store } from '../store/contract.js';
import { abandoned, isWritten, keep, release, remove } from './abandoned.js';
import { deliver, NOTHING, type Delivery } from './deliver.js';
import { readFacts, type Facts } from './facts.js';
import { readJournals } from './journals.js';
import { hashLockfile } from '../context/index.js';
import { askSurroundings } from './surroundings.js';
import type { Place } from './place.js';

/** Microseconds since the session's end, so long as git and the packages are still what the session ran with. */
const FRESH = 10_000_000;

export interface Recovered extends Delivery {
  readonly session: string;
  /** Why it could not be delivered: its journals are kept. */
  readonly failure?: string;
  /** A process outlived its owner and goes on writing: it is left alone until that has ended. */
  readonly goesOn?: true;
}

/**
 * Looks in the project's journal folder and in its folder among the temporary ones.
 * @param db only sessions that are meant for this history. Left out: all, for whoever asks for it wants them here
 * @returns one entry a session whose owner is gone and that had something to deliver
 */
export async function recoverInto(store: Store, root: string, db?: string): Promise<Recovered[]> {
  const recovered: Recovered[] = [];
  for (const [session, places] of abandoned(root)) {
    const facts = readFacts(places);
    if (places.some(isWritten)) {
      recovered.push({ session, ...NOTHING, goesOn: true });
      release(places);
    } else if (facts?.db === false) {
      // What only a server lacks waits for `sendWaiting`.
      if (facts.remote === undefined) remove(places);
      else release(places);
    } else if (db !== undefined && facts !== undefined && facts.db !== placeWithoutCredentials(db)) release(places);
    else {
      try {
        const known = await completed(facts);
        const delivery = await recoverSession(store, root, session, places, known);
        recovered.push({ session, ...delivery });
        if (facts?.remote === undefined) remove(places, delivery.unread);
        else if (delivery.unread.length > 0) release(places);
        else keep(places, { ...facts, ...(known && { session: known }), db: false });
      } catch (thrown) {
        recovered.push({ session, ...NOTHING, failure: messageOf(thrown) });
        release(places);
      }
    }
  }
  return recovered.filter(
    ({ delivered, torn, unread, failure, goesOn }) => delivered + torn + unread.length > 0 || failure !== undefined || goesOn,
  );
}

async function recoverSession(
  store: Store,
  root: string,
  id: string,
  places: readonly Place[],
  known: SessionRecord | undefined,
): Promise<Delivery> {
  const folders = places.map((place) => place.folder);
  // A history that has part of it knows more than the journals do.
  const facts = known ?? (await store.session(id)) ?? factsFromJournals(id, root, folders);
  return facts === undefined ? { ...NOTHING, unread: readJournals(folders, id).unread } : deliver(store, facts, folders);
}

/** With what its owner would have asked for at the end. */
async function completed(facts: Facts | undefined): Promise<SessionRecord | undefined> {
  if (facts === undefined) return undefined;
  const { known, lockfile } = isFresh(facts) ? await askSurroundings(facts.session.root) : { known: {}, lockfile: facts.lockfile };
  const lockfileHash = lockfile && (await hashLockfile(lockfile));
  return { ...facts.session, ...known, ...(lockfileHash !== undefined && { lockfileHash }) };
}

/** Later, the work tree may be at another revision: a missing one is better than a wrong one. */
function isFresh({ unasked, session: { startedAt, finishedAt = startedAt } }: Facts): boolean {
  return unasked === true && collector().binding.now() - finishedAt < FRESH;
}

/** The session's facts were lost or never written; its records need not be. */
function factsFromJournals(id: string, root: string, folders: readonly string[]): SessionRecord | undefined {
  const starts = readJournals(folders, id).readers.flatMap(({ writer }) => writer?.startedAt ?? []);
  if (starts.length === 0) return undefined;
  return { id, startedAt: Math.min(...starts), description: '', tags: {}, scm: {}, context: { hash: '' }, command: '', root, packages: [] };
}
