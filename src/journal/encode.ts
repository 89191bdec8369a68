/**
 * Records into the lines of a journal that needs nothing beside it: whoever has its bytes has the records. Each record is a line
 * that begins and a line that ends it, so that an interrupted one keeps its numbers and every record its place.
 *
 * Numbers become integers. Those that an integer of JavaScript cannot hold exactly (beyond 2^53) are as good as not measured.
 */
import { METRIC_NAMES } from '../model/metrics.js';
import type { Identity, ReadingRecord, Tags, WriterRecord } from '../model/records.js';
import { beginLine, definition, endLine, headerLine, MARK_PEAK_IS_LOWER_BOUND, MARK_SHARED, numbersText, placeText } from './format.js';
import { LineBuffer } from './line-buffer.js';

interface Known {
  readonly number: number;
  readonly component: string;
  readonly tags: Tags;
}

/** What is not told by records: the header of a journal whose writer is known by its name only. */
const NAMELESS = { pid: 0, thread: 0, startedAt: 0, rssAtStart: NaN } as const;

export class JournalEncoder {
  /** Records so far. */
  rows = 0;
  readonly #lines = new LineBuffer();
  readonly #values = new Float64Array(METRIC_NAMES.length);
  /** By their definition; and, since readers and runners hand out the same object again and again, by the object. */
  readonly #numbers = new Map<string, number>();
  readonly #known = new Map<Identity, Known>();

  constructor(writer: Pick<WriterRecord, 'session' | 'writer'> & Partial<WriterRecord>) {
    this.#lines.add(headerLine({ ...NAMELESS, ...writer }));
  }

  /** Bytes so far. */
  get length(): number {
    return this.#lines.length;
  }

  add(record: ReadingRecord): void {
    const { sequence, startedAt, retry, repeat, parent, status, overlaps, shared, peakIsLowerBound, values } = record;
    this.#lines.add(beginLine(sequence, this.#reference(record), Math.round(startedAt), retry, repeat, parent));
    const marks = (shared ? MARK_SHARED : 0) + (peakIsLowerBound ? MARK_PEAK_IS_LOWER_BOUND : 0);
    const rounded = this.#values;
    for (let index = 0; index < rounded.length; index += 1) {
      const value = Math.round(values[index] ?? NaN);
      rounded[index] = Number.isSafeInteger(value) ? value : NaN;
    }
    this.#lines.add(endLine(sequence, status, overlaps, marks) + numbersText(rounded));
    this.rows += 1;
  }

  /** The bytes of the whole journal. Valid until the next line. */
  bytes(): Buffer {
    return this.#lines.bytes();
  }

  #reference({ identity, component, tags }: ReadingRecord): { readonly number: number; readonly definition: string } {
    const known = this.#known.get(identity);
    if (known?.component === component && known.tags === tags) return { number: known.number, definition: '' };
    const text = definition(identity, isEmpty(tags) ? undefined : tags, placeText(identity, component));
    let number = this.#numbers.get(text);
    const isNew = number === undefined;
    if (number === undefined) this.#numbers.set(text, (number = this.#numbers.size + 1));
    this.#known.set(identity, { number, component, tags });
    return { number, definition: isNew ? text : '' };
  }
}

function isEmpty(tags: Tags): boolean {
  for (const _ in tags) return false;
  return true;
}
