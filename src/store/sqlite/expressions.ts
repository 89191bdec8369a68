/** SQL expressions that the views share. */

/** What escapeText does to a backslash. Other characters that it escapes stay as they are: unescapeText passes them through. */
export function escaped(text: string): string {
  return `replace(${text}, '\\', '\\\\')`;
}

/** Undoes `escaped`; control characters stay visible as a backslash and four hex digits. */
export function unescaped(text: string): string {
  return `replace(${text}, '\\\\', '\\')`;
}

/** An instant as Python's datetime.isoformat() writes it: local time, without a fraction when there is none. */
export function isoText(microseconds: string): string {
  return (
    `strftime('%Y-%m-%dT%H:%M:%S', (${microseconds}) / 1000000, 'unixepoch', 'localtime')` +
    ` || CASE (${microseconds}) % 1000000 WHEN 0 THEN '' ELSE printf('.%06d', (${microseconds}) % 1000000) END`
  );
}

/**
 * Microseconds since 1970 of an ISO text, else NULL. Without a zone it is local time, as Python's datetime.now() is. The fraction
 * is read apart: SQLite rounds to milliseconds, into the next second too.
 */
export function instant(text: string): string {
  const seconds = `substr(${text}, 1, 19)`;
  return `(CASE
    WHEN ${text} GLOB '*[Zz]' THEN strftime('%s', ${seconds})
    WHEN ${text} GLOB '*[+-][0-9][0-9]:[0-9][0-9]' THEN strftime('%s', ${seconds} || substr(${text}, -6))
    ELSE strftime('%s', ${seconds}, 'utc') END * 1000000
    + CASE WHEN substr(${text}, 20, 1) = '.' THEN CAST(round(CAST('0.' || substr(${text}, 21, 6) AS REAL) * 1000000) AS INTEGER) ELSE 0 END)`;
}

/** A REAL times `factor` as an integer that JavaScript holds exactly; NULL for text, infinities and what is too large. */
export function scaled(real: string, factor: string): string {
  return `CASE WHEN typeof(${real}) = 'real' AND abs(${real}) * ${factor} < 9e15 THEN CAST(round(${real} * ${factor}) AS INTEGER) END`;
}

/** Now, in microseconds since 1970. */
export const NOW = `(CAST(strftime('%s', 'now') AS INTEGER) * 1000000)`;
