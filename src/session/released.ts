/** The delivery of a session whose owner had no time for it. */
import type { SummaryInput } from '../analysis/summary.js';
import { withStore } from './finish.js';
import { recoverInto } from './recover.js';
import { summarize } from './summarize.js';

export async function deliverReleasedTo(id: string, db: string, root: string): Promise<SummaryInput | undefined> {
  return await withStore(db, async (store) => {
    await recoverInto(store, root, db);
    const session = await store.session(id);
    return session && { ...(await summarize(store, session, undefined)), location: store.location, warnings: [] };
  });
}
