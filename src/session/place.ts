/** Where a session's journals lie, and the lock that says that their owner is alive. */
import { lstatSync, mkdirSync, readdirSync, renameSync, writeFileSync, type Dirent } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Binding } from '../collector/binding.js';
import { shortHash } from '../context/index.js';
import { messageOf } from '../model/errors.js';
import { JOURNAL_SUFFIX } from '../journal/format.js';

export const LOCK_FILE = 'owner.lock';
export const FACTS_FILE = 'session.json';
/** Behind the name of a file that is being written. */
export const UNFINISHED = '.new';
/** As `newId` in open.ts makes it. Nothing else is taken for a session, and removed. */
const SESSION_ID = /^[0-9a-f]{32}$/;
/** Before the name of a folder that is being made. */
const UNNAMED = '.';

/** One folder of a session's journals. */
export interface Place {
  readonly session: string;
  readonly folder: string;
}

/** A place that this process made: it holds the lock. */
export interface OwnPlace extends Place {
  readonly lock: number;
}

export function journalHome(root: string): string {
  return join(root, '.spanmeter', 'journal');
}

/** The same for all sessions of a root, so that what a killed run left is found again. */
export function spareHome(root: string): string {
  return join(tmpdir(), `spanmeter-${process.getuid?.() ?? 0}-${shortHash(root).slice(0, 16)}`);
}

/**
 * Nobody sees the folder before it is locked: it gets its name only then.
 * @returns the place, or why it could not be made
 */
export function makePlace(binding: Binding, home: string, session: string): OwnPlace | string {
  const [folder, unnamed] = [join(home, session), join(home, UNNAMED + session)];
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    if (!isOurs(home)) return `${home} is not a folder of this user`;
    mkdirSync(unnamed, { recursive: true, mode: 0o700 });
    const lock = binding.lock(join(unnamed, LOCK_FILE));
    if (lock < 0) return `${folder} cannot be locked (errno ${-lock})`;
    renameSync(unnamed, folder);
    return { session, folder, lock };
  } catch (thrown) {
    return messageOf(thrown);
  }
}

/** Keeps git from seeing what we write. */
export function ignoreFolder(folder: string): void {
  mkdirSync(folder, { recursive: true });
  try {
    writeFileSync(join(folder, '.gitignore'), '*\n', { flag: 'wx' });
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
  }
}

export function listPlaces(home: string): Place[] {
  return foldersIn(home, '');
}

/** Those that are being made, or whose owners were killed before they had their names. */
export function listUnnamed(home: string): Place[] {
  return foldersIn(home, UNNAMED);
}

export function listJournals(folder: string): string[] {
  return entries(folder)
    .filter((name) => name.endsWith(JOURNAL_SUFFIX))
    .map((name) => join(folder, name))
    .sort();
}

/** Takes over a place whose owner is gone. @returns undefined while its owner lives */
export function takeOver(binding: Binding, place: Place): OwnPlace | undefined {
  const lock = binding.lock(join(place.folder, LOCK_FILE));
  return lock >= 0 ? { ...place, lock } : undefined;
}

export function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Links are none. */
function foldersIn(home: string, prefix: string): Place[] {
  if (!isOurs(home)) return [];
  let found: Dirent[];
  try {
    found = readdirSync(home, { withFileTypes: true });
  } catch {
    return [];
  }
  return found
    .filter((each) => each.isDirectory() && each.name.startsWith(prefix) && SESSION_ID.test(each.name.slice(prefix.length)))
    .map(({ name }) => ({ session: name.slice(prefix.length), folder: join(home, name) }));
}

/** Anybody may put a link, or a folder of theirs, under our name among the temporary files. */
function isOurs(home: string): boolean {
  if (dirname(home) !== dirname(spareHome(''))) return true;
  try {
    const found = lstatSync(home);
    return found.isDirectory() && (process.getuid === undefined || found.uid === process.getuid());
  } catch {
    return false;
  }
}
