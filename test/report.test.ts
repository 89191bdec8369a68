/** The reports: the summary, and the JSON of every command. */
import stringWidth from 'fast-string-width';
import { describe, expect, it } from 'vitest';
import type { SummaryInput } from '../dist/analysis/summary.js';
import type { KindTotals, SessionSummary, StoredReading } from '../dist/client/rows.js';
import { METRIC_NAMES, type MetricName } from '../dist/model/metrics.js';
import { instant } from '../dist/model/instant.js';
import { readingJson, sessionJson, summaryJson, toJson } from '../dist/report/json.js';
import { renderSessions } from '../dist/report/sessions.js';
import { renderShow, type ShownSession } from '../dist/report/show.js';
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

const bench = storedReading(
  's',
  7,
  { kind: 'bench', name: 'parses', file: 'test/parse.bench.ts' },
  { iterations: 2000, iteration_mean: 1500, iteration_p50: 1400, iteration_p99: 0, cpu_time: 4 * MS, peak_growth: 2 * MIB, gc_time: 200 },
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
  shared: 20,
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
  interruptedCount: 1,
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
    expect(text).toContain('wall 12.4 s, cpu 44.0 s (of processes waited for)');
    expect(text).toContain('>= 412.0 MiB (largest process), about <= 1.3 GiB (all seen)');
    expect(text).toMatch(/most cpu {5}src\/parser\/large\.test\.ts > parser.*1\.3 s +1\.2 s +38\.1 MiB/);
    expect(text).toMatch(/most memory {2}test\/i18n\.test\.ts > 日本語のテスト名 .*~512\.0 MiB/);
    expect(text).toMatch(/longest .*newline +5\.0 s/);
    expect(text).toContain('interrupted  test/hang.test.ts > never ends');
    expect(text).toContain('/project/.spanmeter/history.db\n  more         npx spanmeter show 3f2a9c1b');
  });

  it('never shows the memory and process time of overlapping tests as theirs alone', () => {
    for (const line of text.split('\n').filter((each) => each.includes('日本語')))
      expect(line).toMatch(/ 800\.0 ms +~790\.4 ms +~512\.0 MiB/);
    expect(text).toContain('20 tests ran beside others in one process or its threads: their cpu and memory are shared with');
  });

  it('says how a run failed that has no failed test', () => {
    const ended = (exitCode?: number): string =>
      renderSummary({ ...full, session: { ...full.session, ...(exitCode !== undefined && { exitCode }) } }, plain(100));
    expect(ended(6)).toMatch(/^ {2}exit code +6$/m);
    expect(ended(0) + ended()).not.toContain('exit code');
  });

  it('tells the attempts of a test apart', () => {
    const again = { ...heavy, sequence: 20, retry: 1 };
    const text = renderSummary({ ...full, topCpu: [heavy, again], interrupted: [{ ...hung, repeat: 2 }] }, plain(140));
    expect(text).toMatch(/ten thousand lines {2,}1\.3 s/);
    expect(text).toMatch(/ten thousand lines \(retry 1\) +1\.3 s/);
    expect(text).toContain('never ends (repeat 2)');
  });

  it('ranks no growth that is within the precision of the platform', () => {
    const by = (peakBound: number): string => renderSummary({ ...full, topPeak: [beside, heavy, noise], peakBound }, plain(140));
    const noise = storedReading('s', 8, { name: 'is empty' }, { peak_growth: 128 * 1024 });
    expect(by(NaN)).toContain('is empty');
    expect(by(496 * 1024)).not.toContain('is empty');
    expect(by(512 * MIB)).not.toContain('most memory');
    const said = summaryJson({ ...full, topPeak: [beside, noise], peakBound: 496 * 1024 }) as { top: { peak_growth: unknown[] } };
    expect(said.top.peak_growth).toHaveLength(1);
  });

  it('names the project of an item where there are several', () => {
    const of = (project: string): StoredReading => ({ ...heavy, identity: { ...heavy.identity, project } });
    const several = { ...full, topCpu: [of('one'), of('two')], interrupted: [of('one')], withProject: true };
    const said = renderSummary(several, plain(140));
    expect(said).toMatch(/most cpu {5}\[one\] src\/parser\/large\.test\.ts > parser/);
    expect(said).toContain('[two] src/parser/large.test.ts > parser');
    expect(said).toContain('interrupted  [one] src/parser/large.test.ts > parser');
    expect(renderSummary({ ...several, withProject: false }, plain(140))).not.toContain('[one]');
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
    expect(lines.length).toBeLessThanOrEqual(37);
    expect(lines.join('\n')).toContain('and 7 more warnings');
  });

  it('obeys no title', () => {
    expect(text).toContain('\\x1b[2J\\x1b]0;title\\x07\\nnewline');
    // eslint-disable-next-line no-control-regex -- control characters are what this is about
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });

  it('of a command that is no runner shows just that', () => {
    const nothing = { totals: [], topCpu: [], topPeak: [], topWall: [], interrupted: [], interruptedCount: 0, warnings: [] };
    const empty = { ...full, ...nothing, overlapped: 0, retried: 0 };
    expect(
      renderSummary(empty, plain(80))
        .split('\n')
        .map((line) => line.trim().split(/ {2,}/)[0]),
    ).toEqual(['spanmeter', 'command', 'memory', 'data', 'more', '']);
  });

  it('lists a few tests once, instead of ranking them three times', () => {
    const few = { ...full, totals: [{ ...totals, count: 2 }], topWall: [heavy, small], topCpu: [heavy, small], topPeak: [heavy] };
    const shown = renderSummary(few, plain(140));
    expect(shown.match(/large files/g)).toHaveLength(1);
    expect(shown).toContain('adds [1 + 1] #2');
    expect(shown).not.toContain('most cpu');
  });
});

describe('benchmarks', () => {
  const only = { ...full, totals: [{ ...totals, kind: 'bench' }], slowestBenches: [bench], topWall: [bench] };

  it('are shown by their harness’s numbers and what one iteration cost', () => {
    const text = renderSummary(only, plain(140));
    expect(text).toMatch(/iterations +mean +p50 +p99 +cpu\/iter +growth\/iter +gc\/iter/);
    expect(text).toMatch(/parses +passed +2000 +1\.5 us +1\.4 us +<1 ns +2\.0 us +1\.0 KiB +<1 ns/);
    expect(text).not.toContain('most cpu');
  });

  it.each([40, 60, 80, 120])('fit %i columns', (columns) => {
    for (const line of renderSummary(only, plain(columns)).split('\n')) expect(stringWidth(line), line).toBeLessThanOrEqual(columns);
  });

  it('have a table of their own beside tests, but not in a ranking', () => {
    const shown = {
      session: full.session,
      totals: [totals],
      items: [bench, heavy],
      more: 0,
      filter: '',
      withProject: false,
      interrupted: [],
    };
    expect(renderShow(shown, plain(140), { quiet: true })).toMatch(
      /wall +cpu +peak growth\n.*large files[^]*\n\nitem.*iterations[^]*parses/,
    );
    const ranked = renderTop(full.session, [heavy, bench], plain(140), { by: 'cpu_time', quiet: true });
    expect(ranked.split('\n')).toHaveLength(4);
    expect(ranked).not.toContain('iterations');
  });

  it('say in JSON what one iteration cost; tests do not', () => {
    expect(readingJson(bench)['per_iteration']).toEqual({ cpu_time: 2000, peak_growth: (2 * MIB) / 2000, gc_time: 0.1 });
    expect(readingJson(heavy)).not.toHaveProperty('per_iteration');
    expect(JSON.parse(toJson(summaryJson(only)))).toMatchObject({ benches: [{ name: 'parses' }] });
  });
});

describe('one session', () => {
  const shown: ShownSession = {
    ...{ session: full.session, totals: [totals], items: [heavy, small], more: 0, filter: '', withProject: false, interrupted: [] },
    whole,
  };
  const show = (changes: Partial<ShownSession>, columns = 120): string =>
    renderShow({ ...shown, ...changes }, plain(columns), { quiet: false });

  it('says how many items there are besides, or that none fits', () => {
    expect(show({})).not.toMatch(/There (?:is|are)/);
    expect(show({ more: 1 })).toContain('\n\nThere is 1 more: --all');
    expect(show({ more: 57 })).toContain('\n\nThere are 57 more: --all');
    expect(show({ items: [], filter: "--kind bench --search 'a b'" })).toMatch(/\n\nNo item fits --kind bench --search 'a b'\.\n$/);
    expect(show({ items: [] })).not.toContain('No item');
  });

  it('tells the runs of one test apart', () => {
    const again = (sequence: number, numbers: Parameters<typeof storedReading>[4]): StoredReading =>
      storedReading('s', sequence, { name: 'again' }, { wall_time: MS }, numbers);
    const items = [again(10, {}), again(11, { repeat: 1 }), again(12, { retry: 1 }), again(13, { repeat: 2, retry: 1 })];
    const rows = show({ items }).match(/^again {2}.*/gm)!;
    expect(rows.map((row) => /^again +(passed(?: \(.*\))?) {2}/.exec(row)?.[1])).toEqual([
      'passed',
      'passed (repeat 1)',
      'passed (retry 1)',
      'passed (repeat 2, retry 1)',
    ]);
  });

  it('keeps the status longest, and names the kind only where there are several', () => {
    const span = storedReading('s', 9, { kind: 'span', name: 'reads' }, { wall_time: MS, cpu_time: MS, peak_growth: MIB });
    expect(show({})).toMatch(/^item +status +wall/m);
    expect(show({ items: [heavy, span] })).toMatch(/^kind +item +status +wall/m);
    expect(show({ items: [heavy, span] }, 62)).toMatch(/^item +status +wall +cpu +peak growth$/m);
    expect(show({ items: [heavy, span] }, 55)).toMatch(/^item +status +cpu +peak growth$/m);
  });

  it('of pytest-monitor is shown without what that does not keep', () => {
    const { finishedAt: _, ...rest } = full.session;
    const foreign = { ...heavy, foreign: true };
    const unknown = { passed: NaN, failed: NaN, skipped: NaN, interrupted: NaN };
    const { whole: _whole, ...parts } = shown;
    const session = { ...rest, foreign: true } as const;
    const text = renderShow({ ...parts, session, totals: [{ ...totals, ...unknown }], items: [foreign] }, plain(140), { quiet: false });
    expect(text).not.toMatch(/status|not finished|killed|NaN|\bpassed\b(?! +failed)/);
    expect(text).toMatch(/^test +512 +- +- +- +- +38\.2 s/m);
    expect(text).toMatch(/^started +[-\d]+ [:\d]+$/m);
    const {
      session: saidSession,
      items,
      totals: saidTotals,
    } = JSON.parse(toJson(sessionJson(session, { items: [foreign], totals: [{ ...totals, ...unknown }] }))) as Record<string, unknown>;
    expect(saidSession).toMatchObject({ foreign: true });
    expect(saidSession).not.toHaveProperty('finished_at');
    for (const name of ['status', 'retry', 'shared']) expect((items as object[])[0]).not.toHaveProperty(name);
    for (const name of Object.keys(unknown)) expect((saidTotals as object[])[0]).not.toHaveProperty(name);
    const { failed, skipped, interrupted } = unknown;
    const summary: SessionSummary = { ...session, tests: 4, failed, skipped, interrupted };
    expect(renderSessions([summary], plain(140), 1)).toMatch(/ - +4 +- /);
    expect(renderSummary({ ...full, session, totals: [{ ...totals, ...unknown }] }, plain(140))).toMatch(/^ {2}tests +512; 3 retried$/m);
  });
});

describe('what is not known', () => {
  const METRIC_SETS = [
    ...METRIC_NAMES.flatMap((name) => [[name], METRIC_NAMES.filter((other) => other !== name)]),
    [],
    ['children_cpu_time', 'tree_peak_high'],
  ] as MetricName[][];
  const unfinished = sessionRecord('s');
  delete (unfinished as { finishedAt?: number }).finishedAt;

  it.each(METRIC_SETS.map((names) => [names.join() || 'nothing', names] as const))(
    'is printed nowhere when all there is is %s',
    (_, names) => {
      const metrics = Object.fromEntries(names.map((name) => [name, 5]));
      const item = storedReading('s', 1, { name: 'a', file: 'a.test.ts' }, metrics, { status: 'interrupted' });
      const command = storedReading('s', 2, { kind: 'session', name: 'command' }, metrics, { status: 'interrupted' });
      const none = { ...totals, wallTime: NaN, cpuTime: NaN, peakRss: NaN, peakGrowth: NaN };
      for (const columns of [40, 80, 140]) {
        const items = [item, command];
        const shown = { items, more: 0, filter: '', withProject: false, interrupted: [item], whole: command };
        const few = { ...full, topCpu: items, topPeak: items, topWall: items, interrupted: [item], whole: command };
        const texts = [
          renderShow({ ...shown, session: unfinished, totals: [none] }, plain(columns), { quiet: false }),
          renderSummary({ ...few, session: unfinished, totals: [none] }, plain(columns)),
          renderSummary({ ...few, session: unfinished, totals: [{ ...none, count: 1 }], topWall: [item] }, plain(columns)),
          ...METRIC_NAMES.map((by) => renderTop(unfinished, items, plain(columns), { by, quiet: false })),
        ];
        for (const text of texts) expect(text).not.toMatch(/NaN|undefined|null|Infinity/);
      }
    },
  );
});

describe('the list of sessions', () => {
  const summary: SessionSummary = { ...full.session, tests: 1, failed: 0, skipped: 0, interrupted: 0 };
  it('says when there are more', () => {
    expect(renderSessions([summary], plain(80), 57)).toMatch(/\n\nthe newest 1 of 57; --limit shows more\n$/);
    expect(renderSessions([summary], plain(80), 1)).not.toContain('newest');
  });
});

function shownOf(items: readonly StoredReading[]): ShownSession {
  return { session: full.session, totals: [totals], items, more: 0, filter: '', withProject: false, interrupted: [] };
}

describe('the exit codes in the list of sessions', () => {
  const summary: SessionSummary = { ...full.session, tests: 0, failed: 0, skipped: 0, interrupted: 0 };
  it('are shown where one is not 0', () => {
    const list = (...codes: number[]): string =>
      renderSessions(
        codes.map((exitCode) => ({ ...summary, exitCode })),
        plain(120),
        1,
      );
    expect(list(0, 0)).not.toContain('exit');
    expect(list(0, 3)).toMatch(/failed +exit +revision[^]* - +0 [^]* - +3 /);
  });
});

describe('the table of items', () => {
  it('says once which folder or file all items are in, where names have no room for it', () => {
    const of = (...files: string[]): StoredReading[] =>
      files.map((file, index) => storedReading('s', index + 1, { name: `sorts ${'words '.repeat(8)}`, file }, { wall_time: MS }));
    const both = (readings: StoredReading[], columns: number): string[] => {
      const input = { ...full, topCpu: readings, topPeak: [], topWall: [] };
      return [
        renderTop(full.session, readings, plain(columns), { by: 'cpu_time', quiet: true }),
        renderShow(shownOf(readings), plain(columns), { quiet: true }),
        renderSummary(input, plain(columns)),
      ];
    };
    for (const text of both(of('bench/deep/a.bench.ts', 'bench/b.bench.ts'), 200)) expect(text).not.toContain('in bench/');
    for (const text of both(of('bench/deep/a.bench.ts', 'bench/b.bench.ts'), 90)) {
      expect(text.match(/in bench\/ /g)).toHaveLength(1);
      expect(text).toMatch(/ …\/a\.bench\.ts > sorts|^…\/a\.bench\.ts > sorts/m);
      expect(text).toMatch(/(?: |^)b\.bench\.ts > sorts/m);
    }
    for (const text of both(of('bench/a.bench.ts', 'bench/a.bench.ts'), 80)) expect(text.match(/in bench\/a\.bench\.ts/g)).toHaveLength(1);
    for (const text of both(of('bench/a.bench.ts', 'test/b.test.ts'), 90)) expect(text).toContain('…/a.bench.ts > sorts');
  });

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

  it('leaves out empty texts, which mean that there is none', () => {
    const bare = storedReading('s', 1, { name: '' });
    for (const name of ['project', 'file', 'variant', 'component']) expect(readingJson(bare)).not.toHaveProperty(name);
    expect(readingJson(bare)).toMatchObject({ name: '', describe: [], tags: {}, ordinal: 0 });
    const session = sessionRecord('s', { command: '', root: '' });
    for (const name of ['description', 'command', 'root']) expect(sessionJson(session, {})['session']).not.toHaveProperty(name);
  });

  it('has several versions of one package, as the members of a workspace may have them', () => {
    const packages = ['3.25.1', '4.1.0'].map((version) => ({ name: 'zod', version }));
    expect(sessionJson(sessionRecord('s', { packages }), {})['session']).toMatchObject({ packages: { zod: '3.25.1, 4.1.0' } });
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
