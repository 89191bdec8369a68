/** What spans said of themselves while they ran. It comes after the line that begins a span, so it is gathered first. */
import { unescapeText } from '../model/escape.js';
import type { ReadingRecord, Tags } from '../model/records.js';
import { CHECKSUM_LENGTH, scanLine, type Line } from './bytes.js';

interface Mark {
  readonly skip: boolean;
  /** Empty: as its item's. */
  readonly component: string;
  readonly tags: Tags;
}

export class JournalMarks {
  readonly #bySequence = new Map<number, Mark>();

  constructor(bytes: Buffer) {
    const line: Line = { to: 0, isIntact: false };
    for (let at = bytes.indexOf('\nM\t'); at >= 0; at = bytes.indexOf('\nM\t', at + 1)) {
      scanLine(bytes, at + 1, line);
      if (line.isIntact) this.#read(bytes.toString('utf8', at + 3, line.to - CHECKSUM_LENGTH));
    }
  }

  /** @returns undefined for one that is to be left out */
  applied(record: ReadingRecord): ReadingRecord | undefined {
    const mark = this.#bySequence.size === 0 ? undefined : this.#bySequence.get(record.sequence);
    if (mark === undefined) return record;
    const { skip, component, tags } = mark;
    return skip ? undefined : { ...record, component: component || record.component, tags: { ...record.tags, ...tags } };
  }

  /** A later mark of the same span adds to an earlier one. */
  #read(text: string): void {
    const [sequence, skip, component = '', tags = ''] = text.split('\t');
    const number = Number(sequence);
    const before = this.#bySequence.get(number);
    this.#bySequence.set(number, {
      skip: skip === '1' || before?.skip === true,
      component: component === '' ? (before?.component ?? '') : unescapeText(component),
      tags: { ...before?.tags, ...(tags !== '' && (JSON.parse(unescapeText(tags)) as Tags)) },
    });
  }
}
