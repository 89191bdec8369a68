/** What the report of a session is made of, from the store. */
import { compare } from '../analysis/compare/index.js';
import type { Comparison } from '../analysis/compare/types.js';
import { toEntity } from '../client/entities.js';
import type { KindTotals, StoredReading, StoredSession } from '../client/rows.js';
import { runBefore } from '../client/run-before.js';
import { toMetric } from '../client/to-metric.js';
import type { Store } from '../store/contract.js';
import { shortId } from './words.js';

export interface ReportInput {
  readonly session: StoredSession;
  readonly totals: readonly KindTotals[];
  /** All but the one of kind `session`. */
  readonly items: readonly StoredReading[];
  /** The item of kind `session`, if there is one. */
  readonly whole?: StoredReading;
  /** With the run before, where there is one. */
  readonly comparison?: Comparison;
  readonly version: string;
}

export async function gather(store: Store, session: StoredSession, version: string): Promise<ReportInput> {
  const totals = await store.totals(session.id);
  const items = await store.readings({ session: session.id });
  const whole = items.find(({ identity }) => identity.kind === 'session');
  const before = await runBefore(store, session);
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
    items: items.filter((item) => item !== whole),
    version,
    ...(whole && { whole }),
    ...(comparison && { comparison }),
  };
}
