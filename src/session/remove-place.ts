/** Removes the places of sessions, and nothing that is not ours. */
import { rmSync, rmdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Binding } from '../collector/binding.js';
import { ASKED } from './asked.js';
import { FACTS_FILE, LOCK_FILE, UNFINISHED, entries, listJournals, listUnnamed, takeOver, type OwnPlace } from './place.js';

/** Where the workers of Jest note which files they were in (runners/jest/earlier.ts). */
const FILES_OF_WORKER = /^jest-\d+-\d+\.files$/;
/** Milliseconds that making a place takes at the very most. */
const LONGEST_MAKING = 60_000;

/**
 * What was delivered may stay: delivering it again changes nothing, so a folder that can't be removed now is removed by a later run.
 * @param kept paths of journals that nobody could read. They stay, and with them what is known of the session
 */
export function removePlace(binding: Binding, place: OwnPlace, kept: readonly string[] = []): void {
  try {
    // Only what is ours, and the lock last: until then nobody else looks at the rest.
    for (const path of listJournals(place.folder)) if (!kept.includes(path)) removeFile(path);
    if (listJournals(place.folder).length > 0) return;
    const notes = entries(place.folder).filter((name) => ASKED.test(name) || FILES_OF_WORKER.test(name));
    for (const name of [...notes, FACTS_FILE + UNFINISHED, FACTS_FILE]) removeFile(join(place.folder, name));
    removeLocked(place.folder);
    rmdirSync(dirname(place.folder));
  } catch {
    // Not removable, or other sessions have their journals beside ours.
  } finally {
    binding.unlock(place.lock);
  }
}

/** Those whose owners were killed while they made them: there is nothing in them. */
export function removeUnnamed(binding: Binding, home: string): void {
  for (const unnamed of listUnnamed(home)) {
    const place = isYoung(unnamed.folder) ? undefined : takeOver(binding, unnamed);
    if (place !== undefined) removePlace(binding, place);
  }
}

function isYoung(folder: string): boolean {
  try {
    return Date.now() - statSync(folder).mtimeMs < LONGEST_MAKING;
  } catch {
    // It has its name now.
    return true;
  }
}

function removeFile(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // A folder, or the disk can't be written: it stays.
  }
}

/** Another run that looks for journals to recover may put its lock file there meanwhile. */
function removeLocked(folder: string): void {
  for (let tries = 3; tries > 0; tries -= 1) {
    removeFile(join(folder, LOCK_FILE));
    try {
      rmdirSync(folder);
      return;
    } catch (thrown) {
      if (tries === 1) throw thrown;
    }
  }
}
