/** The page of a session in a real browser: it sorts and filters, hostile titles stay text, and nothing but the file is asked for. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, test } from 'vitest';
import { openStore } from '../dist/store/index.js';
import { gather } from '../dist/report/gather.js';
import { renderPage } from '../dist/report/html/page.js';
import { picturesOf } from '../dist/report/html/pictures.js';
import { reportMarkdown } from '../dist/report/session-markdown.js';
import { chromium, type Opened, type Page } from './helpers/browser.js';
import { MIB, MS, readingRecord, sessionRecord, writeHistory } from './helpers/history.js';
import { temporaryFolder } from './helpers/temporary.js';

const open = chromium();

const HOSTILE = [
  '</script><script>document.title = "owned"</script>',
  '<img src=x onerror="document.title = \'owned\'">',
  '"><svg onload=alert(1)>',
  "' onclick='alert(1)",
  '\u202egnp.exe \u0000 \ud800',
  'x'.repeat(10_000),
  '${1 + 1} {{7*7}} <!-- --> ]]>',
];

interface Made {
  readonly page: string;
  readonly markdown: string;
}

async function made(readings: Parameters<typeof writeHistory>[2], session = sessionRecord('b')): Promise<Made> {
  const file = join(temporaryFolder(), 'history.db');
  const before = sessionRecord('a', { startedAt: session.startedAt - 1e9 });
  await writeHistory(
    file,
    [before, session],
    [...(readings ?? []), readingRecord('a', 1, { name: 'quick', file: 'a.test.ts' }, { cpu_time: MS })],
  );
  const store = await openStore(file);
  const input = await gather(store, (await store.session(session.id))!, '1.2.3');
  await store.close();
  return { page: renderPage(input, await picturesOf(input)), markdown: reportMarkdown(input) };
}

async function shown(page: string, options?: object): Promise<Opened> {
  const file = join(temporaryFolder(), 'report.html');
  writeFileSync(file, page);
  return open(pathToFileURL(file).href, options);
}

const column = (page: Page, nth: number): Promise<string[]> =>
  page.evaluate(
    `[...document.querySelectorAll('#table tbody tr[data-index] td:nth-child(${nth})')].map((cell) => cell.firstChild?.textContent ?? '')`,
  );

const FEW = [
  readingRecord(
    'b',
    1,
    { name: 'quick', file: 'a.test.ts' },
    { wall_time: 5 * MS, cpu_time: 3 * MS, peak_growth: MIB },
    { component: 'shop' },
  ),
  readingRecord('b', 2, { name: 'slow', file: 'b.test.ts', describe: ['orders'] }, { wall_time: 900 * MS, cpu_time: 100 * MS }),
  readingRecord('b', 3, { name: 'broken', file: 'a.test.ts' }, { wall_time: 20 * MS, cpu_time: 20 * MS }, { status: 'failed' }),
  readingRecord('b', 4, { name: 'left out', file: 'a.test.ts' }, {}, { status: 'skipped' }),
  readingRecord('b', 6, { name: 'shaky', file: 'c.test.ts' }, { wall_time: MS, cpu_time: MS }, { status: 'failed' }),
  readingRecord('b', 7, { name: 'shaky', file: 'c.test.ts' }, { wall_time: 2 * MS, cpu_time: 2 * MS }, { retry: 1 }),
  readingRecord('b', 5, { kind: 'file', name: 'a.test.ts', file: 'a.test.ts' }, { wall_time: 50 * MS, cpu_time: 40 * MS }),
];

describe('the table', () => {
  it('sorts by each heading, both ways, with what is absent last', async () => {
    const { page, said } = await shown((await made(FEW)).page);
    expect(await column(page, 1)).toEqual(['orders > slow', 'a.test.ts', 'broken', 'quick', 'shaky', 'shaky', 'left out']);
    await page.click('th[data-column] >> text=wall');
    expect(await column(page, 3)).toEqual(['900.0 ms', '50.0 ms', '20.0 ms', '5.0 ms', '2.0 ms', '1.0 ms', '']);
    await page.click('th[data-column] >> text=wall');
    expect(await column(page, 3)).toEqual(['1.0 ms', '2.0 ms', '5.0 ms', '20.0 ms', '50.0 ms', '900.0 ms', '']);
    expect(await page.evaluate(`document.querySelector('th[aria-sort]').getAttribute('aria-sort')`)).toBe('ascending');
    await page.click('th[data-column] >> text=item');
    expect(await column(page, 1)).toEqual(['a.test.ts', 'broken', 'left out', 'orders > slow', 'quick', 'shaky', 'shaky']);
    expect(said).toEqual([]);
  });

  it('filters by words, kind, status and component', async () => {
    const { page } = await shown((await made(FEW)).page);
    await page.fill('#search', 'b.test ORDERS');
    expect([await column(page, 1), await page.textContent('#count')]).toEqual([['orders > slow'], '1 of 7 items']);
    await page.fill('#search', 'no such thing');
    expect([await column(page, 1), await page.isVisible('#none')]).toEqual([[], true]);
    await page.fill('#search', '');
    await page.selectOption('#filter-status', 'failed');
    expect(await column(page, 1)).toEqual(['broken', 'shaky']);
    await page.selectOption('#filter-status', 'passed');
    expect(await column(page, 1)).toContain('shaky');
    expect(await page.textContent('#table')).toContain('retry 1');
    await page.selectOption('#filter-status', 'any status');
    await page.selectOption('#filter-kind', 'file');
    expect(await column(page, 1)).toEqual(['a.test.ts']);
    await page.selectOption('#filter-kind', 'all kinds');
    await page.selectOption('#filter-component', 'shop');
    expect(await column(page, 1)).toEqual(['quick']);
  });

  it('shows all numbers of a row, by the mouse and by the keyboard', async () => {
    const { page } = await shown((await made(FEW)).page);
    await page.click('tr[data-index="0"]');
    expect(await page.textContent('#detail')).toMatch(/componentshop.*filea\.test\.ts.*wall5\.0 ms.*peak growth1\.0 MiB/);
    await page.press('#dialog', 'Escape');
    expect(await page.isVisible('#dialog')).toBe(false);
    await page.press('tr[data-index="1"]', 'ArrowDown');
    await page.press('tr:focus', 'Enter');
    expect(await page.textContent('#detail-title')).toBe('a.test.ts');
  });

  it('has all of 10,000 items within reach, and few of them in the document', async () => {
    const many = Array.from({ length: 10_000 }, (_, index) => readingRecord('b', index + 1, { name: `item ${index}`, file: `f${index % 300}.test.ts` }, { wall_time: index * 1000, cpu_time: index * 1000, peak_growth: index })); // prettier-ignore
    const { page, said } = await shown((await made(many)).page, { colorScheme: 'dark' });
    expect((await column(page, 1)).slice(0, 2)).toEqual(['item 9999', 'item 9998']);
    expect((await column(page, 1)).length).toBeLessThan(150);
    await page.evaluate(`document.getElementById('scroll').scrollTop = 1e9`);
    await page.waitForSelector('tr[data-index="0"]');
    expect((await column(page, 1)).at(-1)).toBe('item 0');
    await page.emulateMedia({ media: 'print' });
    await page.evaluate(`dispatchEvent(new Event('beforeprint'))`);
    expect(await page.textContent('#cut')).toBe('The first 2000 of 10000 items: the page itself has all.');
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(251, 251, 250)');
    await page.evaluate(`dispatchEvent(new Event('afterprint'))`);
    expect(await page.textContent('#cut')).toBe('');
    await page.emulateMedia({ media: 'screen' });
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).not.toBe('rgb(251, 251, 250)');
    await page.fill('#search', 'item 4711');
    expect(await column(page, 1)).toEqual(['item 4711']);
    expect(said).toEqual([]);
  });
});

describe('whatever is in titles, tags and names', () => {
  const hostile = (): Promise<Made> =>
    made(
      HOSTILE.flatMap((text, index) => [
        readingRecord(
          'b',
          2 * index + 1,
          { name: text, file: text, describe: [text], project: text, variant: text },
          { cpu_time: 900 * MS },
          { component: text },
        ),
        readingRecord('b', 2 * index + 2, { kind: 'span', name: text }, { cpu_time: MS }),
      ]),
      sessionRecord('b', { command: HOSTILE.join(' '), description: HOSTILE[0]!, tags: Object.fromEntries(HOSTILE.map((text) => [text, text])), scm: { branch: HOSTILE[1]!, revision: HOSTILE[2]! }, packages: HOSTILE.map((text) => ({ name: text, version: text })) }), // prettier-ignore
    );

  it.each(['light', 'dark'])('it stays text, nothing else runs, and no request leaves (%s)', async (colorScheme) => {
    const { page, said, requests } = await shown((await hostile()).page, { colorScheme });
    expect(await page.evaluate('document.title')).toContain('</script>');
    expect(await page.evaluate(`document.querySelectorAll('img, script:not([id]), [onclick], [onload], [onerror]').length`)).toBe(1);
    expect(await page.textContent('h1')).toBe(HOSTILE[0]);
    await page.fill('#search', 'onerror');
    await page.click('#table tbody tr[data-index]');
    expect(await page.textContent('#detail-title')).toContain('<img src=x');
    expect(await page.evaluate('document.title')).not.toBe('owned');
    expect(await page.evaluate('document.documentElement.dataset.theme')).toBe(colorScheme);
    await page.evaluate(`document.getElementById('dialog').close()`);
    await page.click('#theme');
    expect(await page.evaluate('document.documentElement.dataset.theme')).not.toBe(colorScheme);
    expect(said).toEqual([]);
    expect(requests).toHaveLength(1);
  });

  it('a script that gets in by some way is refused', async () => {
    const { page } = await made(FEW);
    const { page: window, said } = await shown(
      page.replace('</main>', '<script>document.title = "owned"</script><p style="color:red">x</p></main>'),
    );
    expect(await window.evaluate('document.title')).not.toBe('owned');
    expect(said.filter((line) => line.includes('Content Security Policy'))).toHaveLength(2);
  });

  it('in Markdown too', async () => {
    const { markdown } = await hostile();
    for (const text of ['<script', '<img', '<svg', '\u0000', '\u202e', '`', '@']) expect(markdown).not.toContain(text);
    expect(markdown.length).toBeLessThan(200_000);
  });
});

test('what there is not is said, and nothing is invented', async () => {
  const { page, markdown } = await made([], sessionRecord('b', { command: '' }));
  expect(markdown).toContain('Nothing was measured in this session');
  const { page: window, said } = await shown(page);
  expect(await window.textContent('#none')).toContain('Nothing was measured');
  expect(markdown + (await window.evaluate<string>('document.body.innerText'))).not.toMatch(/NaN|undefined|null|Infinity/);
  expect([await window.isVisible('#none'), said]).toEqual([true, []]);
});

test('the same session gives the same bytes', async () => {
  expect((await made(FEW)).page).toBe((await made(FEW)).page);
});
