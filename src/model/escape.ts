/**
 * One reversible escape for text that travels through journals and stores. It takes out what they mangle or refuse: control
 * characters (NUL, tab and newline among them) and lone surrogates. Each becomes a backslash and four hex digits; a
 * backslash itself becomes two. Ordinary text passes unchanged.
 */

// eslint-disable-next-line no-control-regex -- control characters are what this is about
const UNSAFE = /[\u0000-\u001f\u007f\\]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
/** What may be unsafe: one class, which costs a third of a look around each character. */
// eslint-disable-next-line no-control-regex -- the same
const SUSPECT = /[\u0000-\u001f\u007f\\\ud800-\udfff]/;
const ESCAPED = /\\(\\|[0-9a-f]{4})/g;

export function escapeText(text: string): string {
  if (!SUSPECT.test(text)) return text;
  return text.replace(UNSAFE, (unit) => (unit === '\\' ? '\\\\' : `\\${unit.charCodeAt(0).toString(16).padStart(4, '0')}`));
}

export function unescapeText(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(ESCAPED, (_, what: string) => (what === '\\' ? '\\' : String.fromCharCode(parseInt(what, 16))));
}
