/** A comparison as Markdown: for the comment on a pull request, or a CI job's summary. */
import type { Compared, Comparison, OneSided, Verdict } from '../../analysis/compare/types.js';
import { itemName } from '../items.js';
import { markdownTable, markdownText } from '../markdown.js';
import { comparedTexts, differenceText, formatMean, headline, remarks, sideText } from './words.js';

/** A comment has a limit, and a reader too. */
const MOST_ROWS = 50;
const SIGNS: Readonly<Record<Verdict, string>> = {
  ...{ regressed: '🔴 regressed', suspect: '🟡 suspect', undecided: '🟡 undecided', improved: '🟢 improved' },
  ...{ incomparable: 'incomparable', unchanged: 'unchanged' },
};
const NUMBERS = ['metric', 'A', 'B', 'change', 'ratio', '95 % interval', 'p', ''];

/** @returns text that ends in a newline */
export function comparisonMarkdown(comparison: Comparison, { all }: { readonly all: boolean }): string {
  const { a, b, changes, totals, means, differences, added, gone } = comparison;
  const shown = changes.filter(({ verdict }) => all || verdict !== 'unchanged');
  const more = shown.length - MOST_ROWS;
  const blocks = [
    `### ${markdownText(headline(comparison))}`,
    `A: ${markdownText(sideText(a))}. B: ${markdownText(sideText(b))}.`,
    shown.length === 0
      ? ''
      : markdownTable(
          ['', 'item', ...NUMBERS],
          shown
            .slice(0, MOST_ROWS)
            .map((change) => [SIGNS[change.verdict], markdownText(itemName({ identity: change.item })), ...cells(change)]),
          [3, 4, 5, 6, 7, 8],
        ),
    more > 0 ? `And ${more} more: \`spanmeter compare\` shows all of them.` : '',
    totals.length === 0
      ? ''
      : markdownTable(
          ['', ...['all tests', ...NUMBERS.slice(1)]],
          totals.map((total) => [SIGNS[total.verdict], ...cells(total)]),
          [2, 3, 4, 5, 6, 7],
        ),
    means.length === 0 ? '' : `Geometric mean of the ratios: ${markdownText(means.map(formatMean).join(', '))}.`,
    named('New', added),
    named('Gone', gone),
    differences.length === 0
      ? ''
      : `<details><summary>What differs</summary>\n\n${differences.map((each) => `- ${markdownText(differenceText(each))}`).join('\n')}\n\n</details>`,
    ...remarks(comparison).map((text) => `<sub>${markdownText(text)}</sub>`),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function cells(compared: Compared): string[] {
  const { metric, a, b, change, ratio, interval, p, note } = comparedTexts(compared);
  return [metric, a, b, change, ratio, interval, p, note].map(markdownText);
}

function named(label: string, items: readonly OneSided[]): string {
  if (items.length === 0) return '';
  const names = items.slice(0, MOST_ROWS).map(({ item }) => `- ${markdownText(itemName({ identity: item }))}`);
  const rest = items.length > MOST_ROWS ? [`- and ${items.length - MOST_ROWS} more`] : [];
  return `${label}:\n\n${[...names, ...rest].join('\n')}`;
}
