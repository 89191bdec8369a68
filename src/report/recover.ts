/** What `recover` did. */
import { snake } from './json.js';
import { countOf, shortId } from './words.js';

export interface RecoveredSession {
  readonly session: string;
  /** Records that were new in the history. */
  readonly delivered: number;
  /** Journal lines that could not be read. */
  readonly torn: number;
  /** Journals of which nothing could be read: they are kept. */
  readonly unread: readonly { readonly path: string; readonly reason: string }[];
  /** Why it could not be delivered: its journals are kept. */
  readonly failure?: string;
  /** A process of it still runs and writes: it was left alone. */
  readonly goesOn?: true;
}

/** @returns text that ends in a newline */
export function renderRecovered(sessions: readonly RecoveredSession[], location: string): string {
  if (sessions.length === 0) return 'Nothing to recover: no killed run left anything behind.\n';
  const lines = sessions.flatMap(({ session, delivered, torn, unread, failure, goesOn }) => {
    if (goesOn === true)
      return `${shortId(session)}  left alone: a process of it outlived the run and still writes; try again when it has ended`;
    if (failure !== undefined) return `${shortId(session)}  could not be delivered, and is kept: ${failure}`;
    const damage = torn === 0 ? '' : `, ${countOf(torn, 'damaged line')} left out`;
    const kept = unread.map(({ path, reason }) => `${shortId(session)}  could not be read, and is kept: ${path} (${reason})`);
    return [`${shortId(session)}  ${countOf(delivered, 'record')} delivered to ${location}${damage}`, ...kept];
  });
  return `${lines.join('\n')}\n`;
}

export function recoveredJson(sessions: readonly RecoveredSession[]): Readonly<Record<string, unknown>> {
  return { recovered: sessions.map(snake) };
}
