/** The session or the group that a command shows. */
import { findSessionOrGroup, type Found } from '../client/group.js';
import { SpanmeterError } from '../model/errors.js';
import type { Store } from '../store/contract.js';

export const GROUP_FLAG = 'Instead of a session: all of this group, the parallel jobs of one CI run';

/** @throws SpanmeterError SPANMETER_USAGE when both are given, SPANMETER_NOT_FOUND, SPANMETER_AMBIGUOUS */
export async function sessionOrGroup(store: Store, command: string, name: string | undefined, group: string | undefined): Promise<Found> {
  if (group !== undefined && name !== undefined)
    throw new SpanmeterError('SPANMETER_USAGE', `${command}: a session and --group exclude each other; keep one.`);
  return findSessionOrGroup(store, name ?? 'last', group);
}
