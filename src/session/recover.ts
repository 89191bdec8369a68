/** Delivers what killed runs left behind. The journals of a live run, whose owner holds its lock, are never touched. */
import { rmdirSync } from 'node:fs';
import { collector } from '../collector/index.js';
import { messageOf } from '../model/errors.js';
import type { SessionRecord } from '../model/records.js';
import { placeWithoutCredentials } from '../model/url.js';
import type { Store } from '../store/contract.js';
import { deliver, type Delivery } from './deliver.js';
import { hashLockfile } from '../context/index.js';
import { askSurroundings } from './surroundings.js';
import {
  journalHome,
  listJournals,
  listPlaces,
  readFacts,
  readJournal,
  removePlace,
  spareHome,
  takeOver,
  writeFacts,
  type Facts,
  type OwnPlace,
  type Place,
} from './place.js';

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
    const facts = places.map(readFacts).find((each) => each !== undefined);
    if (places.some(isWritten)) {
      recovered.push({ session, delivered: 0, torn: 0, goesOn: true });
      release(places);
    } else if (facts?.db === false) {
      // What only a server lacks waits for `sendWaiting`.
      if (facts.remote === undefined) remove(places);
      else release(places);
    } else if (db !== undefined && facts !== undefined && facts.db !== placeWithoutCredentials(db)) release(places);
    else {
      try {
        const known = await completed(facts);
        recovered.push({ session, ...(await recoverSession(store, root, session, places, known)) });
        if (facts?.remote === undefined) remove(places);
        else keep(places, { ...facts, ...(known && { session: known }), db: false });
      } catch (thrown) {
        recovered.push({ session, delivered: 0, torn: 0, failure: messageOf(thrown) });
        release(places);
      }
    }
  }
  return recovered.filter(({ delivered, torn, failure, goesOn }) => delivered + torn > 0 || failure !== undefined || goesOn);
}

/** For whoever delivers the rest. */
export function keep(places: readonly OwnPlace[], facts: Facts): void {
  try {
    for (const place of places) writeFacts(place, facts);
  } catch {
    // The facts of before name more than is left to do: what is there already is delivered again, and counts once.
  }
  release(places);
}

export function isWritten({ folder }: Place): boolean {
  return listJournals(folder).some((path) => collector().binding.journalIsOpen(path));
}

export function release(places: readonly OwnPlace[]): void {
  for (const place of places) collector().binding.unlock(place.lock);
}

export function remove(places: readonly OwnPlace[]): void {
  for (const place of places) removePlace(collector().binding, place);
}

async function recoverSession(
  store: Store,
  root: string,
  id: string,
  places: readonly Place[],
  known: SessionRecord | undefined,
): Promise<Delivery> {
  const folders = places.map((place) => place.folder);
  const facts = known ?? factsFromJournals(id, root, folders);
  return facts === undefined ? { delivered: 0, torn: 0 } : deliver(store, facts, folders);
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

/** The places whose locks are now ours, by session. A session of which one place is still held is left alone. */
export function abandoned(root: string): Map<string, OwnPlace[]> {
  const { binding } = collector();
  const bySession = new Map<string, OwnPlace[]>();
  const alive = new Set<string>();
  for (const place of [journalHome(root), spareHome(root)].flatMap(listPlaces)) {
    const mine = takeOver(binding, place);
    if (mine === undefined) alive.add(place.session);
    else bySession.set(place.session, [...(bySession.get(place.session) ?? []), mine]);
  }
  for (const session of alive) {
    release(bySession.get(session) ?? []);
    bySession.delete(session);
  }
  removeIfEmpty(spareHome(root));
  return bySession;
}

/** The session's facts were lost or never written; its records need not be. */
function factsFromJournals(id: string, root: string, folders: readonly string[]): SessionRecord | undefined {
  const writers = folders.flatMap(listJournals).map((path) => readJournal(path).writer);
  const starts = writers.filter((writer) => writer !== undefined).map((writer) => writer.startedAt);
  if (starts.length === 0) return undefined;
  return { id, startedAt: Math.min(...starts), description: '', tags: {}, scm: {}, context: { hash: '' }, command: '', root, packages: [] };
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Not there, or not empty.
  }
}
