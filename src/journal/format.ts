/**
 * The journal's lines. Fields are separated by tabs, and each line ends with a checksum over what stands before it, so that
 * a torn or damaged line is found out and left alone. Text is escaped (src/model/escape.ts): no field holds a tab or newline.
 *
 *   H  version  session  writer  pid  thread  startedAt  rssAtStart  metric names, separated by commas
 *   B  sequence item  startedAt  retry  repeat  parent  [definition]       a span began
 *   E  sequence status  overlaps  marks  numbers in the order of H ...      it ended
 *   S  sequence status                                                     its status became another
 *   M  sequence skip  component tags as JSON                               what it said of itself while it ran
 *   N  sequence item  startedAt  retry  repeat  status  [definition]       an item without a span: a skipped test
 *
 * The definition of an item stands behind the first line that names its number, so that one write begins a span:
 *
 *   kind  name  variant  ordinal  tags as JSON  project  file  component  describe
 *
 * Numbers are integers; an empty field is an absent one. A status is its place in STATUSES.
 */
import { escapeText } from '../model/escape.js';
import { METRIC_NAMES } from '../model/metrics.js';
import { STATUSES, type Identity, type Status, type Tags, type WriterRecord } from '../model/records.js';

export const JOURNAL_VERSION = 1;
export const JOURNAL_SUFFIX = '.journal';
/** Stands before each title of a describe path. Escaped text cannot contain it. */
export const TITLE_MARK = '\u001f';

export const MARK_SHARED = 1;
export const MARK_PEAK_IS_LOWER_BOUND = 2;

/** How a line names an item. */
export interface ItemReference {
  readonly number: number;
  /** Empty when an earlier line of the journal had it. */
  readonly definition: string;
}

type OwnIdentity = Pick<Identity, 'kind' | 'name' | 'variant' | 'ordinal'>;
type PlaceIdentity = Pick<Identity, 'project' | 'file' | 'describe'>;

/** Taken at load: a test may replace the global. */
const { stringify } = JSON;
const statusNumber = new Map<Status, number>(STATUSES.map((status, index) => [status, index]));

export function headerLine(writer: WriterRecord): string {
  const rss = Number.isNaN(writer.rssAtStart) ? '' : writer.rssAtStart;
  return `H\t${JOURNAL_VERSION}\t${escapeText(writer.session)}\t${escapeText(writer.writer)}\t${writer.pid}\t${writer.thread}\t${writer.startedAt}\t${rss}\t${METRIC_NAMES.join(',')}`;
}

/** Begins with a tab, to stand behind the line that names the item first. @param place as `placeText` makes it */
export function definition({ kind, name, variant, ordinal }: OwnIdentity, tags: Tags | undefined, place: string): string {
  const json = tags === undefined ? '' : escapeText(stringify(tags));
  return `\t${kind}\t${escapeText(name)}\t${escapeText(variant)}\t${ordinal}\t${json}${place}`;
}

/** What the tests of a suite have in common: it comes last, in one piece. */
export function placeText({ project, file, describe }: PlaceIdentity, component: string): string {
  const titles = describe.map((title) => TITLE_MARK + escapeText(title)).join('');
  return `\t${escapeText(project)}\t${escapeText(file)}\t${escapeText(component)}\t${titles}`;
}

export function beginLine(sequence: number, item: ItemReference, startedAt: number, retry: number, repeat: number, parent: number): string {
  return `B\t${sequence}\t${item.number}\t${startedAt}\t${retry}\t${repeat}\t${parent}${item.definition}`;
}

/** Without the numbers, which the binding puts behind it. */
export function endLine(sequence: number, status: Status, overlaps: number, marks: number): string {
  return `E\t${sequence}\t${statusNumber.get(status)}\t${overlaps}\t${marks}`;
}

/** What stands behind an end line: the metrics of METRICS in their order. NaN is absent; trailing absent ones are left out. */
export function numbersText(numbers: ArrayLike<number>): string {
  let text = '';
  let absent = '';
  for (let index = 0; index < METRIC_NAMES.length; index += 1) {
    const value = numbers[index] as number;
    if (Number.isNaN(value)) absent += '\t';
    else {
      text += `${absent}\t${value}`;
      absent = '';
    }
  }
  return text;
}

export function statusLine(sequence: number, status: Status): string {
  return `S\t${sequence}\t${statusNumber.get(status)}`;
}

/** @param component empty: as its item's. @param tags added to its item's. @param skip no record is made of it after all */
export function markLine(sequence: number, skip: boolean, component: string, tags: Tags | undefined): string {
  return `M\t${sequence}\t${skip ? 1 : 0}\t${escapeText(component)}\t${tags === undefined ? '' : escapeText(stringify(tags))}`;
}

export function noteLine(sequence: number, item: ItemReference, startedAt: number, retry: number, repeat: number, status: Status): string {
  return `N\t${sequence}\t${item.number}\t${startedAt}\t${retry}\t${repeat}\t${statusNumber.get(status)}${item.definition}`;
}
