/** Where a session's journals lie, and the lock that says that their owner is alive. */
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Binding } from '../collector/binding.js';
import { shortHash, type Lockfile } from '../context/index.js';
import { messageOf } from '../model/errors.js';
import type { SessionRecord } from '../model/records.js';
import { JOURNAL_SUFFIX } from '../journal/format.js';
import { JournalReader } from '../journal/reader.js';

const FACTS_FILE = 'session.json';
const LOCK_FILE = 'owner.lock';
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

/** What was delivered may stay: delivering it again changes nothing, so a folder that can't be removed now is removed by a later run. */
export function removePlace(binding: Binding, place: OwnPlace): void {
  try {
    // Another run that looks for journals to recover may put its lock file there meanwhile.
    rmSync(place.folder, { recursive: true, force: true });
    rmdirSync(dirname(place.folder));
  } catch {
    // Not removable, or other sessions have their journals beside ours.
  } finally {
    binding.unlock(place.lock);
  }
}

export function listPlaces(home: string): Place[] {
  return entries(home)
    .filter((name) => !name.startsWith(UNNAMED))
    .map((session) => ({ session, folder: join(home, session) }))
    .filter(({ folder }) => statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true);
}

export function listJournals(folder: string): string[] {
  return entries(folder)
    .filter((name) => name.endsWith(JOURNAL_SUFFIX))
    .map((name) => join(folder, name))
    .sort();
}

/** For whoever recovers the journals when the owner was killed. */
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

/** Written anew as more becomes known. */
export function writeFacts(place: Place, facts: Facts): void {
  writeFileSync(join(place.folder, FACTS_FILE), JSON.stringify(facts));
}

export function readFacts(place: Place): Facts | undefined {
  try {
    const facts = JSON.parse(readFileSync(join(place.folder, FACTS_FILE), 'utf8')) as Facts;
    return facts.session.id === place.session && Number.isInteger(facts.session.startedAt) ? facts : undefined;
  } catch {
    return undefined;
  }
}

/** Takes over a place whose owner is gone. @returns undefined while its owner lives */
export function takeOver(binding: Binding, place: Place): OwnPlace | undefined {
  const lock = binding.lock(join(place.folder, LOCK_FILE));
  return lock >= 0 ? { ...place, lock } : undefined;
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The journal as it is now. */
export function readJournal(path: string): JournalReader {
  return new JournalReader(readFileSync(path));
}
