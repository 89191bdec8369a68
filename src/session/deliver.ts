/** Brings journals into a store. Delivering twice changes nothing. */
import type { ReadingRecord, SessionRecord } from '../model/records.js';
import type { Store } from '../store/contract.js';
import type { JournalReader } from '../journal/reader.js';
import { readJournals, type Unread } from './journals.js';

export interface Delivery {
  /** Records that were new. */
  readonly delivered: number;
  /** Lines that were torn or damaged. */
  readonly torn: number;
  /** Journals of which nothing could be read, and that must stay. */
  readonly unread: readonly Unread[];
}

export const NOTHING: Delivery = { delivered: 0, torn: 0, unread: [] };

export async function deliver(store: Store, session: SessionRecord, folders: readonly string[]): Promise<Delivery> {
  const { readers, unread } = readJournals(folders, session.id);
  await store.putSession(session);
  for (const { writer } of readers) if (writer !== undefined) await store.putWriter(writer);
  // All at once: a transaction for each small journal takes half as long again.
  const delivered = await store.putReadings(chain(readers));
  return { delivered, torn: readers.reduce((sum, { torn }) => sum + torn, 0), unread };
}

export function* chain(readers: readonly JournalReader[]): Generator<ReadingRecord> {
  for (const reader of readers) yield* reader.records();
}
