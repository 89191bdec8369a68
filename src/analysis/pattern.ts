/** Patterns for paths and titles: `test/billing/**`, `imports *`. The whole text has to fit. */

/** In a path, `*` stays within a folder and `**` does not; in a title both mean any text. `?` is one character, `\\` takes the next one as it is. */
export type PatternKind = 'path' | 'title';

const TOKEN = /\\[^]|\*\*\/|\*+|\?|[^\\*?]+|\\/gu;

export function compilePattern(pattern: string, kind: PatternKind): RegExp {
  const source = (pattern.match(TOKEN) ?? []).map((token) => sourceOf(token, kind)).join('');
  return new RegExp(`^${source}$`, 'su');
}

function sourceOf(token: string, kind: PatternKind): string {
  if (token === '?') return kind === 'path' ? '[^/]' : '.';
  // No folder at all is any folder too.
  if (token === '**/') return kind === 'path' ? '(?:.*/)?' : '.*/';
  if (token.startsWith('*')) return kind === 'path' && token === '*' ? '[^/]*' : '.*';
  return literal(token.length > 1 && token.startsWith('\\') ? token.slice(1) : token);
}

function literal(text: string): string {
  return text.replace(/[\^$\\.*+?()[\]{}|/]/g, '\\$&');
}
