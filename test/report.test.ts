/** The reports: the summary, and the JSON of every command. */
import stringWidth from 'fast-string-width';
import { describe, expect, it } from 'vitest';
import type { SummaryInput } from '../dist/analysis/summary.js';
import type { KindTotals } from '../dist/client/rows.js';
import { METRIC_NAMES } from '../dist/model/metrics.js';
import { instant, readingJson, summaryJson, toJson } from '../dist/report/json.js';
import { renderSummary } from '../dist/report/summary.js';
import { renderTop } from '../dist/report/top.js';
import { MIB, MS, sessionRecord, storedReading } from './helpers/history.js';

const plain = (columns: number): { columns: number; color: boolean } => ({ columns, color: false });

const heavy = storedReading(
  's',
  1,
  { name: 'parses a file of ten thousand lines', file: 'src/parser/large.test.ts', describe: ['parser', 'large files'] },
  { wall_time: 1300 * MS, cpu_time: 1210 * MS, peak_growth: 38.1 * MIB },
);
const beside = storedReading(
  's',
  2,
  { name: '日本語のテスト名', file: 'test/i18n.test.ts' },
  { wall_time: 800 * MS, cpu_time: 790.4 * MS, peak_growth: 512 * MIB, thread_cpu_time: 700 * MS },
  { overlaps: 2, shared: true },
);
const hostile = storedReading(
  's',
  3,
  { name: '\u001b[2J\u001b]0;title\u0007\nnewline' },
  { wall_time: 5010 * MS, cpu_time: 3 * MS, peak_growth: 0 },
);
const small = storedReading('s', 4, { name: 'adds', variant: '1 + 1', ordinal: 1 }, { wall_time: 0.4 * MS, cpu_time: 0.4 * MS });
const hung = storedReading('s', 5, { name: 'never ends', file: 'test/hang.test.ts' }, {}, { status: 'interrupted' });
const whole = storedReading(
  's',
  6,
  { kind: 'session', name: 'vitest run' },
  { wall_time: 12_400 * MS, children_cpu_time: 44_000 * MS, tree_peak_low: 412 * MIB, tree_peak_high: 1331.2 * MIB },
);

const totals: KindTotals = {
  kind: 'test',
  count: 512,
  passed: 507,
  failed: 2,
  skipped: 2,
  interrupted: 1,
  retried: 3,
  overlapped: 17,
  wallTime: 38_200 * MS,
  cpuTime: 41_000 * MS,
  peakRss: 300 * MIB,
  peakGrowth: 512 * MIB,
};
const full: SummaryInput = {
  session: sessionRecord('3f2a9c1b'),
  totals: [totals],
  topCpu: [heavy, beside, hostile],
  topPeak: [beside, heavy, hostile],
  topWall: [hostile, heavy, beside],
  interrupted: [hung],
  overlapped: 17,
  retried: 3,
  whole,
  location: '/project/.spanmeter/history.db',
  warnings: ['The journal folder vanished during the run; what the workers wrote since then was taken from the temporary folder.'],
};

describe('the summary', () => {
  const text = renderSummary(full, plain(140));

  it('says what the run cost, what stood out and where the data is', () => {
    expect(text).toContain('512: 507 passed, 2 failed, 2 skipped, 1 interrupted; 3 retried');
    expect(text).toContain('wall 12.4 s, cpu 44.0 s (all its processes)');
    expect(text).toContain('>= 412.0 MiB (largest process), <= 1.3 GiB (sum of all seen)');
    expect(text).toMatch(/most cpu {5}src\/parser\/large\.test\.ts > parser.*1\.3 s +1\.2 s +38\.1 MiB/);
    expect(text).toMatch(/most memory {2}test\/i18n\.test\.ts > 日本語のテスト名 .*~512\.0 MiB/);
    expect(text).toMatch(/longest .*newline +5\.0 s/);
    expect(text).toContain('interrupted  test/hang.test.ts > never ends');
    expect(text).toContain('/project/.spanmeter/history.db   spanmeter show 3f2a9c1b');
  });

  it('never shows the memory and process time of overlapping tests as theirs alone', () => {
    for (const line of text.split('\n').filter((each) => each.includes('日本語')))
      expect(line).toMatch(/ 800\.0 ms +~790\.4 ms +~512\.0 MiB/);
    expect(text).toContain('17 tests ran beside others in one process: their cpu and memory are shared with those, not theirs alone');
  });

  it.each([40, 60, 80, 120, 200])('fits %i columns and stays short', (columns) => {
    const lines = renderSummary(full, plain(columns)).split('\n');
    for (const line of lines) expect(stringWidth(line), line).toBeLessThanOrEqual(columns);
    if (columns >= 80) expect(lines.length).toBeLessThanOrEqual(26);
  });

  it('stays short when everything is long and there is much to say', () => {
    const long = {
      ...full,
      interrupted: Array.from({ length: 9 }, () => hung),
      warnings: Array.from({ length: 9 }, () => 'word '.repeat(1e5)),
    };
    const lines = renderSummary(long, plain(80)).split('\n');
    expect(lines.length).toBeLessThanOrEqual(36);
    expect(lines.join('\n')).toContain('and 7 more warnings');
  });

  it('obeys no title', () => {
    expect(text).toContain('\\x1b[2J\\x1b]0;title\\x07\\nnewline');
    // eslint-disable-next-line no-control-regex -- control characters are what this is about
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });

  it('of a command that is no runner shows just that', () => {
    const empty = { ...full, totals: [], topCpu: [], topPeak: [], topWall: [], interrupted: [], overlapped: 0, retried: 0, warnings: [] };
    expect(
      renderSummary(empty, plain(80))
        .split('\n')
        .map((line) => line.trim().split(/ {2,}/)[0]),
    ).toEqual(['spanmeter', 'command', 'memory', 'data', '']);
  });

  it('lists a few tests once, instead of ranking them three times', () => {
    const few = { ...full, totals: [{ ...totals, count: 2 }], topWall: [heavy, small], topCpu: [heavy, small], topPeak: [heavy] };
    const shown = renderSummary(few, plain(140));
    expect(shown.match(/large files/g)).toHaveLength(1);
    expect(shown).toContain('adds [1 + 1] #2');
    expect(shown).not.toContain('most cpu');
  });
});

describe('the table of items', () => {
  it('explains the marks that it uses, and only those', () => {
    const of = (readings: Parameters<typeof renderTop>[1]): string =>
      renderTop(full.session, readings, plain(80), { by: 'cpu_time', quiet: false });
    expect(of([heavy])).not.toMatch(/~|>=/);
    expect(of([beside])).toMatch(/^~ includes what else ran/m);
    expect(of([{ ...heavy, peakIsLowerBound: true }])).toMatch(/>=38\.1 MiB[^]*^>= at least so much/m);
  });

  it('marks no number that is the test’s own', () => {
    const text = renderTop(full.session, [beside], plain(120), { by: 'thread_cpu_time', quiet: true });
    expect(text).toMatch(/ 700\.0 ms +800\.0 ms +~790\.4 ms +~512\.0 MiB/);
  });
});

describe('JSON', () => {
  it('names metrics as the table does and leaves out what is absent', () => {
    const { metrics, ...rest } = JSON.parse(toJson(readingJson(small))) as {
      metrics: Record<string, number>;
      variant: string;
      ordinal: number;
    };
    expect(metrics).toEqual({ wall_time: 0.4 * MS, cpu_time: 0.4 * MS });
    for (const name of Object.keys(metrics)) expect(METRIC_NAMES).toContain(name);
    expect(rest).toMatchObject({ schema: 1, name: 'adds', variant: '1 + 1', ordinal: 1 });
  });

  it('gives instants to the microsecond', () => {
    expect(instant(1_773_500_966_000_042)).toBe('2026-03-14T15:09:26.000042Z');
    expect(instant(999)).toBe('1970-01-01T00:00:00.000999Z');
  });

  it('has the whole summary, with titles as they were', () => {
    const said = JSON.parse(toJson(summaryJson(full))) as { top: Record<string, { name: string }[]>; command: { metrics: unknown } };
    expect(said.top['wall_time']?.[0]?.name).toBe(hostile.identity.name);
    expect(said.command.metrics).toEqual({
      wall_time: 12_400 * MS,
      children_cpu_time: 44_000 * MS,
      tree_peak_low: 412 * MIB,
      tree_peak_high: 1331.2 * MIB,
    });
    expect(JSON.stringify(said)).not.toContain('null');
  });
});
