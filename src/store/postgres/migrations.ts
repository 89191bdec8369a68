/** Versions of the schema, counted in a table of one row. Several processes may bring it up to date at once: one does. */
import type { PoolClient } from 'pg';
import { SpanmeterError } from '../../model/errors.js';
import { METRIC_NAMES } from '../../model/metrics.js';
import { codeOf } from './errors.js';
import { rows, type Connections } from './connections.js';
import { LOCKS } from './locks.js';
import { PUT_METRICS } from './put-metrics.js';
import { FOREIGN_TABLES, TABLES, TOKEN_TABLE } from './schema.js';

const MIGRATIONS: readonly string[] = [TABLES + FOREIGN_TABLES, TOKEN_TABLE, PUT_METRICS];

const SCHEMA_VERSION = MIGRATIONS.length;
const CREATE = 'CREATE TABLE spanmeter_schema (version integer NOT NULL); INSERT INTO spanmeter_schema VALUES (0)';

type Ask = <Row extends readonly unknown[]>(sql: string) => Promise<Row[]>;

/** @returns undefined where nothing of ours is */
async function versionOf(ask: Ask): Promise<number | undefined> {
  // Not to_regclass: it may answer from what its connection remembers of a moment ago.
  const found = await ask(`SELECT 1 FROM pg_class WHERE relname = 'spanmeter_schema' AND relkind = 'r' AND pg_table_is_visible(oid)`);
  if (found.length === 0) return undefined;
  const [row] = await ask<[number]>('SELECT version FROM spanmeter_schema');
  return row?.[0];
}

/** Metrics without a column: what a newer row of METRICS is in a database of before. */
async function missingMetrics(ask: Ask): Promise<string[]> {
  const present = await ask<[string]>(
    `SELECT attname::text FROM pg_attribute WHERE attrelid = to_regclass('metrics') AND attnum > 0 AND NOT attisdropped`,
  );
  const names = new Set(present.map(([name]) => name));
  return METRIC_NAMES.filter((name) => !names.has(name));
}

/**
 * Makes the tables, or brings those of an older spanmeter up to date.
 * @throws SpanmeterError SPANMETER_STORE_NEWER, SPANMETER_NOT_FOUND where nothing is and nothing shall be made
 */
export async function prepare(connections: Connections, create: boolean): Promise<void> {
  const ask: Ask = (sql) => connections.rows(sql);
  const version = await versionOf(ask);
  refuseNewer(version, connections.location);
  if (version === undefined && !create) {
    throw new SpanmeterError(
      'SPANMETER_NOT_FOUND',
      `There is no history in ${connections.location}. Record one, or name another with --db.`,
    );
  }
  if (version === SCHEMA_VERSION && (await missingMetrics(ask)).length === 0) return;
  const [encoding] = await ask<[string]>('SHOW server_encoding');
  if (encoding![0] !== 'UTF8') {
    throw new SpanmeterError(
      'SPANMETER_STORE_WRITE',
      `The database ${connections.location} is encoded in ${encoding![0]}, which has not all characters. Make one WITH ENCODING 'UTF8'.`,
    );
  }
  await connections.write((client) => migrate(client, connections.location));
}

async function migrate(client: PoolClient, location: string): Promise<void> {
  const ask: Ask = (sql) => rows(client, sql);
  await client.query('SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0');
  await client.query(`SELECT pg_advisory_xact_lock(${LOCKS.schema}, 0)`);
  // Asked again: another process may have done it while we waited for the lock.
  let version = await versionOf(ask);
  refuseNewer(version, location);
  try {
    if (version === undefined) await client.query(CREATE);
    for (version ??= 0; version < SCHEMA_VERSION; version++) await client.query(MIGRATIONS[version]!);
  } catch (thrown) {
    if (codeOf(thrown) !== DUPLICATE_TABLE) throw thrown;
    throw new SpanmeterError(
      'SPANMETER_STORE_CORRUPT',
      `The database ${location} has tables of something else, which were left as they are. Make a database for the history, and name it with --db.`,
      { cause: thrown },
    );
  }
  for (const name of await missingMetrics(ask)) await client.query(`ALTER TABLE metrics ADD COLUMN ${name} bigint`);
  await client.query(`UPDATE spanmeter_schema SET version = ${SCHEMA_VERSION}`);
}

const DUPLICATE_TABLE = '42P07';

function refuseNewer(version: number | undefined, location: string): void {
  if (version === undefined || version <= SCHEMA_VERSION) return;
  throw new SpanmeterError(
    'SPANMETER_STORE_NEWER',
    `The history ${location} has version ${version}, and this spanmeter knows up to ${SCHEMA_VERSION}. Update spanmeter, or name another database with --db.`,
  );
}
