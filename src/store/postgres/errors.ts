/** What PostgreSQL's and the network's error codes mean to a person. */
import { messageOf, SpanmeterError, type ErrorCode } from '../../model/errors.js';

/** Codes of https://www.postgresql.org/docs/current/errcodes-appendix.html, and Node's of a connection. */
const KINDS: readonly (readonly [codes: RegExp, code: ErrorCode, text: (location: string) => string])[] = [
  [
    /^(28...|42501)$/,
    'SPANMETER_STORE_ACCESS',
    (location) => `PostgreSQL refused ${location}. Are user and password right, and may the user do this?`,
  ],
  [
    /^3D000$/,
    'SPANMETER_NOT_FOUND',
    (location) => `There is no database ${location}. Make it with CREATE DATABASE, or name another with --db.`,
  ],
  [
    /^(53100|53200|54...|58...|25006|22003)$/,
    'SPANMETER_STORE_WRITE',
    (location) => `The history ${location} could not be written. Is the disk full?`,
  ],
  [
    /^(40...|55P03|57014)$/,
    'SPANMETER_STORE_LOCKED',
    (location) => `The history ${location} is locked by other programs, or too busy. Try again later.`,
  ],
  [/^XX00[12]$/, 'SPANMETER_STORE_CORRUPT', (location) => `The history ${location} is damaged.`],
];
const UNREACHABLE = /^(08...|53300|57P0.|E[A-Z]+|25P03)$/;
/** pg's own words, which come without a code. */
const BROKEN =
  /terminated|timeout exceeded when trying to connect|connection timeout|not queryable|connection error|socket|server does not support SSL/i;

export function codeOf(thrown: unknown): string {
  const code: unknown = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  return typeof code === 'string' ? code : '';
}

/** The connection is of no more use. */
export function isBroken(thrown: unknown): boolean {
  if (thrown instanceof SpanmeterError || !(thrown instanceof Error)) return false;
  const code = codeOf(thrown);
  return code === '' ? BROKEN.test(thrown.message) || thrown instanceof AggregateError : UNREACHABLE.test(code);
}

/** Nothing was stored, and the same may well succeed at once: deadlocks and serialization failures. */
export function isPassing(thrown: unknown): boolean {
  return /^40(001|P01)$/.test(codeOf(thrown));
}

/** A SpanmeterError for whatever pg threw; other errors come back as they are. */
export function storeError(thrown: unknown, location: string): unknown {
  if (thrown instanceof SpanmeterError) return thrown;
  const code = codeOf(thrown);
  const why = code === '' ? messageOf(thrown) : `${code}: ${messageOf(thrown)}`;
  if (isBroken(thrown)) {
    return new SpanmeterError(
      'SPANMETER_STORE_UNREACHABLE',
      `The PostgreSQL server of ${location} cannot be reached, or ended the connection. Does it run, and has it connections left? (${why})`,
      { cause: thrown },
    );
  }
  const kind = KINDS.find(([codes]) => codes.test(code));
  return kind === undefined ? thrown : new SpanmeterError(kind[1], `${kind[2](location)} (${why})`, { cause: thrown });
}
