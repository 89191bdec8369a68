/** Opens a history: makes folder and file, or explains why that can't be. A file that is not ours is left untouched. */
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { messageOf, SpanmeterError } from '../../model/errors.js';
import { sqliteDriver, type SqliteDatabase, type SqliteOptions } from './driver.js';
import { codeOf, isBusy, storeError } from './errors.js';
import { APPLICATION_ID, isUpToDate, migrate, refuseNewer } from './migrations.js';

export interface OpenOptions {
  readonly readonly?: boolean;
  /** Make the file when there is none (default: unless readonly). */
  readonly create?: boolean;
}

/** `pytest-monitor`: plain tables of its own; everything else is ours. */
export type Opened = { readonly database: SqliteDatabase; readonly flavour: 'spanmeter' | 'pytest-monitor' };

/** How long a lock that another program holds is waited for. */
export const BUSY_TIMEOUT = 5000;

const SIGNATURE = 'SQLite format 3\0';

/** @throws SpanmeterError SPANMETER_STORE_*, or SPANMETER_NOT_FOUND when there is no file and none shall be made */
export function openDatabase(file: string, options: OpenOptions): Opened {
  const readonly = options.readonly ?? false;
  const create = options.create ?? !readonly;
  const open = sqliteDriver();
  if (!existsSync(file)) {
    if (!create || readonly) {
      throw new SpanmeterError(
        'SPANMETER_NOT_FOUND',
        `There is no history at ${file}. Record one with "spanmeter run -- <command>", or name it with --db.`,
      );
    }
    makeFolder(path.dirname(file), file);
  }
  let database: SqliteDatabase | undefined;
  try {
    refuseText(file);
    database = connect(open, file, { readonly, fileMustExist: !create, timeout: BUSY_TIMEOUT });
    const flavour = prepare(database, file, readonly, create);
    if (!readonly || flavour !== 'spanmeter' || isUpToDate(database)) return { database, flavour };
  } catch (thrown) {
    database?.close();
    throw storeError(thrown, file);
  }
  // Written by an older spanmeter: who only reads brings it up to date first.
  database.close();
  openDatabase(file, { create: false }).database.close();
  return openDatabase(file, options);
}

function makeFolder(folder: string, file: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    // The folder keeps itself out of version control. wx: an existing file is the user's.
    if (path.basename(folder) === '.spanmeter') writeFileSync(path.join(folder, '.gitignore'), '*\n', { flag: 'wx' });
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST' && existsSync(path.join(folder, '.gitignore'))) return;
    throw new SpanmeterError('SPANMETER_STORE_WRITE', `The folder of the history ${file} could not be made: ${messageOf(thrown)}`, {
      cause: thrown,
    });
  }
}

/** SQLite takes a file shorter than a page for an empty one, and would overwrite it. */
function refuseText(file: string): void {
  if (!hasContent(file) || !statSync(file).isFile()) return;
  const start = Buffer.alloc(SIGNATURE.length);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, start, 0, start.length, 0);
  } finally {
    closeSync(descriptor);
  }
  if (start.toString('latin1') === SIGNATURE) return;
  throw new SpanmeterError('SPANMETER_STORE_CORRUPT', `${file} is no database; it was left as it is. Name another file with --db.`);
}

function connect(open: ReturnType<typeof sqliteDriver>, file: string, options: SqliteOptions): SqliteDatabase {
  const database = open(file, options);
  if (options.readonly !== true) return database;
  try {
    database.pragma('schema_version');
    return database;
  } catch (thrown) {
    database.close();
    // A reader of a WAL database makes a file beside it. In a folder where it can't, and where no WAL waits, the file is complete.
    if (!/^SQLITE_(CANTOPEN|READONLY)/.test(codeOf(thrown)) || hasContent(`${file}-wal`)) throw thrown;
    return open(withoutWal(file), options);
  }
}

/** The file's bytes, marked as not in WAL mode: https://www.sqlite.org/fileformat.html#file_format_version_numbers */
function withoutWal(file: string): Buffer {
  const bytes = readFileSync(file);
  bytes[18] = 1;
  bytes[19] = 1;
  return bytes;
}

function prepare(database: SqliteDatabase, file: string, readonly: boolean, create: boolean): Opened['flavour'] {
  const flavour = retried(() => recognise(database, file, create && !readonly));
  if (flavour === 'pytest-monitor') return flavour;
  refuseNewer(database, file);
  if (readonly) return flavour;
  retried(() => database.pragma('journal_mode = wal'));
  // A commit survives the end of the process; only a power cut may lose the last ones, and never the file.
  database.pragma('synchronous = normal');
  database.pragma('cache_size = -32768');
  migrate(database, file);
  return flavour;
}

function recognise(database: SqliteDatabase, file: string, create: boolean): Opened['flavour'] {
  // In one transaction: another process may be making the tables right now.
  const [application, tables] = database.transaction(
    () =>
      [
        database.pragma('application_id', { simple: true }),
        database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all() as string[],
      ] as const,
  )();
  if (application === APPLICATION_ID) return 'spanmeter';
  if (tables.length === 0) {
    if (create) return 'spanmeter';
    throw new SpanmeterError('SPANMETER_STORE_CORRUPT', `The history ${file} is empty. Remove it, or name another file with --db.`);
  }
  // Its first versions had no sessions; whether the tables are its own, the import says.
  if (tables.includes('TEST_METRICS')) return 'pytest-monitor';
  throw new SpanmeterError(
    'SPANMETER_STORE_CORRUPT',
    `${file} is a database of something else, not a history; it was left as it is. Name another file with --db.`,
  );
}

/** Switching a fresh file to WAL, and reading one while another process does so, can be refused at once in spite of the timeout. */
function retried<T>(work: () => T): T {
  const deadline = performance.now() + BUSY_TIMEOUT;
  for (;;) {
    try {
      return work();
    } catch (thrown) {
      if (!isBusy(thrown) || performance.now() > deadline) throw thrown;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

function hasContent(file: string): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0;
}
