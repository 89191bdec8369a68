/** The delivery of a session whose owner had no time for it. */
import type { SummaryInput } from '../analysis/summary.js';
import { holdTo } from './budget.js';
import { withStore } from './finish.js';
import type { ResolvedOptions } from './options/index.js';
import { recoverInto } from './recover.js';
import { summarize } from './summarize.js';

type Told = Pick<ResolvedOptions, 'root' | 'budget' | 'isElsewhere'>;

export async function deliverReleasedTo(id: string, db: string, options: Told): Promise<SummaryInput | undefined> {
  const held = await holdTo(options, true);
  return await withStore(db, async (store) => {
    await recoverInto(store, options.root, db);
    const session = await store.session(id);
    return (
      session && { ...(await summarize(store, session, held)), location: store.location, isElsewhere: options.isElsewhere, warnings: [] }
    );
  });
}
