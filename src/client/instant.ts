/** Instants as callers give them. */
import { SpanmeterError } from '../model/errors.js';
import { parseInstant } from '../model/instant.js';
import type { Instant } from './query.js';

/** Milliseconds of today, read as microseconds, are in January 1970. */
const LIKELY_MILLISECONDS = [1e11, 1e13] as const;

/** Microseconds since 1970. @throws SpanmeterError SPANMETER_USAGE */
export function toInstant(name: string, given: Instant): number {
  const found = typeof given === 'number' ? given : typeof given === 'string' ? parseInstant(given) : given.getTime() * 1000;
  if (found === undefined || !Number.isSafeInteger(found))
    throw wrong(
      name,
      `is no instant: ${JSON.stringify(given)}. Give a Date, a text such as 2026-01-31T12:00:00Z, or microseconds since 1970.`,
    );
  const [least, most] = LIKELY_MILLISECONDS;
  if (typeof given === 'number' && given >= least && given < most)
    throw wrong(name, `is in January 1970: ${given}. Instants are microseconds here: give a Date, or a thousand times as much.`);
  return found;
}

function wrong(name: string, what: string): SpanmeterError {
  return new SpanmeterError('SPANMETER_USAGE', `'${name}' ${what}`);
}
