/** Kinds that someone asked for; foreign sessions have kinds of their own, so the session decides which there are. */
import type { KindTotals } from '../client/rows.js';
import { SpanmeterError } from '../model/errors.js';
import { KINDS } from '../model/records.js';

/** @throws SpanmeterError SPANMETER_NOT_FOUND for a kind that is neither ours nor the session's */
export function checkKinds(kinds: readonly string[] = [], totals: readonly KindTotals[]): void {
  const unknown = kinds.find((kind) => !(KINDS as readonly string[]).includes(kind) && !totals.some((row) => row.kind === kind));
  if (unknown === undefined) return;
  const known = totals.map(({ kind, count }) => `${kind} (${count})`).join(', ');
  throw new SpanmeterError('SPANMETER_NOT_FOUND', `The session has no items of kind '${unknown}'. It has: ${known || 'none at all'}.`);
}
