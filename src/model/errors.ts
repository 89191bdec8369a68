/** Every error that spanmeter raises on purpose. The message names the thing and the remedy. */

export const ERROR_CODES = {
  SPANMETER_USAGE: 'A wrong option, argument or configuration value.',
  SPANMETER_SPAN: 'A span was used in a way that it cannot be (wrong arguments).',
  SPANMETER_BUDGET: 'A budget was exceeded, could not be judged, or is none (an unknown metric, less than can be measured).',
  SPANMETER_NOT_FOUND: 'A session, item or file that was asked for does not exist.',
  SPANMETER_AMBIGUOUS: 'A session or an item was named by what fits several.',
  SPANMETER_STORE_MISSING: 'The SQLite driver could not be loaded.',
  SPANMETER_STORE_CORRUPT: 'The history is no database, or is damaged.',
  SPANMETER_STORE_NEWER: 'The history was written by a newer spanmeter.',
  SPANMETER_STORE_LOCKED: 'The history is locked by another program.',
  SPANMETER_STORE_UNREACHABLE: 'The database server of the history could not be reached, or ended the connection.',
  SPANMETER_STORE_ACCESS: 'The database server of the history refused the user, the password, or what the user wanted to do.',
  SPANMETER_STORE_WRITE: 'The history could not be written (read-only folder, full disk).',
  SPANMETER_JOURNAL: 'A journal could not be written or read.',
  SPANMETER_REMOTE: 'A server could not be reached, refused what was sent, or is no spanmeter server.',
  SPANMETER_SERVER: 'The server could not be started (the port is in use, a certificate cannot be read, tokens are missing).',
  SPANMETER_PICTURE: 'A picture could not be made: a PNG needs @resvg/resvg-js, and fonts.',
  SPANMETER_SESSION: 'A session was opened or joined in a way that it cannot be.',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

export class SpanmeterError extends Error {
  override readonly name: string = 'SpanmeterError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** The text of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
