/** The statements of pytest_monitor/handler.py 1.7.0. */

export const CREATE = [
  `CREATE TABLE IF NOT EXISTS TEST_SESSIONS(
    SESSION_H varchar(64) primary key not null unique, -- Session identifier
    RUN_DATE varchar(64), -- Date of test run
    SCM_ID varchar(128), -- SCM change id
    RUN_DESCRIPTION json
  );`,
  `CREATE TABLE IF NOT EXISTS TEST_METRICS (
    SESSION_H varchar(64), ENV_H varchar(64), ITEM_START_TIME varchar(64), ITEM_PATH varchar(4096), ITEM varchar(2048),
    ITEM_VARIANT varchar(2048), ITEM_FS_LOC varchar(2048), KIND varchar(64), COMPONENT varchar(512) NULL, TOTAL_TIME float,
    USER_TIME float, KERNEL_TIME float, CPU_USAGE float, MEM_USAGE float,
    FOREIGN KEY (ENV_H) REFERENCES EXECUTION_CONTEXTS(ENV_H),
    FOREIGN KEY (SESSION_H) REFERENCES TEST_SESSIONS(SESSION_H)
  );`,
  `CREATE TABLE IF NOT EXISTS EXECUTION_CONTEXTS (
    ENV_H varchar(64) primary key not null unique, CPU_COUNT integer, CPU_FREQUENCY_MHZ integer, CPU_TYPE varchar(64),
    CPU_VENDOR varchar(256), RAM_TOTAL_MB integer, MACHINE_NODE varchar(512), MACHINE_TYPE varchar(32), MACHINE_ARCH varchar(16),
    SYSTEM_INFO varchar(256), PYTHON_INFO varchar(512)
  );`,
];
export const INSERT_SESSION = 'insert into TEST_SESSIONS(SESSION_H, RUN_DATE, SCM_ID, RUN_DESCRIPTION) values (?,?,?,?)';
export const INSERT_CONTEXT =
  'insert into EXECUTION_CONTEXTS(CPU_COUNT,CPU_FREQUENCY_MHZ,CPU_TYPE,CPU_VENDOR,' +
  'RAM_TOTAL_MB,MACHINE_NODE,MACHINE_TYPE,MACHINE_ARCH,SYSTEM_INFO,PYTHON_INFO,ENV_H) values (?,?,?,?,?,?,?,?,?,?,?)';
export const INSERT_METRIC =
  'insert into TEST_METRICS(SESSION_H,ENV_H,ITEM_START_TIME,ITEM,ITEM_PATH,ITEM_VARIANT,ITEM_FS_LOC,KIND,COMPONENT,TOTAL_TIME,' +
  'USER_TIME,KERNEL_TIME,CPU_USAGE,MEM_USAGE) values (?,?,?,?,?,?,?,?,?,?,?,?,?,?)';

/** A metric as pytest-monitor sends it, with changes by column. */
export function metric(changes: Record<string, unknown> = {}): unknown[] {
  const row: Record<string, unknown> = {
    SESSION_H: 's1',
    ENV_H: 'e1',
    ITEM_START_TIME: '2026-11-23T03:11:21.963246',
    ITEM: 'test_add',
    ITEM_PATH: 'pkg.test_calc',
    ITEM_VARIANT: 'test_add[1, 2]',
    ITEM_FS_LOC: 'pkg/test_calc.py',
    KIND: 'function',
    COMPONENT: 'calc',
    TOTAL_TIME: 0.0353701114654541,
    USER_TIME: 0.019999999999999962,
    KERNEL_TIME: 0.009999999999999995,
    CPU_USAGE: 0.5654491651668645,
    MEM_USAGE: 0.4296875,
    ...changes,
  };
  return Object.values(row);
}
