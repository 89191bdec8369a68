/** Kinds that someone asked for; foreign sessions have kinds of their own, so the session decides which there are. */
import type { KindTotals } from '../client/rows.js';
import { SpanmeterError } from '../model/errors.js';
import { KINDS } from '../model/records.js';

/** @throws SpanmeterError SPANMETER_USAGE for a kind that is neither ours nor the session's */
export function checkKinds(kinds: readonly string[] = [], totals: readonly Pick<KindTotals, 'kind' | 'count'>[]): void {
  const unknown = kinds.find((kind) => !(KINDS as readonly string[]).includes(kind) && !totals.some((row) => row.kind === kind));
  if (unknown === undefined) return;
  const known = totals.map(({ kind, count }) => `${kind} (${count})`).join(', ');
  const message = `--kind: there is no kind '${unknown}'. The kinds are ${KINDS.join(', ')}. Measured were: ${known || 'none at all'}.`;
  throw new SpanmeterError('SPANMETER_USAGE', message);
}

/** @returns what stands in place of items: of the kinds that were asked for, the session has none at all */
export function missingKinds(kinds: readonly string[] = [], totals: readonly KindTotals[]): readonly string[] {
  return totals.some(({ kind }) => kinds.includes(kind)) ? [] : kinds;
}
