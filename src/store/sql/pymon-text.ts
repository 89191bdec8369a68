/** Texts as pytest-monitor's views show them, and how to find them. */
import type { Dialect } from './port.js';

/** Undoes what the stored form does to a backslash; control characters stay visible as a backslash and four hex digits. */
export function shown(stored: string): string {
  return stored.includes('\\') ? stored.replaceAll('\\\\', '\\') : stored;
}

export function shownSql(column: string): string {
  return `replace(${column}, '\\\\', '\\')`;
}

/** SQL with one `?`, for which `text` stands: the column is shown as this text. By an index, unless there is a backslash. */
export function isShownAs(column: string, text: string): string {
  return text.includes('\\') ? `${shownSql(column)} = ?` : `${column} = ?`;
}

/** What a text is compared with: itself, or a pattern of LIKE in which only % and _ mean something. */
export type Match = { readonly equals: string } | { readonly like: string };

/** SQL with one `?`, for which `wanted(match)` stands. */
export function matches(dialect: Dialect, column: string, match: Match, stored: boolean): string {
  if ('like' in match) return dialect.like(stored ? shownSql(column) : column, '?');
  return stored ? isShownAs(column, match.equals) : `${column} = ?`;
}

export function wanted(match: Match): string {
  return 'like' in match ? match.like : match.equals;
}

/** LIKE over texts that are in memory, as the databases have it. Each % looks back to the last one only: no pattern takes long. */
export function isLike(text: string, pattern: string): boolean {
  const chars = Array.from(folded(text));
  const wants = Array.from(folded(pattern));
  let at = 0;
  let want = 0;
  let retryAt = 0;
  let retryWant = -1;
  while (at < chars.length) {
    if (wants[want] === '%') {
      retryWant = ++want;
      retryAt = at;
    } else if (want < wants.length && (wants[want] === '_' || wants[want] === chars[at])) {
      at++;
      want++;
    } else if (retryWant === -1) {
      return false;
    } else {
      at = ++retryAt;
      want = retryWant;
    }
  }
  while (wants[want] === '%') want++;
  return want === wants.length;
}

/** Only ASCII letters have two cases. */
function folded(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
