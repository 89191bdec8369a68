/** Markdown that shows texts as they are, whatever they hold: for comments and summaries that a CI system renders as HTML. */
import { visible } from '../model/visible.js';

/** What Markdown, HTML, or a platform (mentions) could take for more than text. */
const SPECIAL = /[&<>|`*_~[\]#@\\!$]/g;

/** Fits into a table's cell: one line. */
export function markdownText(text: string): string {
  return visible(text).replace(SPECIAL, (character) => `&#${character.charCodeAt(0)};`);
}

/** @param right columns that hold numbers, from 0 */
export function markdownTable(headings: readonly string[], rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = headings.map((_, index) => (right.includes(index) ? '---:' : '---'));
  return [line(headings), line(rule), ...rows.map(line)].join('\n');
}
