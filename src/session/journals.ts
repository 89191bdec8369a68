/** The journals of a session: those that can be read, each once, and those that can't and are kept. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { messageOf } from '../model/errors.js';
import type { WriterRecord } from '../model/records.js';
import { JOURNAL_SUFFIX, JOURNAL_VERSION } from '../journal/format.js';
import { JournalReader } from '../journal/reader.js';
import { listJournals } from './place.js';

/** A journal of which nothing could be read. */
export interface Unread {
  readonly path: string;
  readonly reason: string;
}

export interface Journals {
  readonly readers: readonly JournalReader[];
  readonly unread: readonly Unread[];
}

interface Copy {
  readonly reader: JournalReader;
  readonly length: number;
}

export function readJournals(folders: readonly string[], session: string): Journals {
  // By name: one that went on in another folder is there as a copy, which has all that the first one has, unless it was cut short.
  const longest = new Map<string, Copy>();
  const unread: Unread[] = [];
  for (const path of [...new Set(folders)].flatMap(listJournals)) {
    const found = read(path, session);
    const name = basename(path);
    if (typeof found === 'string') unread.push({ path, reason: found });
    else if (found !== undefined && found.length >= (longest.get(name)?.length ?? 0)) longest.set(name, found);
  }
  return { readers: [...longest.values()].map(({ reader }) => reader), unread };
}

/** A sentence or more for people. @param remedy the command that tries again; undefined: nobody wants them */
export function sayUnread(unread: readonly Unread[], remedy: string | undefined): string[] {
  if (unread.length === 0) return [];
  const paths = unread.map(({ path, reason }) => `${path} (${reason})`).join(', ');
  const [journals, kept, it] = unread.length === 1 ? ['One journal', 'is kept', 'it'] : [`${unread.length} journals`, 'are kept', 'them'];
  const rest = remedy === undefined ? '' : ` What can't be read ${kept}: '${remedy}' tries again; to be rid of ${it}, remove ${it}.`;
  return [`${journals} could not be read: ${paths}.${rest}`];
}

/** @returns why it can't be read; undefined when there is nothing to read */
function read(path: string, session: string): Copy | string | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    // It was deleted meanwhile: its writer goes on in the spare folder.
    return code === 'ENOENT' ? undefined : (code ?? messageOf(thrown));
  }
  if (bytes.length === 0) return undefined;
  const known = writerOf(path, session);
  const reader = new JournalReader(bytes, known);
  return problemOf(reader, session) ?? (isLost(bytes, reader, known) ? 'every line is damaged' : { reader, length: bytes.length });
}

function problemOf({ version, writer }: JournalReader, session: string): string | undefined {
  if (version !== undefined && writer === undefined) return `its version is ${version}, and this one reads ${JOURNAL_VERSION}`;
  if (writer === undefined) return 'its first line is damaged, and its name tells no process';
  return writer.session === session ? undefined : 'it is of another session';
}

/** A header that was cut short is no loss: its process wrote nothing else. */
function isLost(bytes: Buffer, { version }: JournalReader, known: WriterRecord | undefined): boolean {
  if (version !== undefined) return false;
  const trial = new JournalReader(bytes, known);
  return trial.records().next().done === true && trial.torn > 1;
}

const NAME = /^(\d+)-(\d+)-([0-9a-z]+)$/;

/** What its name tells: see `Recorder.join`. */
function writerOf(path: string, session: string): WriterRecord | undefined {
  const writer = basename(path, JOURNAL_SUFFIX);
  const [, pid, thread, startedAt = ''] = NAME.exec(writer) ?? [];
  if (pid === undefined) return undefined;
  return { session, writer, pid: Number(pid), thread: Number(thread), startedAt: parseInt(startedAt, 36), rssAtStart: NaN };
}
