/** What `prune` dropped. */
import type { Pruned } from '../store/prune.js';
import { instant } from '../model/instant.js';
import { countOf } from './words.js';

/** @returns text that ends in a newline */
export function renderPruned(pruned: Pruned, before: number, dryRun: boolean): string {
  const when = instant(before);
  if (pruned.sessions === 0) return `No session started before ${when}: nothing to drop.\n`;
  const { items, components, tags, contexts, packages } = pruned;
  const rest = [
    countOf(items, 'item'),
    countOf(components, 'component'),
    `${countOf(tags, 'set')} of tags`,
    countOf(contexts, 'context'),
    countOf(packages, 'package'),
  ];
  const what = `${countOf(pruned.sessions, 'session')} that started before ${when}, with ${countOf(pruned.readings, 'reading')}`;
  return `${dryRun ? 'Would drop' : 'Dropped'} ${what}, and what only they used: ${rest.join(', ')}.\n`;
}

export function prunedJson(pruned: Pruned, before: number, dryRun: boolean): Readonly<Record<string, unknown>> {
  return { before: instant(before), dry_run: dryRun, dropped: pruned };
}
