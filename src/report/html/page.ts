/** A session as one HTML file that needs nothing else: facts, totals, pictures, and a table of all items. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StoredSession } from '../../client/rows.js';
import type { ReportInput } from '../gather.js';
import { pageVariables } from '../plot/theme.js';
import { ending } from '../session-facts.js';
import { localTime } from '../../model/instant.js';
import { shortId, tagTexts } from '../words.js';
import { cards } from './cards.js';
import { changesSection } from './changes.js';
import { factsSection } from './facts.js';
import { itemsSection } from './item-table.js';
import { pageItems } from './items.js';
import { markup, jsonIn, Markup } from './markup.js';
import type { PagePicture } from './pictures.js';

const asset = (name: string): string => readFileSync(join(__dirname, 'assets', name), 'utf8');

/** @returns the whole file */
export function renderPage(input: ReportInput, pictures: readonly PagePicture[]): string {
  const { session, comparison, version } = input;
  const [style, script] = [plotColors() + asset('page.css'), asset('page.js')];
  const items = pageItems(input.items);
  const title = `${session.command || 'A session'} · spanmeter`;
  return markup`<!doctype html>
    <html lang="en" data-theme="light">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${policy(style, script)}" />
        <title>${title}</title>
        <style>${new Markup(style)}</style>
      </head>
      <body>
        ${head(session)}
        <main>
          ${cards(input)} ${comparison === undefined ? '' : changesSection(comparison)} ${picturesSection(pictures)} ${itemsSection(items)}
          ${factsSection(input)}
        </main>
        <footer>
          Made by spanmeter ${version}. Times and sizes are those of single readings; a value that could not be had is left out.
        </footer>
        <script type="application/json" id="items">${jsonIn(items)}</script>
        <script>${new Markup(script)}</script>
      </body>
    </html> `.source;
}

/** Nothing but what is in the file may run, style or be loaded. */
function policy(style: string, script: string): string {
  const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; base-uri 'none'; form-action 'none'`;
}

/** The pictures have the colours of the page's theme. */
function plotColors(): string {
  return `:root { ${pageVariables('light')} }\n@media screen { [data-theme='dark'] { ${pageVariables('dark')} } }\n`;
}

function head(session: StoredSession): Markup {
  const { scm, tags, context } = session;
  const source = [scm.branch, scm.revision?.slice(0, 12), scm.dirty === true ? 'with uncommitted changes' : ''].filter(Boolean).join(' · ');
  const chips = [source, context.runtimeDescription ?? '', ...tagTexts(tags)].filter((text) => text !== '');
  return markup`<header>
    <div class="top"><span>spanmeter · session ${shortId(session.id)}</span><button type="button" id="theme">Light or dark</button></div>
    <h1>${session.description || session.command || 'A session'}</h1>
    <p class="when">${[localTime(session.startedAt), ...ending(session)].join(', ')}</p>
    <ul class="chips">
      ${chips.map((text) => markup`<li>${text}</li>`)}
    </ul>
  </header>`;
}

function picturesSection(pictures: readonly PagePicture[]): Markup | string {
  if (pictures.length === 0) return '';
  const figures = pictures.map(
    ({ svg, title, note = '', isWide }) =>
      markup`<figure class="${isWide ? 'wide' : ''}">
        <figcaption>${title}<small>${note}</small></figcaption>
        ${new Markup(svg)}
      </figure>`,
  );
  return markup`<section>
    <h2>Pictures</h2>
    <div class="pictures">${figures}</div>
  </section>`;
}
