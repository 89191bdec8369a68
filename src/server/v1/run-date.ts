/** The start of a session, as it is answered. */

const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*(Z|z|[+-]\d\d(?::?\d\d)?)?)?$/;

/** In the form of Python's isoformat(); undefined of what is no date. */
export function normalisedDate(text: string): string | undefined {
  const found = ISO.exec(text);
  if (found === null) return undefined;
  const [, year = '', month = '', day = '', hour = '00', minute = '00', second = '00', fraction = '', zone = ''] = found;
  const days = new Date(Date.UTC(2000 + (Number(year) % 400), Number(month), 0)).getUTCDate();
  const valid =
    Number(year) >= 1 &&
    Number(month) >= 1 &&
    Number(month) <= 12 &&
    Number(day) >= 1 &&
    Number(day) <= days &&
    Number(hour) < 24 &&
    Number(minute) < 60 &&
    Number(second) < 60;
  const offset = normalisedZone(zone);
  if (!valid || offset === undefined) return undefined;
  const micros = fraction.slice(0, 6).padEnd(6, '0');
  return `${year}-${month}-${day}T${hour}:${minute}:${second}${micros === '000000' ? '' : `.${micros}`}${offset}`;
}

function normalisedZone(zone: string): string | undefined {
  if (zone === '') return '';
  if (/^z$/i.test(zone)) return '+00:00';
  const hours = zone.slice(1, 3);
  const minutes = zone.slice(3).replace(':', '') || '00';
  return Number(hours) < 24 && Number(minutes) < 60 ? `${zone[0]}${hours}:${minutes}` : undefined;
}
