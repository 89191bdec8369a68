/**
 * A lock without the add-on: a file that names its holder, `<pid> <start> <how>\n`, free when that process is gone.
 * The add-on writes the same text beside its own lock, and respects this one (native/lock.h).
 */
import fs from 'node:fs';
import { constants } from 'node:os';
import { errnoOf } from './fallback-journal.js';

const { openSync, closeSync, readFileSync, writeFileSync, unlinkSync, statSync, truncateSync } = fs;
const { pid: ownPid } = process;
const kill = process.kill.bind(process);
const clock = Date.now;

/** How long somebody may take to look at a lock and take it; whoever takes longer died on the way. */
const TAKING_LIMIT = 10_000;

const held: (string | undefined)[] = [];

/** @returns a handle >= 0, or -errno */
export function lockFile(path: string): number {
  const guard = `${path}.taking`;
  try {
    removeStale(guard);
    closeSync(openSync(guard, 'wx'));
  } catch (error) {
    const errno = errnoOf(error);
    return errno === constants.errno.EEXIST ? -constants.errno.EWOULDBLOCK : -errno;
  }
  try {
    if (isHeld(read(path))) return -constants.errno.EWOULDBLOCK;
    writeFileSync(path, `${ownPid} ${startOf(ownPid)} javascript\n`);
    held.push(path);
    return held.length - 1;
  } catch (error) {
    return -errnoOf(error);
  } finally {
    attempt(() => unlinkSync(guard));
  }
}

export function unlockFile(handle: number): void {
  const path = held[handle];
  if (path === undefined) return;
  held[handle] = undefined;
  attempt(() => truncateSync(path));
}

function removeStale(guard: string): void {
  attempt(() => {
    if (clock() - statSync(guard).mtimeMs > TAKING_LIMIT) unlinkSync(guard);
  });
}

/** For what fails only when the file is not there, or was removed with its folder: then nothing is left to do. */
function attempt(what: () => void): void {
  try {
    what();
  } catch {
    return;
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

function isHeld(text: string): boolean {
  const found = /^(\d+) (\d+) /.exec(text);
  if (found === null) return false;
  const pid = Number(found[1]);
  try {
    kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return startOf(pid) === found[2];
}

/** When a process started, in ticks since boot: field 22 of its stat. '0' where that can't be known. */
function startOf(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '0';
  } catch {
    return '0';
  }
}
