/** `?` of the port's SQL as `$1`, `$2`, ... of PostgreSQL. */

/** Quoted text and names keep their question marks. */
const TOKEN = /'(?:[^']|'')*'|"[^"]*"|\?/g;
const LIMIT = 1000;
const known = new Map<string, string>();

export function numbered(sql: string): string {
  let text = known.get(sql);
  if (text === undefined) {
    let count = 0;
    text = sql.replace(TOKEN, (token) => (token === '?' ? `$${++count}` : token));
    if (known.size >= LIMIT) known.clear();
    known.set(sql, text);
  }
  return text;
}
