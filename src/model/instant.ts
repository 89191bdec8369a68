/** Instants as people write them. */

/** Microseconds since 1970 of an ISO 8601 text, to the microsecond; undefined of what is none. */
export function parseInstant(text: string): number | undefined {
  const milliseconds = Date.parse(text);
  if (Number.isNaN(milliseconds)) return undefined;
  // Date keeps three digits of the fraction.
  const rest = /[.,]\d{3}(\d{1,3})/.exec(text)?.[1] ?? '';
  return milliseconds * 1000 + Number(rest.padEnd(3, '0'));
}
