/** What SQLite's result codes mean to a person. */
import { messageOf, SpanmeterError, type ErrorCode } from '../../model/errors.js';

const KINDS: readonly (readonly [codes: RegExp, code: ErrorCode, text: (file: string) => string])[] = [
  [
    /^SQLITE_(BUSY|LOCKED)/,
    'SPANMETER_STORE_LOCKED',
    (file) => `The history ${file} is locked by another program. End that program, or name another file with --db.`,
  ],
  [
    /^SQLITE_(NOTADB|CORRUPT|FORMAT)/,
    'SPANMETER_STORE_CORRUPT',
    (file) => `The history ${file} is no database, or is damaged. Move it away, or name another file with --db.`,
  ],
  [
    /^(SQLITE_(READONLY|FULL|IOERR|CANTOPEN|PERM|AUTH)|E[A-Z]+$)/,
    'SPANMETER_STORE_WRITE',
    (file) => `The history ${file} could not be opened or written. Is its folder writable, and is the disk full?`,
  ],
];

export function isBusy(thrown: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(codeOf(thrown));
}

/** A SpanmeterError for whatever the driver threw; other errors come back as they are. */
export function storeError(thrown: unknown, file: string): unknown {
  if (thrown instanceof SpanmeterError) return thrown;
  const code = codeOf(thrown);
  const kind = KINDS.find(([codes]) => codes.test(code));
  return kind === undefined ? thrown : new SpanmeterError(kind[1], `${kind[2](file)} (${code}: ${messageOf(thrown)})`, { cause: thrown });
}

/** Runs `work`, with the driver's errors translated. */
export function translated<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw storeError(thrown, file);
  }
}

/** SQLite's result code, else empty. */
export function codeOf(thrown: unknown): string {
  const code: unknown = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  return typeof code === 'string' ? code : '';
}
