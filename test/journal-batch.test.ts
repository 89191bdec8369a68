/** A batch gives back what was put into it, and one that was damaged on its way is refused as a whole. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BatchRefused, decodeBatch, encodeBatch, type Batch } from '../dist/journal/batch.js';
import { checksum } from '../dist/collector/fallback-journal.js';
import { METRIC_NAMES } from '../dist/model/metrics.js';
import { KINDS, STATUSES, type ReadingRecord, type Tags } from '../dist/model/records.js';
import { readingRecord, sessionRecord, START, values, writerRecord } from './helpers/records.js';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('a\u0000b', '\ud800 alone \udfff', 'tab\tnewline\nreturn\r', 'back\\slash \\0000', '\u001f', '\u2028', '__proto__', ''),
);
const count = fc.nat(2 ** 31 - 1);
const number = fc.oneof(fc.maxSafeInteger(), fc.nat(1000), fc.constant(NaN));
const tags = fc.dictionary(text, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }).map((each) => JSON.parse(JSON.stringify(each)) as Tags);
const record = fc
  .record({
    writer: fc.oneof(fc.constantFrom('w1', 'w2'), text),
    sequence: count.filter((each) => each > 0),
    parent: count,
    identity: fc.record({
      kind: fc.constantFrom(...KINDS),
      project: text,
      file: text,
      describe: fc.array(text, { maxLength: 3 }),
      name: text,
      variant: text,
      ordinal: count,
    }),
    component: text,
    tags,
    startedAt: fc.maxSafeInteger(),
    status: fc.constantFrom(...STATUSES),
    retry: fc.nat(999_999),
    repeat: fc.nat(999_999),
    overlaps: count,
    shared: fc.boolean(),
    peakIsLowerBound: fc.boolean(),
    values: fc.array(number, { minLength: METRIC_NAMES.length, maxLength: METRIC_NAMES.length }),
  })
  .map((each): ReadingRecord => ({ session: 's', ...each }));
const batch = fc
  .record({ name: text, description: text, tags, records: fc.array(record, { maxLength: 12 }), rssAtStart: number })
  .map(({ name, records, rssAtStart, ...facts }): Batch => {
    // Shared objects, as readers of journals hand them out, go another way than equal ones.
    const [first] = records;
    const twins = first === undefined ? [] : [{ ...first, component: `${first.component}!` }, { ...first }];
    const all = [...records, ...twins].map((each) => ({ ...each, session: name }));
    return {
      session: sessionRecord(name, facts),
      writers: [writerRecord(name, name, { rssAtStart: Math.abs(rssAtStart) })],
      records: byWriter(all),
    };
  });

/** A batch has the records of a writer together. */
function byWriter(records: readonly ReadingRecord[]): ReadingRecord[] {
  const writers = [...new Set(records.map(({ writer }) => writer))];
  return writers.flatMap((writer) => records.filter((each) => each.writer === writer));
}

const SMALL: Batch = {
  session: sessionRecord('s', { finishedAt: START + 5, exitCode: 0 }),
  writers: [writerRecord('s', 'w1')],
  records: [readingRecord('s', 1), readingRecord('s', 2, { tags: { t: 1 } }), readingRecord('s', 1, { writer: 'w2' })],
};

describe('a batch', () => {
  test('gives back what was put into it', () => {
    fc.assert(
      fc.property(batch, (given) => {
        const { session, writers, records } = decodeBatch(encodeBatch(given));
        expect(session).toEqual(given.session);
        expect(writers).toEqual(given.writers);
        expect(records).toEqual(given.records.map(plain));
      }),
      { numRuns: 300 },
    );
  });

  test('keeps negative and absent numbers, and those of an interrupted span', () => {
    const given = [
      readingRecord('s', 1, { values: values({ wall_time: 2 ** 53 - 1, peak_growth: -4096, cpu_time: 0 }) }),
      readingRecord('s', 2, { status: 'interrupted', values: values({ wall_time: 7 }) }),
      readingRecord('s', 3, { status: 'interrupted', values: values({}) }),
      readingRecord('s', 4, { status: 'skipped', parent: 1, values: values({}) }),
    ];
    expect(decodeBatch(encodeBatch({ ...SMALL, records: given })).records).toEqual(given.map(plain));
  });

  test('takes a number that JavaScript cannot hold for absent, and rounds one that is not whole', () => {
    const [record] = decodeBatch(
      encodeBatch({
        ...SMALL,
        records: [readingRecord('s', 1, { values: values({ wall_time: 1e300, cpu_time: Infinity, peak_rss: 1.6 }) })],
      }),
    ).records;
    expect(record).toEqual(plain(readingRecord('s', 1, { values: values({ peak_rss: 2 }) })));
  });

  test('takes a megabyte in one name', () => {
    const name = '\u0000漢'.repeat(2 ** 19);
    const given = [readingRecord('s', 1, { identity: { name, describe: [name] } })];
    expect(decodeBatch(encodeBatch({ ...SMALL, records: given })).records[0]?.identity).toEqual(given[0]!.identity);
  });

  test('of a session that was put before has its id only', () => {
    expect(decodeBatch(encodeBatch({ session: { id: 's' }, writers: [], records: [] })).session).toEqual({ id: 's' });
  });
});

describe('what is refused as a whole', () => {
  test('a batch that ends anywhere', () => {
    const bytes = encodeBatch(SMALL);
    for (let length = 0; length < bytes.length; length += 1) expect(() => decodeBatch(bytes.subarray(0, length))).toThrow(BatchRefused);
  });

  test('a batch of which any byte was changed', () => {
    const bytes = encodeBatch(SMALL);
    for (let at = 0; at < bytes.length; at += 1) {
      const damaged = Buffer.from(bytes);
      damaged[at]! ^= 1;
      expect(() => decodeBatch(damaged), String(at)).toThrow(BatchRefused);
    }
  });

  test('whatever else somebody sends', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(() => decodeBatch(Buffer.from(bytes))).toThrow(BatchRefused);
      }),
    );
    // The checksums are right, and the rest is nonsense.
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), fc.jsonValue(), (lines, head) => {
        const parts = lines.map((line) => sealed(line.replaceAll('\n', ' ')));
        expect(() => decodeBatch(Buffer.concat([sealed(`P\t${JSON.stringify(head)}`), ...parts]))).toThrow(BatchRefused);
      }),
    );
  });

  test.for([
    ['rows that it has not', (head) => ({ ...head, rows: 4 }), 'it says that it has 4 rows, and has 3'],
    ['another version', (head) => ({ ...head, version: 2 }), 'its version is 2'],
    ['another session', (head) => ({ ...head, session: { id: 'other' }, writers: [] }), 'part 1 is of another session'],
    ['a writer of another session', (head) => ({ ...head, writers: [writerRecord('o', 'w')] }), 'a writer is of another session'],
    ['a session without a start', (head) => ({ ...head, session: { id: 's', tags: {} } }), 'session.description is no text'],
    [
      'a fraction of a start',
      (head) => ({ ...head, session: { ...(head['session'] as object), startedAt: 1.5 } }),
      'session.startedAt is no whole',
    ],
    ['parts that overlap', (head) => ({ ...head, parts: [-5] }), 'parts are no lengths'],
  ] satisfies [string, (head: Record<string, unknown>) => unknown, string][])('%s', ([, change, reason]) => {
    expect(() => decodeBatch(withHead(change))).toThrow(reason);
  });

  test.for([
    ['a sequence that no column holds', ['B\t99999999999\t1\t5\t0\t0\t0', 'E\t99999999999\t0\t0\t0'], 'sequence'],
    ['a sequence of 0', ['B\t0\t1\t5\t0\t0\t0', 'E\t0\t0\t0\t0'], 'sequence'],
    ['no sequence', ['B\t\t1\t5\t0\t0\t0', 'E\t\t0\t0\t0'], 'sequence'],
    ['a negative retry', ['B\t9\t1\t5\t-1\t0\t0', 'E\t9\t0\t0\t0'], 'retry'],
    ['a start that is none', ['B\t9\t1\t\t0\t0\t0', 'E\t9\t0\t0\t0'], 'start'],
    ['a number beyond 2^53', ['B\t9\t1\t5\t0\t0\t0', 'E\t9\t0\t0\t0\t99999999999999999'], 'beyond 2^53'],
    ['a status that is none', ['B\t9\t1\t5\t0\t0\t0', 'E\t9\t7\t0\t0'], 'make no sense'],
    ['a minus alone', ['B\t9\t1\t5\t0\t0\t0', 'E\t9\t0\t0\t0\t-'], 'make no sense'],
    ['an item that nobody defined', ['B\t9\t77\t5\t0\t0\t0'], 'make no sense'],
    ['an ordinal that is none', ['B\t9\t2\t5\t0\t0\t0\ttest\tn\t\t1.5\t\t\tf\t\t', 'E\t9\t0\t0\t0'], 'ordinal'],
    ['tags that are no object', ['B\t9\t2\t5\t0\t0\t0\ttest\tn\t\t0\t[1]\t\tf\t\t', 'E\t9\t0\t0\t0'], 'tags that are no object'],
    ['tags that are no JSON', ['B\t9\t2\t5\t0\t0\t0\ttest\tn\t\t0\t{\t\tf\t\t', 'E\t9\t0\t0\t0'], 'no JSON'],
    ['marks that are no JSON', ['M\t1\t0\t\t{'], 'no JSON'],
  ] satisfies [string, string[], string][])('%s', ([, lines, reason]) => {
    const bytes = encodeBatch({ ...SMALL, records: [readingRecord('s', 1)] });
    const more = Buffer.concat(lines.map(sealed));
    const grown = withHead((head) => ({ ...head, parts: [(head['parts'] as number[])[0]! + more.length], rows: 2 }), bytes, more);
    expect(() => decodeBatch(grown)).toThrow(BatchRefused);
    expect(() => decodeBatch(grown)).toThrow(reason);
  });

  test('a metric that only a newer version knows', () => {
    const bytes = encodeBatch({ ...SMALL, records: [readingRecord('s', 1)] });
    const body = bytes.subarray(bytes.indexOf('\n') + 1);
    const header = body.toString('utf8', 0, body.indexOf('\n') - 9);
    const other = Buffer.concat([sealed(header.replace('wall_time', 'wall_tide')), body.subarray(body.indexOf('\n') + 1)]);
    expect(() => decodeBatch(Buffer.concat([bytes.subarray(0, bytes.indexOf('\n') + 1), other]))).toThrow('wall_tide');
  });
});

function plain(record: ReadingRecord): ReadingRecord {
  return { ...record, values: Array.from(record.values, (value) => value + 0) };
}

function sealed(line: string): Buffer {
  return Buffer.from(`${line}\t${checksum(Buffer.from(line))}\n`);
}

function withHead(change: (head: Record<string, unknown>) => unknown, bytes = encodeBatch(SMALL), more = Buffer.alloc(0)): Buffer {
  const end = bytes.indexOf('\n');
  const head = JSON.parse(bytes.toString('utf8', 2, end - 9)) as Record<string, unknown>;
  return Buffer.concat([sealed(`P\t${JSON.stringify(change(head))}`), bytes.subarray(end + 1), more]);
}
