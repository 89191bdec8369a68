/**
 * When a worker dies, Jest starts another one in its place and sends it the same test file again. The new one can't know: so
 * each place keeps a list of its files, beside the journals. What the list ends with when a worker starts is what the one
 * before it died of.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { collector } from '../../collector/index.js';
import { escapeText } from '../../model/escape.js';
import type { HandOver } from '../../recorder/index.js';

interface List {
  readonly handle: number;
  readonly session: string;
  /** Of the workers before this one. */
  before: readonly string[];
}

let list: List | undefined;

/** @returns how often this file was begun by workers that died of it */
export function earlierAttempts({ id, folder }: HandOver, project: string, path: string): number {
  if (!isWorker()) return 0;
  const { binding } = collector();
  list = list?.session === id ? list : openList(id, folder);
  const entry = escapeText(`${project}\n${path}`);
  let count = 0;
  while (list.before.at(-1 - count) === entry) count += 1;
  // Only the first file of a worker can have been begun before.
  list.before = [];
  if (list.handle >= 0) binding.journalAppend(list.handle, entry);
  return count;
}

function openList(session: string, folder: string): List {
  // Workers are numbered within their Jest.
  const name = `${folder}/jest-${isMainThread ? process.ppid : process.pid}-${process.env['JEST_WORKER_ID']}.files`;
  const before = linesOf(name).map((line) => line.slice(0, line.lastIndexOf('\t')));
  return { session, before, handle: collector().binding.journalOpen(name) };
}

function linesOf(name: string): string[] {
  try {
    return readFileSync(name, 'utf8').trimEnd().split('\n');
  } catch {
    return [];
  }
}

function isWorker(): boolean {
  return !isMainThread || basename(process.argv[1] ?? '') === 'processChild.js';
}
