/** Versions of the schema. `user_version` counts the migrations that a file has had. */
import { METRIC_NAMES } from '../../model/metrics.js';
import { SpanmeterError } from '../../model/errors.js';
import type { SqliteDatabase } from './driver.js';
import { zonesTable } from '../sql/zones.js';
import { FOREIGN_TABLES, TABLES, TOKEN_TABLE } from './schema.js';
import { VIEWS } from './views.js';

/** Marks the file as ours in its header: 'span' in ASCII. */
export const APPLICATION_ID = 0x7370616e;

const WITH_ZONES = `
${zonesTable('INTEGER', 'TEXT')} WITHOUT ROWID;
CREATE INDEX foreign_readings_by_item ON foreign_readings (foreign_item);`;

/**
 * The views as they are now: a file of before gets them anew, its triggers with them. Whoever changes them moves this to the end.
 */
const WITH_VIEWS = `
DROP VIEW IF EXISTS EXECUTION_CONTEXTS;
DROP VIEW IF EXISTS TEST_SESSIONS;
DROP VIEW IF EXISTS TEST_METRICS;
${VIEWS}`;

const MIGRATIONS: readonly ((database: SqliteDatabase) => void)[] = [
  (database) => database.exec(TABLES + FOREIGN_TABLES),
  (database) => database.exec(WITH_ZONES),
  (database) => database.exec(TOKEN_TABLE),
  (database) => database.exec(WITH_VIEWS),
];

const SCHEMA_VERSION = MIGRATIONS.length;

function versionOf(database: SqliteDatabase): number {
  return database.pragma('user_version', { simple: true }) as number;
}

/** @throws SpanmeterError SPANMETER_STORE_NEWER */
export function refuseNewer(database: SqliteDatabase, file: string): void {
  const version = versionOf(database);
  if (version <= SCHEMA_VERSION) return;
  throw new SpanmeterError(
    'SPANMETER_STORE_NEWER',
    `The history ${file} has version ${version}, and this spanmeter knows up to ${SCHEMA_VERSION}. Update spanmeter, or name another file with --db.`,
  );
}

/** Metrics without a column: what a newer row of METRICS is in a file of before. */
function missingMetrics(database: SqliteDatabase): string[] {
  const present = new Set(database.prepare("SELECT name FROM pragma_table_info('metrics')").pluck().all());
  return METRIC_NAMES.filter((name) => !present.has(name));
}

export function isUpToDate(database: SqliteDatabase): boolean {
  return versionOf(database) === SCHEMA_VERSION && missingMetrics(database).length === 0;
}

/** Brings a file to SCHEMA_VERSION in one transaction. Two processes may do so at once: the second finds it done. */
export function migrate(database: SqliteDatabase, file: string): void {
  refuseNewer(database, file);
  if (isUpToDate(database)) return;
  database
    .transaction(() => {
      // Asked again: between the first question and the lock another process may have done it.
      refuseNewer(database, file);
      for (const migration of MIGRATIONS.slice(versionOf(database))) migration(database);
      for (const name of missingMetrics(database)) database.exec(`ALTER TABLE metrics ADD COLUMN ${name} INTEGER`);
      database.pragma(`user_version = ${SCHEMA_VERSION}`);
      database.pragma(`application_id = ${APPLICATION_ID}`);
    })
    .immediate();
}
