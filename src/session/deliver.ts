/** Brings journals into a store. Delivering twice changes nothing. */
import { basename } from 'node:path';
import type { ReadingRecord, SessionRecord } from '../model/records.js';
import type { Store } from '../store/contract.js';
import type { JournalReader } from '../journal/reader.js';
import { listJournals, readJournal } from './place.js';

export interface Delivery {
  /** Records that were new. */
  readonly delivered: number;
  /** Lines that were torn or damaged, and files without a readable first line. */
  readonly torn: number;
}

export async function deliver(store: Store, session: SessionRecord, folders: readonly string[]): Promise<Delivery> {
  const journals = folders.flatMap(listJournals).map((path) => ({ name: basename(path), reader: readJournal(path) }));
  const readable = journals.filter(({ reader }) => reader.writer?.session === session.id).map(({ reader }) => reader);
  await store.putSession(session);
  for (const { writer } of readable) if (writer !== undefined) await store.putWriter(writer);
  // All at once: a transaction for each small journal takes half as long again.
  const delivered = await store.putReadings(chain(readable));
  const torn = new Map<string, number>();
  for (const { name, reader } of journals) {
    // A journal that went on in another folder was torn where it began: its copy there is whole.
    torn.set(name, Math.min(torn.get(name) ?? Infinity, readable.includes(reader) ? reader.torn : 1));
  }
  return { delivered, torn: [...torn.values()].reduce((sum, each) => sum + each, 0) };
}

export function* chain(readers: readonly JournalReader[]): Generator<ReadingRecord> {
  for (const reader of readers) yield* reader.records();
}
