/** Files as pytest-monitor's versions made them: the statements of its pytest_monitor/handler.py. */
import { sqliteDriver } from '../../dist/store/sqlite/driver.js';

const METRIC = `ITEM_START_TIME varchar(64), ITEM_PATH varchar(4096), ITEM varchar(2048), ITEM_VARIANT varchar(2048), ITEM_FS_LOC varchar(2048),
  KIND varchar(64), COMPONENT varchar(512) NULL, TOTAL_TIME float, USER_TIME float, KERNEL_TIME float, CPU_USAGE float, MEM_USAGE float,
  FOREIGN KEY (ENV_H) REFERENCES EXECUTION_CONTEXTS(ENV_H)`;
const SESSION_METRICS = `CREATE TABLE TEST_METRICS (SESSION_H varchar(64), ENV_H varchar(64), ${METRIC},
  FOREIGN KEY (SESSION_H) REFERENCES TEST_SESSIONS(SESSION_H))`;
const sessions = (description: string): string =>
  `CREATE TABLE TEST_SESSIONS(SESSION_H varchar(64) primary key not null unique, RUN_DATE varchar(64), SCM_ID varchar(128), RUN_DESCRIPTION ${description})`;
const CONTEXTS = `CREATE TABLE EXECUTION_CONTEXTS (ENV_H varchar(64) primary key not null unique, CPU_COUNT integer, CPU_FREQUENCY_MHZ integer,
  CPU_TYPE varchar(64), CPU_VENDOR varchar(256), RAM_TOTAL_MB integer, MACHINE_NODE varchar(512), MACHINE_TYPE varchar(32),
  MACHINE_ARCH varchar(16), SYSTEM_INFO varchar(256), PYTHON_INFO varchar(512))`;

/** By the first version that had it. */
export const PYMON_SCHEMAS = {
  '1.0.0': [
    `CREATE TABLE TEST_METRICS (RUN_DATE varchar(64), ENV_H varchar(64), SCM_ID varchar(128), ITEM_START_TIME varchar(64), ITEM varchar(4096),
      KIND varchar(64), COMPONENT varchar(512) NULL, TOTAL_TIME float, USER_TIME float, KERNEL_TIME float, CPU_USAGE float, MEM_USAGE float,
      FOREIGN KEY (ENV_H) REFERENCES EXECUTION_CONTEXTS(ENV_H))`,
    CONTEXTS,
  ],
  // Between two releases.
  '1.0.2': [`CREATE TABLE TEST_METRICS (RUN_DATE varchar(64), ENV_H varchar(64), SCM_ID varchar(128), ${METRIC})`, CONTEXTS],
  '1.1.0': [sessions('varchar(1024)'), SESSION_METRICS, CONTEXTS],
  '1.6.0': [sessions('json'), SESSION_METRICS, CONTEXTS],
} as const;

export type PymonRow = readonly [table: 'TEST_METRICS' | 'TEST_SESSIONS' | 'EXECUTION_CONTEXTS', values: Readonly<Record<string, unknown>>];

export function writePymon(file: string, statements: readonly string[], rows: readonly PymonRow[]): void {
  const database = sqliteDriver()(file, {});
  // As Python's sqlite3 has it.
  database.pragma('foreign_keys = off');
  for (const statement of statements) database.exec(statement);
  database.transaction(() => {
    for (const [table, values] of rows) {
      const names = Object.keys(values);
      database.prepare(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`).run(Object.values(values));
    }
  })();
  database.close();
}

const RENAMED: Readonly<Record<string, string>> = {
  context_h: 'ENV_H',
  h: 'ENV_H',
  cpu_frequency: 'CPU_FREQUENCY_MHZ',
  ram_total: 'RAM_TOTAL_MB',
  scm_ref: 'SCM_ID',
  description: 'RUN_DESCRIPTION',
};

/** What /api/v1 takes, as a row. */
export function pymonRow({ path, body }: { readonly path: string; readonly body: Readonly<Record<string, unknown>> }): PymonRow {
  const table = path.includes('/metrics/') ? 'TEST_METRICS' : path.includes('/sessions/') ? 'TEST_SESSIONS' : 'EXECUTION_CONTEXTS';
  const value = (given: unknown): unknown => (typeof given === 'object' && given !== null ? JSON.stringify(given) : given);
  return [table, Object.fromEntries(Object.entries(body).map(([name, given]) => [RENAMED[name] ?? name.toUpperCase(), value(given)]))];
}
