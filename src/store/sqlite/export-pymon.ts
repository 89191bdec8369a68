/**
 * Writes a history as a database of pytest-monitor's: its three tables, as its tools expect them (facts: pytest_monitor/handler.py,
 * 1.7.0), filled from the views of the same names in SQL, so that no digit passes through JavaScript.
 */
import { existsSync, rmSync } from 'node:fs';
import { SpanmeterError } from '../../model/errors.js';
import { sqliteDriver } from './driver.js';
import { escapeText } from '../../model/escape.js';
import { translated } from './errors.js';

const TABLES = `
CREATE TABLE TEST_SESSIONS (SESSION_H varchar(64) PRIMARY KEY NOT NULL UNIQUE, RUN_DATE varchar(64), SCM_ID varchar(128), RUN_DESCRIPTION json);
CREATE TABLE EXECUTION_CONTEXTS (ENV_H varchar(64) PRIMARY KEY NOT NULL UNIQUE, CPU_COUNT integer, CPU_FREQUENCY_MHZ integer,
  CPU_TYPE varchar(64), CPU_VENDOR varchar(256), RAM_TOTAL_MB integer, MACHINE_NODE varchar(512), MACHINE_TYPE varchar(32),
  MACHINE_ARCH varchar(16), SYSTEM_INFO varchar(256), PYTHON_INFO varchar(512));
CREATE TABLE TEST_METRICS (SESSION_H varchar(64), ENV_H varchar(64), ITEM_START_TIME varchar(64), ITEM_PATH varchar(4096),
  ITEM varchar(2048), ITEM_VARIANT varchar(2048), ITEM_FS_LOC varchar(2048), KIND varchar(64), COMPONENT varchar(512) NULL,
  TOTAL_TIME float, USER_TIME float, KERNEL_TIME float, CPU_USAGE float, MEM_USAGE float,
  FOREIGN KEY (ENV_H) REFERENCES EXECUTION_CONTEXTS(ENV_H), FOREIGN KEY (SESSION_H) REFERENCES TEST_SESSIONS(SESSION_H));
`;

/**
 * @param history path of a SQLite history
 * @param file must not be there yet
 * @param session its id; undefined: all
 * @returns how many metrics were written
 */
export function exportPymon(history: string, file: string, session: string | undefined): number {
  if (existsSync(file)) throw new SpanmeterError('SPANMETER_USAGE', `${file} is there already; it was left as it is. Name another file.`);
  return translated(file, () => {
    const database = sqliteDriver()(file, {});
    try {
      database.pragma('foreign_keys = off');
      database.prepare('ATTACH ? AS history').run(history);
      return database.transaction(() => {
        database.exec(TABLES);
        const [where, values] = session === undefined ? ['', []] : ['WHERE SESSION_H = ?', [escapeText(session).replaceAll('\\\\', '\\')]];
        const copy = (table: string, condition: string): number =>
          database
            .prepare(`INSERT INTO main.${table} (${columns(table)}) SELECT ${columns(table)} FROM history.${table} ${condition}`)
            .run(...(condition === '' ? [] : values)).changes;
        copy('TEST_SESSIONS', where);
        const metrics = copy('TEST_METRICS', where);
        copy('EXECUTION_CONTEXTS', '');
        database.exec(
          'DELETE FROM main.EXECUTION_CONTEXTS WHERE ENV_H NOT IN (SELECT ENV_H FROM main.TEST_METRICS WHERE ENV_H IS NOT NULL)',
        );
        return metrics;
      })();
    } catch (thrown) {
      database.close();
      rmSync(file, { force: true });
      throw thrown;
    } finally {
      database.close();
    }

    function columns(table: string): string {
      return (database.prepare(`SELECT name FROM pragma_table_info(?, 'main')`).pluck().all(table) as string[]).join(', ');
    }
  });
}
