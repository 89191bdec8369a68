/** What the report of a session is made of, from the store. */
import { compare } from '../analysis/compare/index.js';
import type { Comparison } from '../analysis/compare/types.js';
import { toEntity } from '../client/entities.js';
import { leafKinds } from '../client/leaf-kinds.js';
import type { StoredSession } from '../client/rows.js';
import { runBefore } from '../client/run-before.js';
import { toMetric } from '../client/to-metric.js';
import type { Store } from '../store/contract.js';
import { shortId } from './words.js';
import type { ReportInput } from './html/page.js';
import { picturesOf } from './html/pictures.js';

export async function gather(store: Store, session: StoredSession, version: string): Promise<ReportInput> {
  const totals = await store.totals(session.id);
  const [whole] = await store.readings({ session: session.id, kinds: ['session'], limit: 1 });
  const items = await store.readings({ session: session.id });
  const before = await runBefore(store, session);
  const leaves = leafKinds(totals);
  const metrics = items.map(toMetric);
  const side = async (of: StoredSession) => ({
    name: shortId(of.id),
    sessions: [toEntity(of)],
    metrics: of === session ? metrics : (await store.readings({ session: of.id })).map(toMetric),
  });
  const comparison: Comparison | undefined = before && compare(await side(before), await side(session));
  return {
    session,
    totals,
    items: items.filter(({ identity }) => identity.kind !== 'session'),
    pictures: await picturesOf(metrics.filter(({ kind }) => leaves.includes(kind))),
    version,
    ...(whole && { whole }),
    ...(comparison && { comparison }),
  };
}
