/** Copies pytest-monitor's rows of a history to a server, digit for digit: its sessions, its contexts, and metrics wherever they are. */
import { BATCH_BYTES, BATCH_ROWS } from '../journal/batch-limits.js';
import { messageOf } from '../model/errors.js';
import type { ServedStore } from '../store/served.js';
import { foreignContexts, foreignMetrics, foreignSessions, type CopiedContext, type CopiedSession } from '../store/sql/pymon-copy.js';
import type { ShownMetric } from '../store/sql/pymon-shown.js';
import { RemoteError, type Server } from '../store/remote/http.js';
import { sendPymonRows, type PymonRows, type PymonSessionRow } from '../store/remote/send-pymon.js';

/** How many rows of texts of usual length a batch may have. Some rows are longer: they are measured. */
const PIECE = BATCH_ROWS;

export interface PushedPymon {
  /** Sessions of which the server lacked something, and of which it had all. */
  sessions: number;
  known: number;
  rows: number;
  fresh: number;
  /** Contexts and sessions that the server knows with other content. */
  differing: number;
  /** Rows that no server takes, and why. */
  left: number;
  reason?: string;
}

/** @param told called after each session */
export async function pushPymon(store: ServedStore, server: Server, idPrefix: string | undefined, told: () => void): Promise<PushedPymon> {
  const pushed: PushedPymon = { sessions: 0, known: 0, rows: 0, fresh: 0, differing: 0, left: 0 };
  const sessions = await foreignSessionsOf(store, idPrefix);
  const contexts = await foreignContexts(store.sql, idPrefix === undefined ? undefined : sessions.map(({ number }) => number));
  for (let at = 0; at < contexts.length; at += PIECE) {
    const sendable = contexts.slice(at, at + PIECE).filter(isContext);
    leave(pushed, Math.min(PIECE, contexts.length - at) - sendable.length);
    await send(server, { contexts: sendable }, pushed);
  }
  for (const session of sessions) {
    const before = pushed.fresh;
    await pushSession(store, server, session, pushed);
    if (session.row !== undefined) pushed[pushed.fresh > before ? 'sessions' : 'known'] += 1;
    told();
  }
  return pushed;
}

export async function foreignSessionsOf({ sql }: ServedStore, idPrefix = ''): Promise<CopiedSession[]> {
  return (await foreignSessions(sql)).filter(({ session_h: id }) => idPrefix === '' || id?.startsWith(idPrefix) === true);
}

async function pushSession(
  store: ServedStore,
  server: Server,
  { number, session_h: id, row }: CopiedSession,
  pushed: PushedPymon,
): Promise<void> {
  if (row !== undefined) {
    const session = { session_h: id, ...row };
    if (isSession(session)) await send(server, { sessions: [session] }, pushed);
    else leave(pushed, 1);
  }
  const counts = new Map<string, number>();
  for await (const piece of foreignMetrics(store.sql, number, PIECE)) {
    let [metrics, bytes]: [(ShownMetric & { count: number })[], number] = [[], 0];
    for (const metric of piece) {
      if (!isMetric(metric)) {
        leave(pushed, 1);
        continue;
      }
      const text = JSON.stringify(metric);
      if (bytes + text.length > BATCH_BYTES && metrics.length > 0) {
        await send(server, { metrics }, pushed);
        [metrics, bytes] = [[], 0];
      }
      const count = (counts.get(text) ?? 0) + 1;
      counts.set(text, count);
      metrics.push({ ...metric, count });
      bytes += text.length;
    }
    await send(server, { metrics }, pushed);
  }
}

async function send(server: Server, rows: PymonRows, pushed: PushedPymon): Promise<void> {
  const all = (rows.contexts?.length ?? 0) + (rows.sessions?.length ?? 0) + (rows.metrics?.length ?? 0);
  if (all === 0) return;
  try {
    const sent = await sendPymonRows(server, rows);
    pushed.rows += sent.rows;
    pushed.fresh += sent.fresh;
    pushed.differing += sent.differing;
  } catch (thrown) {
    // These rows it will never take; the others it may.
    if (!(thrown instanceof RemoteError) || (thrown.status !== 400 && thrown.status !== 422)) throw thrown;
    leave(pushed, all, messageOf(thrown));
  }
}

function leave(pushed: PushedPymon, rows: number, reason = 'A row lacks a value, or has one that not every database can hold.'): void {
  if (rows === 0) return;
  pushed.left += rows;
  pushed.reason ??= reason;
}

/** Tables of pytest-monitor take anything in any column. */
const TEXTS = [
  'session_h',
  'context_h',
  'item_start_time',
  'item_path',
  'item',
  'item_variant',
  'item_fs_loc',
  'kind',
  'component',
] as const;
const NUMBERS = ['total_time', 'user_time', 'kernel_time', 'cpu_usage', 'mem_usage'] as const;

function isMetric(metric: ShownMetric): boolean {
  return TEXTS.every((name) => isText(metric[name])) && NUMBERS.every((name) => Number.isFinite(metric[name]));
}

function isContext({ cpu_count: count, cpu_frequency: frequency, ram_total: ram, cpu_vendor: vendor, ...texts }: CopiedContext): boolean {
  const areNumbers = Number.isSafeInteger(count) && Number.isSafeInteger(ram) && Number.isFinite(frequency);
  return areNumbers && (vendor === null || isText(vendor)) && Object.values(texts).every(isText);
}

function isSession(session: Readonly<Record<keyof PymonSessionRow, unknown>>): session is PymonSessionRow {
  const { session_h: id, run_date: date, scm_ref: scm, description } = session;
  return isText(id) && isText(date) && (scm === null || isText(scm)) && isText(description);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && !/\0|[\ud800-\udfff]/u.test(value);
}
