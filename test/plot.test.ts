/** Pictures: what they say, that they are whole documents, and that the same data gives the same bytes. */
import { Resvg } from '@resvg/resvg-js';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import type { Metric, Session } from '../dist/client/entities.js';
import { linearAxis, logAxis } from '../dist/report/plot/axis.js';
import { components, history, items, scatter, timeline, type Picture, type PictureOptions } from '../dist/report/plot/index.js';
import { toPng } from '../dist/report/plot/png.js';
import { pageVariables } from '../dist/report/plot/theme.js';
import { MIB, MS } from './helpers/history.js';

const STARTED_AT = Date.UTC(2026, 2, 14, 15, 9, 26) * 1000;
const HOSTILE = '</title></svg><script>alert(1)</script> & "quoted" \u001b[2J\u0000\n\u202e\uffff \ud800';

function metric(sequence: number, more: Partial<Metric> = {}): Metric {
  return {
    ...{ session: 'a', context: '', kind: 'test', writer: 'w1', sequence, project: '', file: 'shop.test.ts', describe: ['shop'] },
    ...{ name: `case ${sequence}`, variant: '', ordinal: 0, component: 'shop', tags: {}, foreign: false, status: 'passed' },
    startedAt: STARTED_AT + sequence * 100_000,
    ...{ wallTime: sequence * 10 * MS, cpuTime: sequence * 5 * MS },
    ...{ rssBefore: 64 * MIB, peakRss: (64 + sequence) * MIB, peakGrowth: sequence * MIB, rssAfter: 66 * MIB },
    ...more,
  };
}

function session(id: string, day: number, packages: Session['packages'] = []): Session {
  const startedAt = STARTED_AT + day * 86_400e6;
  return { id, startedAt, description: '', tags: {}, scm: { revision: `f00d${id}` }, command: 'vitest run', root: '/p', packages };
}

type Draw = (metrics: readonly Metric[], options?: PictureOptions) => Promise<Picture>;
const SESSIONS = [session('b', 1, [{ name: 'vite', version: '7.1.0' }]), session('a', 0, [{ name: 'vite', version: '7.0.0' }])];
const PICTURES: Readonly<Record<string, Draw>> = {
  items,
  components,
  scatter,
  timeline,
  history: (metrics, options) => history(metrics, SESSIONS, options),
};
const SOME = [1, 2, 3, 4].map((sequence) => metric(sequence));

/** The parser of resvg takes well-formed XML only. */
function wellFormed(svg: string): void {
  const [width] = /(?<= width=")\d+/.exec(svg)!;
  expect(new Resvg(svg).width).toBe(Number(width));
}

function textsOf(svg: string, selector = 'text'): string[] {
  // What appears for the mouse stands inside of what is read.
  const read = selector === 'text' ? svg.replaceAll(/(?<=<text[^>]*>[^<]*)<title>[^<]*<\/title>/g, '') : svg;
  const { document } = parseHTML(`<body>${read}</body>`) as unknown as {
    readonly document: { querySelectorAll(selector: string): Iterable<{ readonly textContent: string }> };
  };
  return Array.from(document.querySelectorAll(selector), ({ textContent }) => textContent);
}

describe.each(Object.entries(PICTURES))('%s', (_, draw) => {
  it('is a whole document, the same twice, and says what it is to those who cannot see it', async () => {
    const { svg, title } = await draw(SOME);
    wellFormed(svg);
    expect((await draw(structuredClone(SOME))).svg).toBe(svg);
    expect(svg).toContain('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 860 ');
    expect(svg).toContain(`<title>${title}</title><desc>`);
    expect(textsOf(svg)[0]).toBe(title);
    // What a page with a strict policy refuses, and what would differ from day to day.
    expect(svg).not.toMatch(/<style|<script| style=| id=| class=/);
  });

  it('is drawn in the dark, and in the colours and the width of a page', async () => {
    const dark = await draw(SOME, { theme: 'dark', width: 480 });
    wellFormed(dark.svg);
    expect(dark.svg).toContain('viewBox="0 0 480 ');
    expect(dark.svg).toContain('fill="#16191d"');
    const page = await draw(SOME, { theme: 'page' });
    const used = new Set(page.svg.match(/var\(--plot-\w+\)/g));
    for (const name of used) expect(pageVariables('light')).toContain(`${name.slice('var('.length, -1)}: #`);
    expect(used.size).toBeGreaterThan(2);
    expect(page.svg).not.toMatch(/#[0-9a-f]{6}/);
    // The page has the title.
    expect(textsOf(page.svg)).not.toContain(page.title);
  });

  it('keeps hostile text as text', async () => {
    const hostile = { name: HOSTILE, describe: [HOSTILE], file: HOSTILE, component: HOSTILE, writer: HOSTILE, project: HOSTILE };
    const { svg } = await draw([metric(1, hostile), metric(2, { ...hostile, name: 'x'.repeat(100_000) })]);
    wellFormed(svg);
    expect(svg).not.toContain('<script');
    for (const hidden of ['\u202e', '\u001b']) expect(svg).not.toContain(hidden);
    expect(svg.length).toBeLessThan(40_000);
  });

  it('explains itself where there is nothing to draw', async () => {
    const none = await draw([]);
    wellFormed(none.svg);
    expect(none.note).toBe('There are no items to show.');
    expect(textsOf(none.svg)).toContain(none.note);
    const { wallTime: _, cpuTime: __, ...without } = metric(1);
    const { note, svg } = await draw([without]);
    expect(note).toMatch(/^No item has (?:wall_time|wall_time and cpu_time)\.$/);
    expect(textsOf(svg, 'desc')).toEqual([note]);
  });

  it('takes a single item, without time or memory to speak of', async () => {
    const { svg } = await draw([metric(1, { wallTime: 0, cpuTime: 0, peakGrowth: 0, peakRss: 0, rssBefore: 0, rssAfter: 0 })]);
    wellFormed(svg);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('of many items is no larger than what can be seen', async () => {
    const many = Array.from({ length: 3000 }, (_, index) => metric(index + 1, { writer: `w${index % 3}`, component: `c${index % 4}` }));
    const { svg } = await draw(many);
    expect(svg.length).toBeLessThan(2_000_000);
  });
});

describe('items', () => {
  it('shows the most expensive ones and says what it leaves out', async () => {
    const { svg, note } = await items(Array.from({ length: 40 }, (_, index) => metric(index + 1)));
    const texts = textsOf(svg);
    expect(texts.filter((text) => text.startsWith('shop > case'))).toHaveLength(30);
    expect(texts).toContain('shop > case 40');
    expect(texts).toContain('400.0 ms');
    expect(texts).not.toContain('shop > case 10');
    expect(note).toBe('The 30 items with the largest wall time; 10 more are not shown.');
  });

  it('sorts by the metric that was asked for, and counts those without it', async () => {
    const { svg, note } = await items([metric(1, { minorFaults: 7 }), metric(2, { minorFaults: 90 }), metric(3)], { by: 'minor_faults' });
    expect(textsOf(svg).filter((text) => text.startsWith('shop'))).toEqual(['shop > case 2', 'shop > case 1']);
    expect(textsOf(svg)).toContain('minor faults');
    expect(note).toBe('1 without minor_faults is not shown.');
  });

  it('marks what is shared, or only a lower bound, as tables do', async () => {
    const { svg, note } = await items([metric(1, { shared: true }), metric(2, { peakIsLowerBound: true }), metric(3)]);
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['10.0 ms', '~1.0 MiB', '>=2.0 MiB', '3.0 MiB']));
    expect(note).toMatch(/^~ includes .*\. >= at least .*\.$/);
  });

  it('says in words what did not pass, and keeps whole names for the mouse', async () => {
    const long = `${'very '.repeat(60)}long`;
    const { svg } = await items([metric(1, { status: 'failed' }), metric(2, { name: long, retry: 1 })]);
    expect(textsOf(svg)).toContain('shop > case 1 (failed)');
    expect(textsOf(svg, 'title').some((text) => text.includes(`shop.test.ts > shop > ${long} (retry 1)`))).toBe(true);
  });
});

describe('history', () => {
  const readings = [
    metric(1, { session: 'a' }),
    metric(1, { session: 'a', wallTime: 30 * MS }),
    metric(1, { session: 'b', status: 'failed' }),
  ];

  it('goes from the oldest session to the newest, through the medians', async () => {
    const { svg } = await history(readings, SESSIONS);
    const ticks = textsOf(svg).filter((text) => text.startsWith('2026'));
    expect(ticks).toEqual(['2026-03-14f00da', '2026-03-15f00db']);
    expect(textsOf(svg, 'desc')).toEqual(['3 readings in 2 sessions; the median went from 20.0 ms to 10.0 ms.']);
    expect(textsOf(svg)).toContain('shop.test.ts > shop > case 1');
  });

  it('tells which packages changed, and what failed', async () => {
    const { svg } = await history(readings, SESSIONS);
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['packages changed', 'failed']));
    const hovers = textsOf(svg, 'title');
    expect(hovers.filter((text) => text.includes('vite 7.0.0 -> 7.1.0')).length).toBeGreaterThan(0);
    expect(hovers.some((text) => text.startsWith('10.0 ms\nfailed\n2026-03-15 15:09:26 UTC, session b'))).toBe(true);
  });
});

describe('timeline', () => {
  it('has a row for each worker, and another for what ran at the same time', async () => {
    const span = { wallTime: 500 * MS };
    const { svg } = await timeline([metric(1, span), metric(2, span), metric(3, { ...span, writer: 'w2' })]);
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['worker 1', 'worker 2', 'resident memory of each worker']));
    const tops = new Set(Array.from(svg.matchAll(/<rect [^>]*?y="([\d.]+)"[^>]*><title>/g), ([, y]) => y));
    expect(tops.size).toBe(3);
  });

  it('leaves memory out where none was measured', async () => {
    const { rssBefore: _, peakRss: __, rssAfter: ___, ...without } = metric(1);
    expect(textsOf((await timeline([without])).svg)).not.toContain('resident memory of each worker');
  });

  it('draws many short items as one, and keeps in sight what failed', async () => {
    const long = metric(1, { wallTime: 60_000 * MS, writer: 'other' });
    const short = Array.from({ length: 200 }, (_, index) =>
      metric(index + 2, { startedAt: STARTED_AT + index * 100, wallTime: 0.09 * MS, ...(index === 100 && { status: 'failed' as const }) }),
    );
    const { svg } = await timeline([long, ...short]);
    expect(svg.match(/<rect [^>]*><title>/g)!.length).toBeLessThan(5);
    expect(textsOf(svg, 'title').some((text) => text.includes('case 102') && text.includes('failed'))).toBe(true);
  });
});

it('components are told with how many items, those that take most first', async () => {
  const { svg } = await components([metric(1, { component: '' }), metric(9, { component: 'orders' }), metric(3, { component: 'orders' })]);
  const texts = textsOf(svg);
  expect(texts.filter((text) => ['orders', 'without component'].includes(text))).toEqual(['orders', 'without component']);
  expect(texts).toEqual(expect.arrayContaining(['2 items', '1 item', '10 ms']));
  expect(textsOf(svg, 'title').some((text) => text === 'orders: 2 items\nmedian 60.0 ms')).toBe(true);
});

describe('axes', () => {
  const labels = ({ ticks, format }: ReturnType<typeof linearAxis>): string[] => ticks.map(format);

  it('have ticks at round numbers of one unit', () => {
    expect(labels(linearAxis([3, 421 * MS], 'ns', 5))).toEqual(['0', '100 ms', '200 ms', '300 ms', '400 ms']);
    expect(labels(linearAxis([90 * MIB], 'bytes', 3))).toEqual(['0', '32 MiB', '64 MiB']);
    expect(labels(linearAxis([234_000 * MS], 'ns', 5))).toEqual(['0', '1 min', '2 min', '3 min']);
    expect(labels(linearAxis([-10 * MIB, 20 * MIB], 'bytes', 4))).toEqual(['-8 MiB', '0', '8 MiB', '16 MiB']);
    expect(labels(linearAxis([7], 'count', 5))).toEqual(['0', '2', '4', '6']);
  });

  it('have one beside 0 where there is no room for more', () => {
    expect(labels(linearAxis([421 * MS], 'ns', 1))).toEqual(['0', '400 ms']);
    expect(labels(linearAxis([], 'ns', 1))).toEqual(['0', '1 ns']);
  });

  it('by powers where the values differ much', () => {
    expect(labels(logAxis([2e3, 90 * MS], 'ns', 1000, 9))).toEqual(['1 us', '10 us', '100 us', '1 ms', '10 ms', '100 ms']);
    expect(labels(logAxis([2e3, 90 * MS], 'ns', 1000, 3))).toEqual(['1 us', '100 us', '10 ms']);
    expect(labels(logAxis([5 * MIB], 'bytes', 1024, 9))).toEqual(['1 MiB', '16 MiB']);
  });
});

it('as PNG has its text', async () => {
  const { svg } = await items(SOME);
  const png = await toPng(svg);
  expect(Buffer.from(png.subarray(1, 4)).toString()).toBe('PNG');
  // Without its text it takes far less.
  expect(png.length).toBeGreaterThan(1.2 * (await toPng(svg.replaceAll(/<text[^>]*>[^<]+<\/text>/g, ''))).length);
});
