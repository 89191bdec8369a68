/** What changed since the run before, as a section of the page. */
import type { Comparison, Verdict } from '../../analysis/compare/types.js';
import { comparedTexts, differenceText, headline, remarks } from '../compare/words.js';
import { itemName } from '../items.js';
import { markup, type Markup } from './markup.js';

const MOST_ROWS = 15;
const TONES: Readonly<Partial<Record<Verdict, string>>> = { regressed: 'bad', suspect: 'warn', undecided: 'warn', improved: 'good' };

export function changesSection(comparison: Comparison): Markup {
  const shown = comparison.changes.filter(({ verdict }) => verdict !== 'unchanged');
  const rows = shown.slice(0, MOST_ROWS).map(({ item, ...compared }) => {
    const { metric, a, b, change, ratio, note } = comparedTexts(compared);
    const numbers = [a, b, change, ratio].map((text) => markup`<td class="number">${text}</td>`);
    return markup`<tr>
      <td class="${TONES[compared.verdict] ?? ''}">${compared.verdict}</td>
      <td class="name">${itemName({ identity: item })}</td>
      <td>${metric}</td>
      ${numbers}<td>${note}</td>
    </tr>`;
  });
  const heads = ['before', 'now', 'change', 'ratio'].map((text) => markup`<th class="number">${text}</th>`);
  const table = markup`<div class="scroll">
    <table class="plain">
      <thead>
        <tr>
          <th></th>
          <th>item</th>
          <th>metric</th>
          ${heads}
          <th>note</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
  const notes = [...(shown.length > MOST_ROWS ? [`And ${shown.length - MOST_ROWS} more: spanmeter compare`] : []), ...remarks(comparison)];
  const differs = comparison.differences.map(
    (difference, index) => markup`<dt>${index === 0 ? 'differs' : ''}</dt><dd>${differenceText(difference)}</dd>`,
  );
  return markup`<section>
    <h2>Since the run before</h2>
    <p>${headline(comparison)}</p>
    ${rows.length === 0 ? '' : table}
    ${notes.map((text) => markup`<p class="when note">${text}</p>`)}
    ${differs.length === 0 ? '' : markup`<div class="box"><dl>${differs}</dl></div>`}
  </section>`;
}
