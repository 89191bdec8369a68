/** The table of all items, empty: the page's script fills it. */
import { countOf } from '../words.js';
import type { PageItems } from './items.js';
import { Markup, markup } from './markup.js';

export function itemsSection({ columns, rows }: PageItems): Markup {
  const heads = columns.flatMap(({ heading, inTable, unit }, index) =>
    inTable === true
      ? [
          markup`<th
            scope="col"
            data-column="${index}"
            ${unit === undefined ? '' : new Markup('class="number"')}
          >
            <button type="button">${heading}</button>
          </th>`,
        ]
      : [],
  );
  const filter = (key: string, all: string): Markup =>
    markup`<select id="filter-${key}" aria-label="${key}">
      <option>${all}</option>
    </select>`;
  return markup`<section>
    <h2>All items</h2>
    <div class="controls">
      <input type="search" id="search" placeholder="Search names, files, components" aria-label="Search" />
      ${filter('kind', 'all kinds')}${filter('status', 'any status')}${filter('component', 'all components')}<output id="count"
        >${countOf(rows.length, 'item')}</output
      >
    </div>
    <div class="scroll" id="scroll" tabindex="-1">
      <table class="items" id="table">
        <thead>
          <tr>
            ${heads}
          </tr>
        </thead>
        <tbody></tbody>
      </table>
    </div>
    <p class="when" id="cut"></p>
    <p id="none" hidden>${rows.length === 0 ? 'Nothing was measured in this session.' : 'No item fits.'}</p>
    <dialog id="dialog" aria-labelledby="detail-title">
      <h3 id="detail-title"></h3>
      <dl id="detail"></dl>
      <form method="dialog"><button>Close</button></form>
    </dialog>
  </section>`;
}
