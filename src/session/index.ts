/** The owner side of a session. Opening one loads the rest of this room, and closing it the store: importing loads neither. */
import type { SummaryInput } from '../analysis/summary.js';
import type { Options, ResolvedOptions } from './options/index.js';
import type { Session, SessionFacts } from './session.js';

export type { Session, SessionFacts, SessionResult } from './session.js';

/**
 * Opens a session: until it is closed, spans of this process and of the processes that it starts are recorded. Where one is
 * open already (`spanmeter run`, an outer runner), joins it instead.
 * @throws SpanmeterError SPANMETER_USAGE for a wrong option. Other trouble is in the warnings: it ends nobody's run.
 */
export function openSession(given: Partial<Options> = {}, facts: SessionFacts = {}): Promise<Session> {
  // Not import(): Jest's sandbox has none.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { openOrJoin } = require('./open.js') as typeof import('./open.js');
  return openOrJoin(given, facts);
}

/**
 * Delivers what another process of this project released, or left behind.
 * @returns the summary of one session; undefined when it is not in the history
 */
export function deliverReleased(
  id: string,
  db: string,
  options: Pick<ResolvedOptions, 'root' | 'budget' | 'isElsewhere'>,
): Promise<SummaryInput | undefined> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { deliverReleasedTo } = require('./released.js') as typeof import('./released.js');
  return deliverReleasedTo(id, db, options);
}

/** The same for who can't wait: a runner whose first test is about to run. Mistakes in options become warnings. */
export function openSessionNow(given: Partial<Options> = {}, facts: SessionFacts = {}): Session {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { openOrJoinNow } = require('./open.js') as typeof import('./open.js');
  return openOrJoinNow(given, facts);
}
