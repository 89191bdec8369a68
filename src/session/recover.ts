/** Delivers what killed runs left behind. The journals of a live run, whose owner holds its lock, are never touched. */
import { rmdirSync } from 'node:fs';
import { collector } from '../collector/index.js';
import { messageOf } from '../model/errors.js';
import type { SessionRecord } from '../model/records.js';
import type { Store } from '../store/contract.js';
import { deliver, type Delivery } from './deliver.js';
import { JournalReader } from './journal-reader.js';
import { journalHome, listJournals, listPlaces, readFacts, removePlace, spareHome, takeOver, type OwnPlace, type Place } from './place.js';

export interface Recovered extends Delivery {
  readonly session: string;
  /** Why it could not be delivered: its journals are kept. */
  readonly failure?: string;
}

/**
 * Looks in the project's journal folder and in its folder among the temporary ones.
 * @returns one entry a session that had something to deliver
 */
export async function recoverInto(store: Store, root: string): Promise<Recovered[]> {
  const { binding } = collector();
  const recovered: Recovered[] = [];
  for (const [session, places] of abandoned(root)) {
    try {
      recovered.push({ session, ...(await recoverSession(store, root, session, places)) });
      for (const place of places) removePlace(binding, place);
    } catch (thrown) {
      recovered.push({ session, delivered: 0, torn: 0, failure: messageOf(thrown) });
      for (const place of places) binding.unlock(place.lock);
    }
  }
  return recovered.filter(({ delivered, torn, failure }) => delivered + torn > 0 || failure !== undefined);
}

async function recoverSession(store: Store, root: string, id: string, places: readonly Place[]): Promise<Delivery> {
  const folders = places.map((place) => place.folder);
  const facts = places.map(readFacts).find((each) => each !== undefined) ?? factsFromJournals(id, root, folders);
  return facts === undefined ? { delivered: 0, torn: 0 } : deliver(store, facts, folders);
}

/** The places whose locks are now ours, by session. A session of which one place is still held is left alone. */
function abandoned(root: string): Map<string, OwnPlace[]> {
  const { binding } = collector();
  const bySession = new Map<string, OwnPlace[]>();
  const alive = new Set<string>();
  for (const place of [journalHome(root), spareHome(root)].flatMap(listPlaces)) {
    const mine = takeOver(binding, place);
    if (mine === undefined) alive.add(place.session);
    else bySession.set(place.session, [...(bySession.get(place.session) ?? []), mine]);
  }
  for (const session of alive) {
    for (const place of bySession.get(session) ?? []) binding.unlock(place.lock);
    bySession.delete(session);
  }
  removeIfEmpty(spareHome(root));
  return bySession;
}

/** The session's facts were lost or never written; its records need not be. */
function factsFromJournals(id: string, root: string, folders: readonly string[]): SessionRecord | undefined {
  const writers = folders.flatMap(listJournals).map((path) => new JournalReader(path).writer);
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
