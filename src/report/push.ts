/** What `push` did. */
import { countOf, shortId } from './words.js';

export interface Pushed {
  readonly sessions: number;
  /** Sessions that the server had as they are. */
  readonly known: number;
  readonly rows: number;
  readonly fresh: number;
  /** Contexts and sessions of pytest-monitor that the server knows with other content, and has left as they are. */
  readonly differing: number;
  /** Rows of pytest-monitor that the server does not take, and why. */
  readonly left: number;
  readonly reason?: string;
}

interface Waiting {
  readonly session: string;
  readonly remote: string;
  readonly rows?: number;
  readonly fresh?: number;
  readonly failure?: string;
  readonly refused?: readonly string[];
}

/** @returns text that ends in a newline */
export function renderPushed({ sessions, known, rows, fresh, differing, left, reason = '' }: Pushed, url: string): string {
  const there = known === 0 ? '' : `; ${countOf(known, 'session')} it had already`;
  const notes = [
    differing === 0 ? '' : `\nLeft as they are there, with other content: ${countOf(differing, 'row')} of pytest-monitor.`,
    left === 0 ? '' : `\nNot copied: ${countOf(left, 'row')} of pytest-monitor. ${reason}`,
  ].join('');
  return `${countOf(sessions, 'session')} sent to ${url}: ${countOf(rows, 'row')}, ${fresh} new${there}${notes}\n`;
}

export function pushedJson({ fresh, ...pushed }: Pushed, url: string): Readonly<Record<string, unknown>> {
  return { remote: url, ...pushed, new: fresh };
}

export function renderWaiting(sent: readonly Waiting[]): string {
  if (sent.length === 0) return 'Nothing to send: no run left anything for a server.\n';
  const lines = sent.map(({ session, remote, rows = 0, fresh = 0, failure, refused }) =>
    failure === undefined
      ? `${shortId(session)}  ${countOf(rows, 'row')} sent to ${remote}, ${fresh} new`
      : `${shortId(session)}  could not be sent, and is kept: ${failure}${refused === undefined ? '' : ` To be rid of it, remove ${refused.join(' and ')}.`}`,
  );
  return `${lines.join('\n')}\n`;
}
