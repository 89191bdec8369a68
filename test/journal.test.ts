/** The journal: what is written comes back, and damage costs only the lines that it hit. */
import { appendFileSync, existsSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { collector } from '../dist/collector/index.js';
import { METRIC_INDEX } from '../dist/model/metrics.js';
import type { ReadingRecord } from '../dist/model/records.js';
import type { HandOver } from '../dist/recorder/index.js';
import { Recorder } from '../dist/recorder/index.js';
import { JournalReader } from '../dist/journal/reader.js';
import { listJournals } from '../dist/session/place.js';
import { temporaryFolder } from './helpers/temporary.js';

const HOSTILE = [
  '',
  'a\tb\nc\r\0',
  '\ud800 alone \udc00',
  '\\u0000 \\\\',
  '\u001f\u2028\u{1f600}',
  'x'.repeat(1_000_000),
  '"quotes" \'and\' `ticks`',
  '\x1b[31mred',
];

let handOver: HandOver;
let recorder: Recorder;

beforeEach(() => {
  const root = temporaryFolder();
  const [folder, spare] = [join(root, 'journal'), join(root, 'spare')];
  for (const each of [folder, spare]) mkdirSync(each);
  const options = { scopes: ['test', 'file'], probes: 'full', gc: false, peak: 'reset' } as const;
  handOver = { id: 'a'.repeat(32), folder, spare, root, options, given: {} };
  recorder = new Recorder(collector());
  recorder.join(handOver);
});

function journal(folder = handOver.folder): string {
  const [path, ...others] = listJournals(folder);
  expect(others).toEqual([]);
  return path as string;
}

function read(path = journal()): { records: ReadingRecord[]; torn: number; reader: JournalReader } {
  return recordsOf(new JournalReader(readFileSync(path)));
}

function recordsOf(reader: JournalReader): { records: ReadingRecord[]; torn: number; reader: JournalReader } {
  return { records: [...reader.records()], torn: reader.torn, reader };
}

function measure(name: string): void {
  recorder.close(recorder.open({ kind: 'test', name, file: 'a.test.ts' }), 'passed');
}

describe('what is written comes back', () => {
  it('what stands for all of the process counts nowhere as running beside, nor as containing', () => {
    const whole = recorder.open({ kind: 'file', name: 'all' }, { parent: null, whole: true });
    measure('inside, by order');
    recorder.close(recorder.open({ kind: 'test', name: 'outside' }, { parent: null }), 'passed');
    recorder.close(whole, 'passed');
    const { records, torn } = read();
    expect(torn).toBe(0);
    expect(records.map(({ status, overlaps }) => [status, overlaps])).toEqual(Array(3).fill(['passed', 0]));
  });

  it('the reading, number by number', () => {
    const open = recorder.open(
      { kind: 'test', name: 'n', file: join(handOver.root, 'src/a.test.ts'), describe: ['d', 'e'] },
      { retry: 2, repeat: 1 },
    );
    const reading = recorder.read(open, 'failed');
    const { records, torn, reader } = read();
    expect(torn).toBe(0);
    expect(reader.writer).toMatchObject({ session: handOver.id, pid: process.pid });
    expect(records).toHaveLength(1);
    const [record] = records as [ReadingRecord];
    expect(record).toMatchObject({
      sequence: 1,
      parent: 0,
      status: 'failed',
      retry: 2,
      repeat: 1,
      overlaps: 0,
      startedAt: reading.startedAt,
    });
    expect(record.identity).toEqual({
      kind: 'test',
      project: '',
      file: 'src/a.test.ts',
      describe: ['d', 'e'],
      name: 'n',
      variant: '',
      ordinal: 0,
    });
    expect(record.values[METRIC_INDEX.wall_time]).toBe(reading.wallTime);
    expect(record.values[METRIC_INDEX.heap_after]).toBe(reading.heapAfter);
    expect(record.values[METRIC_INDEX.gc_count]).toBeNaN();
  });

  it.each(HOSTILE.map((text, index) => [index, text] as const))('hostile text %i, in every field', (_, text) => {
    const item = {
      kind: 'test',
      name: text,
      project: text,
      file: text,
      describe: [text, '', text],
      variant: text,
      component: text,
      tags: { [text]: text },
    } as const;
    recorder.note(item, 'skipped');
    const { records, torn } = read();
    expect(torn).toBe(0);
    const { identity, component, tags } = records[0] as ReadingRecord;
    expect(identity).toEqual({
      kind: 'test',
      name: text,
      project: text,
      file: text,
      describe: [text, '', text],
      variant: text,
      ordinal: 0,
    });
    expect([component, tags]).toEqual([text, { [text]: text }]);
  });

  it('an empty describe path is not one empty title', () => {
    recorder.note({ kind: 'test', name: 'a', describe: [] }, 'skipped');
    recorder.note({ kind: 'test', name: 'a', describe: [''] }, 'skipped');
    expect(read().records.map(({ identity }) => identity.describe)).toEqual([[], ['']]);
  });

  it('a changed status, the parent, and what never ended', () => {
    const file = recorder.open({ kind: 'file', name: 'a.test.ts' });
    const test = recorder.open({ kind: 'test', name: 'fails later' }, { parent: file });
    recorder.close(test, 'passed');
    recorder.amend(test, 'failed');
    recorder.open({ kind: 'test', name: 'never ends' }, { parent: file });
    const { records } = read();
    expect(records.map(({ identity, status, parent }) => [identity.name, status, parent])).toEqual([
      ['fails later', 'failed', 1],
      ['a.test.ts', 'interrupted', 0],
      ['never ends', 'interrupted', 1],
    ]);
    expect(Array.from(records[1]?.values ?? []).every(Number.isNaN)).toBe(true);
  });

  it('components are forced or prefixed', () => {
    const componentOf = (options: object): string | undefined => {
      const other = new Recorder(collector());
      const folder = temporaryFolder();
      other.join({ ...handOver, folder, options: { ...handOver.options, ...options } });
      other.note({ kind: 'test', name: 'a', component: 'own' }, 'skipped');
      return read(journal(folder)).records[0]?.component;
    };
    expect(componentOf({})).toBe('own');
    expect(componentOf({ component: 'forced' })).toBe('forced');
    expect(componentOf({ componentPrefix: 'pre' })).toBe('pre.own');
  });
});

describe('damage', () => {
  it('at every length of a torn journal, finished spans before the tear are kept', () => {
    for (const name of ['a', 'b', 'c']) measure(name);
    const whole = readFileSync(journal());
    const complete = read().records.length;
    const copy = join(handOver.spare, 'copy.journal');
    let before = 0;
    for (let length = 0; length <= whole.length; length += 1) {
      writeFileSync(copy, whole.subarray(0, length));
      const { records, torn } = read(copy);
      const finished = records.filter(({ status }) => status === 'passed').length;
      expect(finished).toBeGreaterThanOrEqual(before);
      expect(torn).toBeLessThanOrEqual(1);
      before = finished;
    }
    expect(before).toBe(complete);
  });

  it('a flipped bit anywhere loses at most the line that it hit, and what hung on that line', () => {
    for (let index = 0; index < 20; index += 1) measure(`test ${index}`);
    const whole = readFileSync(journal());
    const { records: all, reader } = read();
    const numbers = new Map(all.map(({ identity, values }) => [identity.name, values]));
    const absent = Array.from(all[0]!.values, () => NaN);
    const header = whole.indexOf(10);
    const places = [...Array(header).keys(), ...Array.from({ length: (whole.length - header) / 7 }, (_, index) => header + index * 7)];
    for (const at of places) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] as number) ^ (1 << (at % 7));
      const { records, torn } = recordsOf(new JournalReader(damaged, reader.writer));
      expect(torn).toBeGreaterThan(0);
      // A lost item line takes the begin and end lines with it, a lost newline two lines.
      const passed = records.filter(({ status }) => status === 'passed');
      expect(passed.length).toBeGreaterThanOrEqual(18);
      // Where a damaged header no longer says which numbers they are, there are none.
      for (const { identity, values } of passed)
        expect([numbers.get(identity.name), at < header ? absent : undefined]).toContainEqual(values);
    }
  });

  it('a header that was cut short and written again', () => {
    measure('a');
    const whole = readFileSync(journal());
    const header = whole.indexOf(10);
    for (const length of [1, header >> 1, header]) {
      const again = Buffer.concat([whole.subarray(0, length), Buffer.from('\n'), whole.subarray(length === header ? header + 1 : 0)]);
      const { records, reader } = recordsOf(new JournalReader(again));
      expect(reader.writer).toEqual(read().reader.writer);
      expect(records).toEqual(read().records);
    }
  });

  it('numbers without their names are absent; without a writer there is nothing', () => {
    measure('a');
    const whole = readFileSync(journal());
    const rest = whole.subarray(whole.indexOf(10) + 1);
    const { records } = recordsOf(new JournalReader(rest, read().reader.writer));
    expect(records.map(({ identity, status }) => [identity.name, status])).toEqual([['a', 'passed']]);
    expect(Array.from(records[0]!.values).every(Number.isNaN)).toBe(true);
    expect(recordsOf(new JournalReader(rest)).records).toEqual([]);
  });

  it('a file of noise, an empty file', () => {
    const noise = join(handOver.spare, 'noise.journal');
    writeFileSync(noise, Buffer.from(Array.from({ length: 50_000 }, (_, index) => (index * 7919) % 256)));
    expect(read(noise).records).toEqual([]);
    expect(read(noise).reader.writer).toBeUndefined();
    truncateSync(noise, 0);
    expect(read(noise).reader.writer).toBeUndefined();
  });

  it('an end without its begin is counted, not made up', () => {
    measure('a');
    const lines = readFileSync(journal(), 'latin1').split('\n');
    const copy = join(handOver.spare, 'copy.journal');
    writeFileSync(copy, lines.filter((line) => !line.startsWith('B')).join('\n'), 'latin1');
    const { records, torn } = read(copy);
    expect([records.length, torn]).toEqual([0, 1]);
  });
});

describe('trouble while writing', () => {
  it('a deleted journal goes on in the spare folder, with all that was written', () => {
    measure('before');
    rmSync(handOver.folder, { recursive: true });
    measure('during');
    measure('after');
    expect(existsSync(handOver.folder)).toBe(false);
    expect(read(journal(handOver.spare)).records.map(({ identity }) => identity.name)).toEqual(['before', 'during', 'after']);
  });

  it('a folder that never was: the spare one from the start', () => {
    const other = new Recorder(collector());
    other.join({ ...handOver, folder: join(handOver.root, 'nowhere') });
    other.note({ kind: 'test', name: 'a' }, 'skipped');
    expect(read(journal(handOver.spare)).records).toHaveLength(1);
  });

  it('a journal that was moved away is followed', () => {
    measure('before');
    const moved = join(handOver.spare, 'moved.txt');
    renameSync(journal(), moved);
    measure('after');
    expect(readFileSync(moved, 'utf8')).toContain('after');
  });

  it("somebody's half line does not spoil the next one", () => {
    measure('before');
    appendFileSync(journal(), 'B\t99\thalf a li\n');
    measure('after');
    const { records, torn } = read();
    expect(records.map(({ identity }) => identity.name)).toEqual(['before', 'after']);
    expect(torn).toBe(1);
  });
});
