/** Text from outside on a terminal: what is hostile is shown and not obeyed, what is wide is counted, what is long is cut. */
import stringWidth from 'fast-string-width';
import { describe, expect, it } from 'vitest';
import { renderTable } from '../dist/report/table.js';
import { describeTerminal } from '../dist/report/terminal.js';
import { fit, visible, wrap } from '../dist/model/visible.js';

const ESCAPE = '\u001b';
const FAMILY = '\u{1f469}\u200d\u{1f469}\u200d\u{1f467}';

describe('visible text', () => {
  it.each([
    [`${ESCAPE}[31mred${ESCAPE}[0m`, '\\x1b[31mred\\x1b[0m'],
    ['two\nlines\r\tand a tab', 'two\\nlines\\r\\tand a tab'],
    ['bell \u0007 nul \u0000 c1 \u009b', 'bell \\x07 nul \\x00 c1 \\x9b'],
    ['abc\u202edcba', 'abc\\u202edcba'],
    ['half \ud83d an emoji', 'half \\ud83d an emoji'],
    ['zero\u200bwidth\u2028line', 'zero\\u200bwidth\\u2028line'],
  ])('shows what a terminal would obey: %j', (text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it.each(['C:\\temp\\x', 'naïve café', '日本語', FAMILY, 'می‌خواهم'])('leaves ordinary text alone: %s', (text) => {
    expect(visible(text)).toBe(text);
  });
});

describe('fitted text', () => {
  const long = 'the first words of a title and its very last words';
  it.each([1, 2, 7, 20, 49])('takes the middle out, to %i columns', (width) => {
    const shown = fit(long, width);
    expect(stringWidth(shown)).toBe(width);
    expect(shown).toContain('…');
    if (width > 6) expect(shown).toMatch(/^the.*rds$/);
  });

  it('leaves alone what fits exactly', () => {
    expect(fit(long, long.length)).toBe(long);
  });

  it.each([
    '日本語のとても長いテスト名がここにある',
    FAMILY.repeat(30),
    `e${'\u0301'.repeat(500)}`.repeat(40),
    '\ud800'.repeat(200),
    ESCAPE.repeat(200),
  ])('is never wider than asked, and cuts no character in two', (text) => {
    for (const width of [1, 5, 6, 24]) expect(stringWidth(fit(text, width))).toBeLessThanOrEqual(width);
    expect(fit(text, 24)).not.toMatch(/^\u200d|\u200d…|…\u200d/);
  });

  it('cuts a title of many megabytes without reading all of it', () => {
    const title = `start ${'x'.repeat(5e7)} end`;
    expect(fit(title, 30)).toBe('start xxxxxxxxx…xxxxxxxxxx end');
  });
});

describe('wrapped text', () => {
  it('breaks between words and keeps numbers with their units', () => {
    expect(wrap('wall 38.2 s, highest rss 412.0 MiB', 30)).toEqual(['wall 38.2 s, highest rss', '412.0 MiB']);
  });

  it('breaks a word that is longer than a line, and loses nothing of it', () => {
    const path = '/folder'.repeat(40);
    const lines = wrap(`a ${path} b`, 30);
    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(30);
    expect(lines.slice(1).join('')).toBe(`${path} b`);
    expect(wrap('日本語', 1)).toEqual(['日', '本', '語']);
  });
});

describe('a table', () => {
  const columns = [
    { heading: 'item', shrinks: true },
    { heading: 'status', expendable: 1 },
    { heading: 'wall', align: 'right' as const },
    { heading: 'peak growth', align: 'right' as const },
  ];
  const rows = [
    ['short', 'passed', '1.2 ms', '-'],
    ['日本語のテスト名 \u{1fae0} がここにある', 'passed', '123.4 ms', '512.0 MiB'],
    [`evil ${ESCAPE}[2J\n title`, 'failed', '~1.0 s', '>=1.0 GiB'],
    ['x'.repeat(1e6), 'interrupted (retry 2)', '-', '-'],
  ];

  it.each([40, 60, 80, 120])('fits into %i columns and keeps its numbers aligned', (width) => {
    const lines = renderTable(columns, rows, { columns: width, color: false }, { notes: false });
    expect(lines).toHaveLength(rows.length + 1);
    // The last column is right-aligned: every line ends at the same place, which is within the terminal.
    expect(new Set(lines.map((line) => stringWidth(line))).size).toBe(1);
    expect(stringWidth(lines[0]!)).toBeLessThanOrEqual(width);
    expect(lines.join('')).not.toContain(ESCAPE);
  });

  it('leaves out what is expendable before names become too short, and never a number', () => {
    expect(renderTable(columns, rows, { columns: 120, color: false })[0]).toContain('status');
    const narrow = renderTable(columns, rows, { columns: 60, color: false });
    expect(narrow[0]).not.toContain('status');
    expect(narrow[2]).toContain('512.0 MiB');
    expect(narrow.at(-1)).toBe('left out, for the terminal is narrow: status');
    expect(renderTable(columns, rows, { columns: 120, color: false }).at(-1)).not.toContain('left out');
  });

  it('writes what leads a text in one way in all rows, and shortens the text first', () => {
    const leads = (file: string): [string, ...string[]] => [`test/deep/${file} > `, `${file} > `, ''];
    const cells = [
      { text: 'adds', leads: leads('a.test.ts') },
      { text: 'adds two very long numbers', leads: leads('b.test.ts') },
      { text: 'no file' },
    ];
    const at = (width: number): string[] =>
      renderTable(
        [{ heading: '', shrinks: true }],
        cells.map((cell) => [cell]),
        { columns: width, color: false },
        { headings: false },
      );
    expect(at(48)).toEqual(['test/deep/a.test.ts > adds', 'test/deep/b.test.ts > adds two very long numbers', 'no file']);
    expect(at(47)).toEqual(['a.test.ts > adds', 'b.test.ts > adds two very long numbers', 'no file']);
    expect(at(30)).toEqual(['a.test.ts > adds', 'b.test.ts > adds two … numbers', 'no file']);
    expect(at(23)).toEqual(['adds', 'adds two ve…ong numbers', 'no file']);
  });

  it('paints text only, so that a line without colour is the same line', () => {
    const painted = renderTable(columns, [[{ text: 'a', paint: 'red' }, 'b', { text: 'c', paint: 'bold' }, 'd']], {
      columns: 80,
      color: true,
    });
    const plain = renderTable(columns, [['a', 'b', 'c', 'd']], { columns: 80, color: false });
    expect(painted.join('')).toContain(`${ESCAPE}[31ma`);
    expect(painted.map((line) => line.replaceAll(new RegExp(`${ESCAPE}\\[\\d+m`, 'g'), ''))).toEqual(plain);
  });
});

describe('the terminal', () => {
  const colourOf = (isTTY: boolean, env: NodeJS.ProcessEnv): boolean => describeTerminal({ isTTY, columns: 100 }, env).color;

  it('has colour when it is one, unless the user says otherwise', () => {
    expect(colourOf(true, {})).toBe(true);
    expect(colourOf(false, {})).toBe(false);
    expect(colourOf(false, { CI: '1' })).toBe(false);
    expect(colourOf(true, { NO_COLOR: '1' })).toBe(false);
    expect(colourOf(true, { NO_COLOR: '' })).toBe(true);
    expect(colourOf(true, { TERM: 'dumb' })).toBe(false);
    expect(colourOf(false, { FORCE_COLOR: '1' })).toBe(true);
    expect(colourOf(true, { FORCE_COLOR: '0' })).toBe(false);
    expect(colourOf(false, { FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(true);
  });

  it('is as wide as it says, as COLUMNS says, or of a usual width', () => {
    expect(describeTerminal({ isTTY: true, columns: 93 }, {}).columns).toBe(93);
    expect(describeTerminal({ isTTY: true, columns: 93 }, { COLUMNS: '70' }).columns).toBe(70);
    expect(describeTerminal({ isTTY: true, columns: 0 }, {}).columns).toBe(120);
    expect(describeTerminal({}, { COLUMNS: 'wide' }).columns).toBe(120);
    expect(describeTerminal({ isTTY: true, columns: 3 }, {}).columns).toBe(40);
  });
});
