/** Journals without the add-on: the same lines, through functions of fs that were taken at load. */
import fs from 'node:fs';
import { constants } from 'node:os';
import { SLOT_STRIDE, type Binding } from './binding.js';

const { openSync, writeSync, readSync, fstatSync, closeSync } = fs;
const { imul } = Math;
const encode = Buffer.from.bind(Buffer);

const DELETED = -1;
const COPY_SIZE = 65536;

interface Journal {
  descriptor: number;
  /** The last write was cut short: its rest must not become the head of the next line. */
  torn: boolean;
}

/** 32 bits over the bytes of a line, as 8 hexadecimal digits: h = h * 31 + byte, from 7. */
export function checksum(bytes: Uint8Array): string {
  let hash = 7;
  for (const byte of bytes) hash = (imul(hash, 31) + byte) >>> 0;
  return hash.toString(16).padStart(8, '0');
}

/** A tab and the number for each. NaN is absent; absent ones at the end are left out. */
function numbersText(numbers: Float64Array): string {
  let text = '';
  let absent = '';
  for (const value of numbers) {
    // NaN is not: it stands for an absent number.
    if (value >= 0) {
      text += `${absent}\t${value}`;
      absent = '';
    } else absent += '\t';
  }
  return text;
}

/** @returns the errno of what was thrown, positive */
export function errnoOf(thrown: unknown): number {
  const { errno } = thrown as { errno?: number };
  return typeof errno === 'number' ? Math.abs(errno) : constants.errno.EIO;
}

type Journals = Pick<Binding, 'journalOpen' | 'journalAppend' | 'journalAppendSlot' | 'journalMove' | 'journalIsOpen' | 'journalClose'>;

/** @param numbers all slots as they are now */
export function createFileJournals(numbers: () => Float64Array): Journals {
  const journals: (Journal | undefined)[] = [];

  function journalOpen(path: string): number {
    try {
      const descriptor = openSync(path, 'a+');
      journals.push({ descriptor, torn: endsTorn(descriptor) });
      return journals.length - 1;
    } catch (error) {
      return -errnoOf(error);
    }
  }

  function journalAppend(handle: number, line: string): number {
    const journal = journals[handle];
    if (journal === undefined) return constants.errno.EBADF;
    const text = `${journal.torn ? '\n' : ''}${line}\t${checksum(encode(line))}\n`;
    const progress = { written: 0 };
    try {
      writeAll(journal.descriptor, encode(text), progress);
      journal.torn = false;
      return fstatSync(journal.descriptor).nlink === 0 ? DELETED : 0;
    } catch (error) {
      journal.torn ||= progress.written > 0;
      return errnoOf(error);
    }
  }

  function journalAppendSlot(handle: number, line: string, slot: number, count: number): number {
    return journalAppend(handle, line + numbersText(numbers().subarray(slot * SLOT_STRIDE, slot * SLOT_STRIDE + count)));
  }

  function journalMove(handle: number, path: string): number {
    const journal = journals[handle];
    if (journal === undefined) return constants.errno.EBADF;
    let target: number | undefined;
    try {
      target = openSync(path, 'a+');
      copyAll(journal.descriptor, target);
      closeSync(journal.descriptor);
      journal.descriptor = target;
      return 0;
    } catch (error) {
      if (target !== undefined && target !== journal.descriptor) closeSync(target);
      return errnoOf(error);
    }
  }

  function journalClose(handle: number): void {
    const journal = journals[handle];
    if (journal === undefined) return;
    journals[handle] = undefined;
    try {
      closeSync(journal.descriptor);
    } catch {
      // Somebody closed it already.
    }
  }

  // Node has no locks of files: a journal passes for one that nobody writes.
  const journalIsOpen = (): boolean => false;

  return { journalOpen, journalAppend, journalAppendSlot, journalMove, journalIsOpen, journalClose };
}

/** Whoever wrote here before may have been cut off in the middle of a line. */
function endsTorn(descriptor: number): boolean {
  const { size } = fstatSync(descriptor);
  const last = Buffer.alloc(1);
  return size > 0 && readSync(descriptor, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a;
}

function writeAll(descriptor: number, bytes: Uint8Array, progress: { written: number }): void {
  while (progress.written < bytes.length) {
    progress.written += writeSync(descriptor, bytes, progress.written, bytes.length - progress.written);
  }
}

function copyAll(from: number, to: number): void {
  const part = Buffer.alloc(COPY_SIZE);
  for (let offset = 0; ;) {
    const count = readSync(from, part, 0, part.length, offset);
    if (count === 0) return;
    writeAll(to, part.subarray(0, count), { written: 0 });
    offset += count;
  }
}
