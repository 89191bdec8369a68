/** What a batch from outside must keep to, so that every store can hold it and give it back. */
import type { ReadingRecord, SessionRecord, Tags, WriterRecord } from '../model/records.js';

/** The message is a sentence for the sender. */
export class BatchRefused extends Error {
  override readonly name = 'BatchRefused';
}

export function refuse(reason: string): never {
  throw new BatchRefused(`The batch was refused: ${reason}.`);
}

/** Sequences and overlaps: what 32 bits hold. */
const MOST = 2 ** 31 - 1;
/** Attempts are told apart within a million of them. */
const MOST_TRIES = 999_999;

type Json = Readonly<Record<string, unknown>>;

/** @returns all of a session, or its id */
export function checkSession(value: unknown): SessionRecord | { readonly id: string } {
  const session = object(value, 'session');
  text(session['id'], 'session.id');
  if (Object.keys(session).length === 1) return session as { readonly id: string };
  for (const name of ['description', 'command', 'root']) text(session[name], `session.${name}`);
  integer(session['startedAt'], 'session.startedAt');
  for (const name of ['finishedAt', 'exitCode']) if (session[name] !== undefined) integer(session[name], `session.${name}`);
  if (session['lockfileHash'] !== undefined) text(session['lockfileHash'], 'session.lockfileHash');
  object(session['tags'], 'session.tags');
  checkScm(object(session['scm'], 'session.scm'));
  checkContext(object(session['context'], 'session.context'));
  checkPackages(session['packages']);
  return session as unknown as SessionRecord;
}

export function checkWriter(value: unknown, session: string): WriterRecord {
  const writer = object(value, 'writers');
  text(writer['writer'], 'writers.writer');
  if (writer['session'] !== session) refuse('a writer is of another session');
  for (const name of ['pid', 'thread', 'startedAt']) integer(writer[name], `writers.${name}`);
  // JSON has no NaN.
  const rssAtStart = writer['rssAtStart'] ?? NaN;
  if (!Number.isNaN(rssAtStart)) integer(rssAtStart, 'writers.rssAtStart');
  return { ...writer, rssAtStart } as WriterRecord;
}

/** @param place for the message */
export function checkRecord(record: ReadingRecord, place: string): void {
  const { sequence, parent, overlaps, retry, repeat, startedAt, values, identity, tags } = record;
  if (!isCount(sequence, MOST) || sequence === 0) refuse(`${place} has a sequence that is no number from 1 to ${MOST}`);
  if (!isCount(parent, MOST) || !isCount(overlaps, MOST)) refuse(`${place} has a parent or overlaps that are no numbers up to ${MOST}`);
  if (!isCount(retry, MOST_TRIES) || !isCount(repeat, MOST_TRIES))
    refuse(`${place} has a retry or repeat that is no number up to ${MOST_TRIES}`);
  if (!isCount(identity.ordinal, MOST)) refuse(`${place} has an ordinal that is no number up to ${MOST}`);
  if (!Number.isSafeInteger(startedAt)) refuse(`${place} has a start that is no instant`);
  if (typeof tags !== 'object' || (tags as Tags | null) === null || Array.isArray(tags)) refuse(`${place} has tags that are no object`);
  for (const value of values as readonly number[]) {
    // NaN, which differs from itself, is an absent number.
    if (value === value && !Number.isSafeInteger(value)) refuse(`${place} has a number beyond 2^53`);
  }
}

function isCount(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= most;
}

const CONTEXT_NUMBERS: readonly string[] = ['cpuCount', 'cpuMhz', 'memoryTotal', 'memoryLimit', 'cpuLimit'];

/** Facts that a newer version adds are kept as they are. */
function checkContext(context: Json): void {
  text(context['hash'], 'session.context.hash');
  for (const [name, value] of Object.entries(context)) {
    const isRight = CONTEXT_NUMBERS.includes(name) ? Number.isFinite(value) : ['string', 'number', 'boolean'].includes(typeof value);
    if (!isRight) refuse(`session.context.${name} is neither text nor a number`);
  }
}

function checkScm({ revision, branch, dirty }: Json): void {
  if (revision !== undefined) text(revision, 'session.scm.revision');
  if (branch !== undefined) text(branch, 'session.scm.branch');
  if (dirty !== undefined && typeof dirty !== 'boolean') refuse('session.scm.dirty is neither true nor false');
}

function checkPackages(packages: unknown): void {
  if (!Array.isArray(packages)) refuse('session.packages is no list');
  for (const each of packages) {
    const { name, version } = object(each, 'session.packages');
    text(name, 'session.packages.name');
    text(version, 'session.packages.version');
  }
}

function object(value: unknown, name: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(`${name} is no object`);
  return value as Json;
}

function text(value: unknown, name: string): void {
  if (typeof value !== 'string') refuse(`${name} is no text`);
}

function integer(value: unknown, name: string): void {
  if (!Number.isSafeInteger(value)) refuse(`${name} is no whole number`);
}
