/** Which tries of which tests the journals of a session have: for a runner whose workers can't record all of them. */
import { relative, sep } from 'node:path';
import { HAND_OVER_VARIABLE, decodeHandOver, type ItemInput } from '../recorder/index.js';
import { readJournals } from './journals.js';
import type { Session } from './session.js';

interface TryNumber {
  readonly retry: number;
  readonly repeat: number;
}
type Named = Pick<ItemInput, 'project' | 'file' | 'describe' | 'name'>;

/** @returns keys, by `attemptKey` */
export function recordedAttempts(environment: Session['environment']): ReadonlySet<string> {
  const handOver = decodeHandOver(environment[HAND_OVER_VARIABLE]);
  const found = new Set<string>();
  if (handOver === undefined) return found;
  for (const reader of readJournals([handOver.folder, handOver.spare], handOver.id).readers) {
    for (const { identity, retry, repeat } of reader.records()) {
      if (identity.kind === 'test') found.add(keyOf(identity, identity.file, { retry, repeat }));
    }
  }
  return found;
}

/** @param root of the session */
export function attemptKey(root: string, item: Named, number: TryNumber): string {
  return keyOf(item, relative(root, item.file ?? '').replaceAll(sep, '/'), number);
}

function keyOf({ project = '', describe = [], name }: Named, file: string, { retry, repeat }: TryNumber): string {
  return JSON.stringify([project, file, describe, name, retry, repeat]);
}
