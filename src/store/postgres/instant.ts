/** Instants as pytest-monitor writes them. */

const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6})\d*)?)?)?\s*(?:([Zz])|([+-])(\d\d):(\d\d))?$/;

/** Microseconds since 1970, else undefined. Without a zone it is local time, as Python's datetime.now() is. */
export function instantOf(text: string): number | undefined {
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((digits: string | undefined) => Number(digits ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [, , , , , , , fraction, utc, sign, zoneHour, zoneMinute] = match;
  const isLocal = utc === undefined && sign === undefined;
  const date = new Date(0);
  if (isLocal) {
    date.setFullYear(year, month - 1, day);
    date.setHours(hour, minute, second, 0);
  } else {
    date.setUTCFullYear(year, month - 1, day);
    date.setUTCHours(hour, minute, second, 0);
  }
  const ahead = sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(zoneHour) * 60 + Number(zoneMinute)) * 60_000;
  const milliseconds = date.getTime() - ahead;
  return Number.isNaN(milliseconds) ? undefined : milliseconds * 1000 + Number((fraction ?? '').padEnd(6, '0'));
}
