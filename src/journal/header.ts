/** A journal's header: who wrote it, and which metrics its numbers are. Damage, or a write that was cut short, may have hit it. */
import { unescapeText } from '../model/escape.js';
import { METRIC_INDEX, METRIC_NAMES } from '../model/metrics.js';
import type { WriterRecord } from '../model/records.js';
import { CHECKSUM_LENGTH, scanLine, type Line } from './bytes.js';
import { JOURNAL_VERSION } from './format.js';

export interface Header {
  /** The journal's version. Absent when no header is intact. */
  readonly version?: string;
  /** Absent when nobody knows, or for a version that is not ours. */
  readonly writer?: WriterRecord;
  /** Places of METRICS in the order of the numbers; -1 for a metric that this version does not know. */
  readonly columns: readonly number[];
  readonly unknownMetrics: readonly string[];
}

const NEWLINE = 10;
const NAMES = METRIC_NAMES.join(',');
const OUR_COLUMNS = METRIC_NAMES.map((_, index) => index);

/** @param known what is known of the writer without the journal */
export function readHeader(bytes: Buffer, known: WriterRecord | undefined): Header {
  const line: Line = { to: 0, isIntact: false };
  // Nearly always the first line. A writer whose first write was cut short wrote it again.
  for (let at = bytes.indexOf('H\t'); at >= 0; at = bytes.indexOf('H\t', at + 1)) {
    if (at > 0 && bytes[at - 1] !== NEWLINE) continue;
    scanLine(bytes, at, line);
    if (line.isIntact) return parse(bytes.toString('utf8', at, line.to - CHECKSUM_LENGTH));
  }
  return { ...(known && { writer: known }), columns: namesAreOurs(bytes) ? OUR_COLUMNS : [], unknownMetrics: [] };
}

function parse(text: string): Header {
  const [, version = '', session = '', writer = '', pid, thread, startedAt, rss, names] = text.split('\t');
  if (version !== String(JOURNAL_VERSION) || names === undefined) return { version, columns: [], unknownMetrics: [] };
  const metrics = names.split(',');
  const columns = metrics.map((name) => (METRIC_INDEX as Partial<Record<string, number>>)[name] ?? -1);
  return {
    version,
    writer: {
      session: unescapeText(session),
      writer: unescapeText(writer),
      pid: Number(pid),
      thread: Number(thread),
      startedAt: Number(startedAt),
      rssAtStart: rss === '' ? NaN : Number(rss),
    },
    columns,
    unknownMetrics: metrics.filter((_, index) => columns[index] === -1),
  };
}

/** A damaged first line still says whose numbers follow, when all but one of its letters are there. Else they are absent, rather than wrong. */
function namesAreOurs(bytes: Buffer): boolean {
  const newline = bytes.indexOf(NEWLINE);
  const first = bytes.toString('latin1', 0, newline < 0 ? bytes.length : newline);
  const from = first.indexOf(',') - NAMES.indexOf(',');
  let wrong = 0;
  for (let index = 0; index < NAMES.length; index += 1) if (first[from + index] !== NAMES[index]) wrong += 1;
  return wrong <= 1;
}
