/** Finds the item that somebody named on a command line, in the newest sessions. */
import { SpanmeterError } from '../model/errors.js';
import { nearest } from '../model/nearest.js';
import { itemKey, type Metric } from './entities.js';
import type { Monitor } from './monitor.js';
import type { MetricsQuery } from './query.js';

const SHOWN = 8;
const SHOWN_TEXT = 160;
/** Between the parts of a name: ` > `, as tables write it. */
const STEP = ' > ';
/** What a name ends with where an item has parameters, or others are equal: the history keeps them apart. */
const TAIL = /(?: \[.*\])?(?: #\d+)?$/s;

/** How an item is named where people read it: whole, and without project and file. */
export interface ItemNames {
  readonly full: (metric: Metric) => string;
  readonly title: (metric: Metric) => string;
}

/**
 * @param text all of a name or a part of it; in any case of letters
 * @returns all readings of the one item
 * @throws SpanmeterError SPANMETER_NOT_FOUND with what is near, SPANMETER_AMBIGUOUS with the candidates
 */
export async function findItem(monitor: Monitor, text: string, query: MetricsQuery, names: ItemNames): Promise<Metric[]> {
  const items = new Map<string, Metric[]>();
  const wanted = text.toLowerCase();
  const add = (metric: Metric): void => {
    const key = itemKey(metric);
    const known = items.get(key);
    if (known === undefined) items.set(key, [metric]);
    else known.push(metric);
  };
  for await (const metric of monitor.each({ ...query, search: searchable(text) }))
    if (names.full(metric).toLowerCase().includes(wanted)) add(metric);
  const found = [...items.values()];
  const exact = found.filter(([first]) => [names.full(first!), names.title(first!), first!.name].includes(text));
  const [one, ...others] = exact.length > 0 ? exact : found;
  if (one === undefined) throw await notFound(monitor, text, query, names);
  if (others.length > 0)
    throw ambiguous(
      text,
      [one, ...others].map(([first]) => `${names.full(first!)}  (${first!.kind})`),
    );
  return one;
}

/** Stores look into the parts of a name, not over their borders. */
function searchable(text: string): string {
  const last = text.slice(text.lastIndexOf(STEP) + (text.includes(STEP) ? STEP.length : 0));
  return last.replace(TAIL, '') || last;
}

function ambiguous(text: string, candidates: readonly string[]): SpanmeterError {
  const lines = candidates.slice(0, SHOWN).map((name) => `  ${short(name)}`);
  const more = candidates.length > SHOWN ? `\n  and ${candidates.length - SHOWN} more` : '';
  return new SpanmeterError(
    'SPANMETER_AMBIGUOUS',
    `'${short(text)}' fits ${candidates.length} items; write more of it, or --kind:\n${lines.join('\n')}${more}`,
  );
}

async function notFound(monitor: Monitor, text: string, query: MetricsQuery, { full, title }: ItemNames): Promise<SpanmeterError> {
  const there = new Set<string>();
  for await (const metric of monitor.each({ ...query, last: 1 })) there.add(metric.name).add(title(metric)).add(full(metric));
  // A name of many kilobytes is nobody's slip of the pen.
  const near =
    text.length > SHOWN_TEXT
      ? undefined
      : nearest(
          text,
          [...there].filter((name) => name.length <= 2 * SHOWN_TEXT),
        );
  const hint = near === undefined ? "'spanmeter show --all' lists those of the newest session." : `Did you mean '${short(near)}'?`;
  return new SpanmeterError('SPANMETER_NOT_FOUND', `No item in ${monitor.location} has '${short(text)}' in its name. ${hint}`);
}

function short(text: string): string {
  return text.length > SHOWN_TEXT ? `${text.slice(0, SHOWN_TEXT)}…` : text;
}
