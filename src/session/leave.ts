/** What stays of a session's places when it has ended: what somebody is still to have. */
import type { SessionRecord } from '../model/records.js';
import { withoutCredentials } from '../model/url.js';
import { writeFacts } from './facts.js';
import type { Unread } from './journals.js';
import type { ResolvedOptions } from './options/index.js';
import { listJournals, type OwnPlace } from './place.js';
import { release, remove } from './abandoned.js';

interface Done {
  /** In the history; true when there is none. */
  readonly isStored: boolean;
  /** To the server; true when there is none. */
  readonly isSent: boolean;
  readonly unread: readonly Unread[];
}

/**
 * How the session ended is written down before the locks are let go: from then on another run may deliver the rest.
 * @returns why that could not be kept
 */
export function leavePlaces(
  places: readonly OwnPlace[],
  session: SessionRecord,
  { db, remote }: ResolvedOptions,
  { isStored, isSent, unread }: Done,
): string | undefined {
  const isAwaited = (place: OwnPlace): boolean => !isSent || (!isStored && listJournals(place.folder).length > 0);
  const awaited = places.filter(isAwaited);
  const others = places.filter((place) => !awaited.includes(place));
  const isWanted = unread.length > 0 && (db !== false || remote !== undefined);
  const isForServer = remote !== undefined && (!isSent || isWanted);
  const failure = writeFacts(isWanted ? places : awaited, {
    session,
    db: isStored && !isWanted ? false : db,
    ...(isForServer && { remote: withoutCredentials(remote) }),
  });
  release(awaited);
  remove(others, isWanted ? unread : []);
  return failure;
}
