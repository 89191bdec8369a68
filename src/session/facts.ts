/** What is known of a session, kept beside its journals: for whoever recovers them when the owner was killed. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lockfile } from '../context/index.js';
import { messageOf } from '../model/errors.js';
import type { SessionRecord } from '../model/records.js';
import { FACTS_FILE, UNFINISHED, type Place } from './place.js';

export interface Facts {
  readonly session: SessionRecord;
  /** Its hash is still to be made. */
  readonly lockfile?: Lockfile;
  /** The owner ended before git and the package folders had answered. */
  readonly unasked?: true;
  /** The history that it is meant for, without credentials; false: none. */
  readonly db: string | false;
  /** The server that is still to have it, without credentials. */
  readonly remote?: string;
}

/**
 * Written anew as more becomes known. One place that has them is enough: whoever recovers the journals looks into all.
 * @returns why no place could be written
 */
export function writeFacts(places: readonly Place[], facts: Facts): string | undefined {
  const text = JSON.stringify(facts);
  const failures = new Map<Place, string>();
  for (const place of places) {
    try {
      replace(join(place.folder, FACTS_FILE), text);
    } catch (thrown) {
      failures.set(place, messageOf(thrown));
    }
  }
  if (failures.size === places.length) return [...failures.values()][0];
  // What is still there is older than what another place has now.
  for (const place of failures.keys()) removeIfPossible(join(place.folder, FACTS_FILE));
  return undefined;
}

/** Of the places of one session. */
export function readFacts(places: readonly Place[]): Facts | undefined {
  return places.map(factsIn).find((each) => each !== undefined);
}

function factsIn(place: Place): Facts | undefined {
  try {
    const facts = JSON.parse(readFileSync(join(place.folder, FACTS_FILE), 'utf8')) as Facts;
    return facts.session.id === place.session && Number.isInteger(facts.session.startedAt) ? facts : undefined;
  } catch {
    return undefined;
  }
}

/** On a full disk, what was there before stays. */
function replace(path: string, text: string): void {
  const unfinished = path + UNFINISHED;
  try {
    writeFileSync(unfinished, text);
    renameSync(unfinished, path);
  } catch (thrown) {
    removeIfPossible(unfinished);
    throw thrown;
  }
}

function removeIfPossible(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Whoever removes the folder tries again.
  }
}
