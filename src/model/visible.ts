/**
 * Text from outside (titles, commands, paths) made fit for a terminal: nothing in it is obeyed, and its width is known.
 */
import stringWidth from 'fast-string-width';

// Control characters, lone surrogates and line separators; then what is invisible or turns the reading direction round. Joiners stay:
// emoji and several scripts need them.
const HIDDEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/gu;
/** Most text; it needs no closer look. */
const PLAIN = /^[ -~]*$/;
const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A cluster can hold any number of combining marks; this bounds the work for a title of a megabyte. */
const UNITS_A_COLUMN = 8;
const ELLIPSIS = '…';

/** Shows control characters, escapes and direction marks as `\n`, `\x1b`, `\u202e`. */
export function visible(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(HIDDEN, (found) => {
    const code = found.charCodeAt(0);
    return NAMED[found] ?? (code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`);
  });
}

/** Columns that visible text takes. */
export function widthOf(text: string): number {
  return PLAIN.test(text) ? text.length : stringWidth(text);
}

/** @returns visible text of at most `width` columns; what is too much is taken out of the middle, since titles differ at both ends */
export function fit(text: string, width: number): string {
  const most = Math.max(width, 1) * UNITS_A_COLUMN;
  const cut = text.length > most;
  const shown = visible(cut ? text.slice(0, most / 2) : text);
  if (!cut && widthOf(shown) <= width) return shown;
  const room = Math.max(width, 1) - 1;
  const end = cut ? visible(text.slice(-most / 2)) : shown;
  const head = take(clusters(shown), Math.ceil(room / 2));
  const tail = take(clusters(end).reverse(), room - head.width).taken.reverse();
  return `${head.taken.join('')}${ELLIPSIS}${tail.join('')}`;
}

let segmenter: Intl.Segmenter | undefined;

/** What a reader sees as one character, so that an accent or half an emoji is never cut off. */
function clusters(text: string): string[] {
  segmenter ??= new Intl.Segmenter();
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/**
 * Breaks text between words into lines of at most `width` columns, a longer word (a path) wherever the line ends, so that
 * it can still be copied. A number stays with what it counts.
 */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of visible(text).split(/(?<![\d=]) | (?!\p{L})/u)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (widthOf(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    const pieces = widthOf(word) <= width ? [word] : pieceUp(word, width);
    line = pieces.pop()!;
    lines.push(...pieces);
  }
  return [...lines, line];
}

function pieceUp(word: string, width: number): string[] {
  const parts = clusters(word);
  const pieces: string[] = [];
  while (parts.length > 0) {
    // One character may be wider than a line of one column.
    const { length } = take(parts, width).taken;
    pieces.push(parts.splice(0, Math.max(length, 1)).join(''));
  }
  return pieces;
}

function take(parts: readonly string[], room: number): { readonly taken: string[]; readonly width: number } {
  const taken: string[] = [];
  let width = 0;
  for (const part of parts) {
    const size = widthOf(part);
    if (width + size > room) break;
    taken.push(part);
    width += size;
  }
  return { taken, width };
}
