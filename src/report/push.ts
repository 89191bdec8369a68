/** What `push` did. */
import { countOf, shortId } from './words.js';

export interface Pushed {
  readonly sessions: number;
  /** Sessions that the server had as they are. */
  readonly known: number;
  /** Sessions of pytest-monitor, which are not copied. */
  readonly foreign: number;
  readonly rows: number;
  readonly fresh: number;
}

interface Waiting {
  readonly session: string;
  readonly remote: string;
  readonly rows?: number;
  readonly fresh?: number;
  readonly failure?: string;
}

/** @returns text that ends in a newline */
export function renderPushed({ sessions, known, foreign, rows, fresh }: Pushed, url: string): string {
  const there = known === 0 ? '' : `; ${countOf(known, 'session')} it had already`;
  const left = foreign === 0 ? '' : `\nNot copied: ${countOf(foreign, 'session')} of pytest-monitor.`;
  return `${countOf(sessions, 'session')} sent to ${url}: ${countOf(rows, 'row')}, ${fresh} new${there}${left}\n`;
}

export function pushedJson({ sessions, known, foreign, rows, fresh }: Pushed, url: string): Readonly<Record<string, unknown>> {
  return { remote: url, sessions, known, foreign, rows, new: fresh };
}

export function renderWaiting(sent: readonly Waiting[]): string {
  if (sent.length === 0) return 'Nothing to send: no run left anything for a server.\n';
  const lines = sent.map(({ session, remote, rows = 0, fresh = 0, failure }) =>
    failure === undefined
      ? `${shortId(session)}  ${countOf(rows, 'row')} sent to ${remote}, ${fresh} new`
      : `${shortId(session)}  could not be sent, and is kept: ${failure}`,
  );
  return `${lines.join('\n')}\n`;
}
