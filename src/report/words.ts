/** Small words that several reports use. */
import { homedir } from 'node:os';
import { sep } from 'node:path';
import type { KindTotals } from '../client/rows.js';
import type { Context, Tags } from '../model/records.js';
import { formatBytes } from '../model/units.js';

const SHORT_ID = 8;
const STATUS_ORDER = ['passed', 'failed', 'skipped', 'interrupted'] as const;

export function shortId(id: string): string {
  return id.slice(0, SHORT_ID);
}

/** `1 test`, `3 tests`, `2 benches`, `4 dependencies`. */
export function countOf(count: number, noun: string): string {
  return `${count} ${count === 1 ? noun : plural(noun)}`;
}

export function plural(noun: string): string {
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`;
  return /(?:s|sh|ch|x|z)$/.test(noun) ? `${noun}es` : `${noun}s`;
}

/** `508 passed, 2 failed`: what did not happen is left out. */
export function statusCounts(totals: Pick<KindTotals, (typeof STATUS_ORDER)[number]>): string {
  return STATUS_ORDER.filter((status) => totals[status] > 0)
    .map((status) => `${totals[status]} ${status}`)
    .join(', ');
}

export function tildePath(path: string): string {
  const home = homedir();
  return home !== '' && path.startsWith(home + sep) ? `~${path.slice(home.length)}` : path;
}

/** `ci`, `pull=12`: a tag that is true needs no value. */
export function tagTexts(tags: Tags): string[] {
  return Object.entries(tags).map(([name, value]) =>
    value === true ? name : `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
}

/** One line: runtime, processor, memory, and what a container leaves of them. */
export function contextText(context: Context): string {
  const { runtimeDescription, cpuModel, cpuCount, cpuLimit, memoryTotal, memoryLimit } = context;
  const cpus = cpuCount === undefined ? '' : `${cpuCount} x ${cpuModel ?? 'cpu'}`;
  return [
    runtimeDescription ?? '',
    cpuLimit === undefined ? cpus : `${cpus} (limited to ${cpuLimit})`,
    memoryTotal === undefined
      ? ''
      : `${formatBytes(memoryTotal)}${memoryLimit === undefined ? '' : ` (limited to ${formatBytes(memoryLimit)})`}`,
  ]
    .filter((part) => part !== '')
    .join(', ');
}
