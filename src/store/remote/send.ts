/** Sends batches, again where a failure may pass, and within a bound. A batch that comes twice counts once. */
import timers from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { BATCH_TYPE, encodeBatch, type Batch } from '../../journal/batch.js';
import { BATCH_BYTES, BATCH_ROWS } from '../../journal/batch-limits.js';
import type { ReadingRecord, SessionRecord, WriterRecord } from '../../model/records.js';
import { ask, RemoteError, type Server } from './http.js';

/** Taken at load: tests in this process may replace them, and put none back. */
const { setTimeout: sleepFor } = timers;
export const now = performance.now.bind(performance);
const deflate = promisify(gzip);
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 2000;
/** A server that starts again is back by then; one that is not there holds up no run for longer. */
const LONGEST_AWAY = 2000;
/** An answer that takes longer is as good as none. */
const LONGEST_ANSWER = 60_000;

export interface Sent {
  readonly rows: number;
  /** Rows that the server did not have. */
  readonly fresh: number;
}

/**
 * @param deadline as `now` has it: then it is given up; Infinity: after some attempts
 * @throws RemoteError
 */
export async function sendBatch(server: Server, batch: Batch, deadline = Infinity): Promise<Sent> {
  // The lowest level: three times as fast as the usual one, and nearly as small.
  const body = await deflate(encodeBatch(batch), { level: 1 });
  const headers = { 'content-type': BATCH_TYPE, 'content-encoding': 'gzip' };
  const answer = await persist(deadline, (timeout) => ask(server, { method: 'POST', path: '/api/v2/batches', body, headers, timeout }));
  const { session, rows, new: fresh } = answer as { session?: unknown; rows?: unknown; new?: unknown };
  const isRight = session === batch.session.id && rows === batch.records.length && Number.isSafeInteger(fresh);
  if (!isRight) throw new RemoteError(`${server.url} answers, but does not confirm what it was sent. Is it a spanmeter server?`);
  return { rows: batch.records.length, fresh: fresh as number };
}

const FEW_ATTEMPTS = 6;

/** For questions: somebody waits for the answer. A server that is away is given some seconds, one that works on it a minute. */
export function askAgain<T>(attempt: (timeout: number) => Promise<T>): Promise<T> {
  return persist(now() + LONGEST_ANSWER, attempt, FEW_ATTEMPTS);
}

/** Tries until it goes well, fails for good, or there is no time left for another attempt. */
export async function persist<T>(
  deadline: number,
  attempt: (timeout: number) => Promise<T>,
  attempts = deadline === Infinity ? FEW_ATTEMPTS : Infinity,
): Promise<T> {
  const longestAway = deadline === Infinity ? Infinity : Math.min(deadline, now() + LONGEST_AWAY);
  for (let tries = 1, pause = FIRST_PAUSE; ; tries += 1, pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    try {
      return await attempt(Math.min(deadline - now(), LONGEST_ANSWER));
    } catch (thrown) {
      if (!(thrown instanceof RemoteError) || !thrown.isPassing) throw thrown;
      // Many jobs of one build come back at different moments.
      const wait = Math.max(thrown.wait ?? 0, pause * (0.5 + Math.random() / 2));
      const isLast = tries >= attempts || now() + wait >= (thrown.isAway ? longestAway : deadline);
      if (isLast) throw thrown;
      await sleepFor(wait);
    }
  }
}

/**
 * Cuts a session into batches. Only the last one says how the session ended: counts are taken once, and a session of which the rest
 * is missing does not pass for finished.
 */
export function* batchesOf(session: SessionRecord, writers: readonly WriterRecord[], records: Iterable<ReadingRecord>): Generator<Batch> {
  const { finishedAt: _, exitCode: __, ...begun } = session;
  let waiting: ReadingRecord[] = [];
  let bytes = 0;
  let isFirst = true;
  for (const record of records) {
    const size = sizeOf(record);
    if (waiting.length === BATCH_ROWS || (bytes + size > BATCH_BYTES && waiting.length > 0)) {
      yield { session: begun, writers: isFirst ? writers : [], records: waiting };
      [waiting, bytes, isFirst] = [[], 0, false];
    }
    waiting.push(record);
    bytes += size;
  }
  yield { session, writers: isFirst ? writers : [], records: waiting };
}

const NUMBERS_SIZE = 300;

/** About: what is long counts. */
function sizeOf({ identity, component, tags }: ReadingRecord): number {
  const { file, name, variant, project, describe } = identity;
  let size = NUMBERS_SIZE + file.length + name.length + variant.length + project.length + component.length;
  for (const title of describe) size += title.length;
  for (const tag in tags) size += tag.length + (typeof tags[tag] === 'string' ? tags[tag].length : NUMBERS_SIZE);
  return size;
}
