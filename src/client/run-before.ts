/** The run that a session is naturally held against. */
import type { SessionSummary, Store, StoredSession } from '../store/contract.js';

/** So many runs are looked back. */
const LOOKED_BACK = 200;

/** The newest finished one before it, of the same command. */
export async function runBefore(store: Store, session: StoredSession): Promise<StoredSession | undefined> {
  const isBefore = ({ id, command, startedAt, finishedAt, foreign }: SessionSummary): boolean =>
    id !== session.id && command === session.command && startedAt < session.startedAt && (finishedAt !== undefined || foreign === true);
  const found = (await store.sessions({ limit: LOOKED_BACK })).find(isBefore);
  return found && (await store.session(found.id));
}
