/** Sums by kind, and what is known of the session. */
import type { KindTotals, StoredReading, StoredSession } from '../../client/rows.js';
import { sessionFacts } from '../session-facts.js';
import { TOTALS, totalsRows } from '../totals.js';
import { countOf } from '../words.js';
import { Markup, markup } from './markup.js';

interface Facts {
  readonly session: StoredSession;
  readonly totals: readonly KindTotals[];
  readonly whole?: StoredReading;
}

export function factsSection({ session, whole, totals }: Facts): Markup {
  const facts = sessionFacts(session, whole).filter(({ text }) => text !== '');
  const packages = session.packages.map(
    ({ name, version }) =>
      markup`<dt>${name}</dt>
        <dd>${version}</dd>`,
  );
  const rows = totalsRows(totals).map(
    (row) =>
      markup`<tr>
        ${row.map((text, index) => markup`<td${index === 0 ? '' : new Markup(' class="number"')}>${text}</td>`)}
      </tr>`,
  );
  const heads = TOTALS.map(({ heading }, index) => markup`<th${index === 0 ? '' : new Markup(' class="number"')}>${heading}</th>`);
  return markup`<section>
      <h2>By kind</h2>
      <div class="scroll">
        <table class="plain">
          <thead>
            <tr>
              ${heads}
            </tr>
          </thead>
          <tbody>
            ${rows}
          </tbody>
        </table>
      </div>
    </section>
    <section>
      <h2>The session</h2>
      <div class="box">
        <dl>
          ${facts.map(
            ({ label, text }) =>
              markup`<dt>${label}</dt>
                <dd>${text}</dd>`,
          )}
        </dl>
        ${
          packages.length === 0
            ? ''
            : markup`<details>
                <summary>${countOf(packages.length, 'package')}</summary>
                <dl>${packages}</dl>
              </details>`
        }
      </div>
    </section>`;
}
