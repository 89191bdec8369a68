/** A PostgreSQL URL, and what of it may be shown. */
import { SpanmeterError } from '../../model/errors.js';

/** Without the password, and without parameters, which may hold one too. */
export function locationOf(url: string): string {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    // The text itself is not repeated: somewhere in it may be a password.
    throw new SpanmeterError(
      'SPANMETER_USAGE',
      'The URL of the PostgreSQL history cannot be read. It looks like postgres://user:password@host:5432/database, with special characters percent-encoded.',
    );
  }
  const user = parsed.username === '' ? '' : `${parsed.username}@`;
  const host = parsed.host === '' ? (parsed.searchParams.get('host') ?? '') : parsed.host;
  return `postgres://${user}${host}${parsed.pathname}`;
}
