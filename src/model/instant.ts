/** Instants as people write them, and as we do. */

/** Microseconds since 1970 of an ISO 8601 text, to the microsecond; undefined of what is none. */
export function parseInstant(text: string): number | undefined {
  const milliseconds = Date.parse(text);
  if (Number.isNaN(milliseconds)) return undefined;
  // Date keeps three digits of the fraction.
  const rest = /[.,]\d{3}(\d{1,3})/.exec(text)?.[1] ?? '';
  return milliseconds * 1000 + Number(rest.padEnd(3, '0'));
}

/** ISO 8601 with microseconds. */
export function instant(microseconds: number): string {
  const whole = Math.floor(microseconds / 1000);
  const rest = String(Math.round(microseconds - whole * 1000)).padStart(3, '0');
  return new Date(whole).toISOString().replace('Z', `${rest}Z`);
}

/** Microseconds since 1970 as local time to the second: `2026-03-14 15:09:26`. */
export function localTime(microseconds: number): string {
  const date = new Date(microseconds / 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
