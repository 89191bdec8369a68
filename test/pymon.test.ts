/**
 * A history is a pytest-monitor database too, and its databases are read and imported digit for digit. The statements are those
 * of pytest_monitor/handler.py 1.7.0; example.pymon was recorded by it.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { importPymon, openStore, type Store } from '../dist/store/index.js';
import { sqliteDriver, type SqliteDatabase } from '../dist/store/sqlite/driver.js';
import { CREATE, INSERT_CONTEXT, INSERT_METRIC, INSERT_SESSION, metric } from './helpers/pymon-statements.js';
import { readingRecord, sessionRecord, START, values, writerRecord } from './helpers/records.js';
import { temporaryFolder } from './helpers/temporary.js';

const EXAMPLE = join(import.meta.dirname, 'fixtures', 'example.pymon');
const EXAMPLE_SESSION = '924e6c94a43e034bfc42b472f2a102ce';
const TABLES = ['TEST_SESSIONS', 'EXECUTION_CONTEXTS', 'TEST_METRICS'] as const;

async function empty(): Promise<string> {
  const file = join(temporaryFolder(), 'history.db');
  await (await openStore(file)).close();
  return file;
}

/** Plain SQL, as another program would use the file. */
function plain(file: string): SqliteDatabase {
  const database = sqliteDriver()(file, {});
  // As Python's sqlite3 has it.
  database.pragma('foreign_keys = off');
  onTestFinished(() => void database.close());
  return database;
}

async function withStore<T>(file: string, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(file);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

function rows(database: SqliteDatabase, table: string): unknown[] {
  return database.prepare(`SELECT * FROM ${table}`).raw().all();
}

describe("pytest-monitor's statements on a history", () => {
  test('its tables exist already, with exactly its columns', async () => {
    const database = plain(await empty());
    for (const statement of CREATE) database.exec(statement);
    const original = plain(':memory:');
    for (const statement of CREATE) original.exec(statement);
    for (const table of TABLES) {
      const columns = (one: SqliteDatabase): unknown[] => one.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(table);
      expect(columns(database)).toEqual(columns(original));
    }
  });

  test('what it writes comes back as from its own tables', async () => {
    const file = await empty();
    const ours = plain(file);
    const theirs = plain(':memory:');
    for (const database of [ours, theirs]) {
      for (const statement of CREATE) database.exec(statement);
      database
        .prepare(INSERT_SESSION)
        .run('s1', '2026-11-23T03:11:21.867701', '6fe20bda', '{"description": "first \\u00e9", "demo": "yes"}');
      database.prepare(INSERT_SESSION).run('s2', null, '', 'no JSON');
      database.prepare(INSERT_SESSION).run('s3', 'some day', null, '17');
      database
        .prepare(INSERT_CONTEXT)
        .run(2, 2596.15, '', 'AMD EPYC', 24103, 'localhost', 'x86_64', '64bit', 'Linux - 6.18', '3.11.2 (main)\n[GCC]', 'e1');
      database.prepare(INSERT_CONTEXT).run(null, 0, null, null, 'much', null, null, null, null, null, 'e2');
      const insert = database.prepare(INSERT_METRIC);
      insert.run(...metric());
      insert.run(...metric());
      insert.run(...metric({ TOTAL_TIME: 0.1 + 0.2, USER_TIME: 5e-324, KERNEL_TIME: -0, CPU_USAGE: 1e308, MEM_USAGE: -0.00390625 }));
      insert.run(...metric({ TOTAL_TIME: 9007199254740993, USER_TIME: Infinity, KERNEL_TIME: 1e300, CPU_USAGE: null, MEM_USAGE: null }));
      insert.run(...metric({ ITEM: 'a\\b \\0041', ITEM_VARIANT: 'new\nline [é-漢]', ITEM_PATH: 'p"q\'', COMPONENT: 'back\\slash' }));
      insert.run(...metric({ KIND: 'package', ITEM_VARIANT: '', COMPONENT: '' }));
      insert.run(...metric({ SESSION_H: 'unknown', ENV_H: 'unknown too' }));
      insert.run(...metric({ ENV_H: 'e2' }));
      insert.run(...Array<null>(14).fill(null));
      insert.run(...metric({ ITEM: 5, KIND: 1.5, TOTAL_TIME: '1.25', USER_TIME: 'text', ITEM_START_TIME: '' }));
    }
    for (const table of TABLES) expect(rows(ours, table)).toEqual(rows(theirs, table));
    for (const query of [
      'select ITEM, TOTAL_TIME, CPU_USAGE, MEM_USAGE, ITEM_PATH from TEST_METRICS',
      'select typeof(TOTAL_TIME), typeof(USER_TIME), typeof(ITEM), typeof(KIND), typeof(MEM_USAGE) from TEST_METRICS',
      "select count(*) from EXECUTION_CONTEXTS where ENV_H= 'e1'",
      "SELECT ENV_H FROM EXECUTION_CONTEXTS WHERE ENV_H= 'nothing'",
      "SELECT ITEM FROM TEST_METRICS WHERE COMPONENT != '' AND ITEM LIKE '%test_add'",
      'SELECT m.ITEM, s.SCM_ID, c.CPU_VENDOR FROM TEST_METRICS m JOIN TEST_SESSIONS s USING (SESSION_H) JOIN EXECUTION_CONTEXTS c USING (ENV_H) ORDER BY 1, 2, 3',
      'SELECT SESSION_H, ITEM_VARIANT, sum(TOTAL_TIME), avg(MEM_USAGE), count(*) FROM TEST_METRICS GROUP BY 1, 2 ORDER BY 1, 2',
    ]) {
      expect(ours.prepare(query).raw().all()).toEqual(theirs.prepare(query).raw().all());
    }
  });

  test('the same session or context twice is refused, as there', async () => {
    const database = plain(await empty());
    database.prepare(INSERT_SESSION).run('s1', null, null, null);
    expect(() => database.prepare(INSERT_SESSION).run('s1', null, null, null)).toThrow(/UNIQUE constraint failed: TEST_SESSIONS.SESSION_H/);
    expect(() => database.prepare(INSERT_SESSION).run(null, null, null, null)).toThrow(
      /NOT NULL constraint failed: TEST_SESSIONS.SESSION_H/,
    );
    const context = [1, 1, '', '', 1, '', '', '', '', ''];
    database.prepare(INSERT_CONTEXT).run(...context, 'e1');
    expect(() => database.prepare(INSERT_CONTEXT).run(...context, 'e1')).toThrow(/UNIQUE constraint failed: EXECUTION_CONTEXTS.ENV_H/);
    expect(() => database.prepare(INSERT_CONTEXT).run(...context, null)).toThrow(/NOT NULL constraint failed: EXECUTION_CONTEXTS.ENV_H/);
  });

  test('its rows are changed and removed as in a table', async () => {
    const ours = plain(await empty());
    const theirs = plain(':memory:');
    for (const database of [ours, theirs]) {
      for (const statement of CREATE) database.exec(statement);
      database.prepare(INSERT_SESSION).run('s1', '2026-11-23', 'rev', '{}');
      database.prepare(INSERT_SESSION).run('s2', '2026-11-24', 'rev', '{}');
      database.prepare(INSERT_CONTEXT).run(1, 1, '', '', 1, '', '', '', '', '', 'e1');
      const insert = database.prepare(INSERT_METRIC);
      for (const ITEM of ['a', 'a', 'b', 'c']) insert.run(...metric({ ITEM }));
      database.exec(`UPDATE TEST_METRICS SET COMPONENT = 'x', TOTAL_TIME = TOTAL_TIME * 2 WHERE ITEM = 'a'`);
      database.exec(`DELETE FROM TEST_METRICS WHERE ITEM = 'b'`);
      database.exec(`UPDATE TEST_SESSIONS SET SCM_ID = 'other' WHERE SESSION_H = 's1'`);
      database.exec(`DELETE FROM TEST_SESSIONS WHERE SESSION_H = 's2'`);
      database.exec(`UPDATE EXECUTION_CONTEXTS SET CPU_COUNT = 4`);
    }
    for (const table of TABLES) {
      const sorted = (database: SqliteDatabase): string[] =>
        rows(database, table)
          .map((row) => JSON.stringify(row))
          .sort();
      expect(sorted(ours)).toEqual(sorted(theirs));
    }
    ours.exec('DELETE FROM EXECUTION_CONTEXTS');
    expect(rows(ours, 'EXECUTION_CONTEXTS')).toEqual([]);
    expect(rows(ours, 'TEST_METRICS')).toHaveLength(3);
  });
});

describe('foreign rows in our queries', () => {
  test('are sessions and readings like ours', async () => {
    const file = await empty();
    const database = plain(file);
    database.prepare(INSERT_METRIC).run(...metric({ ITEM_START_TIME: '2026-11-23T03:11:22.000001+00:00' }));
    await withStore(file, async (store) => {
      // Its session is not known yet; its readings are.
      expect(await store.sessions()).toEqual([]);
      expect(await store.session('s1')).toBeUndefined();
      expect(await store.readings({ session: 's1' })).toHaveLength(1);
    });
    database.prepare(INSERT_SESSION).run('s1', '2026-11-23T03:11:21Z', 'abc', '{"description": "nightly", "n": 1}');
    database
      .prepare(INSERT_CONTEXT)
      .run(2, 2596.15, '', 'AMD EPYC', 24103, 'host', 'x86_64', '64bit', 'Linux - 6.18', '3.11.2 (main)', 'e1');
    await withStore(file, async (store) => {
      const startedAt = Date.UTC(2026, 10, 23, 3, 11, 21) * 1000;
      expect(await store.session('s1')).toMatchObject({
        startedAt,
        description: 'nightly',
        tags: { n: 1 },
        scm: { revision: 'abc' },
        context: {
          hash: 'e1',
          cpuCount: 2,
          cpuMhz: 2596.15,
          cpuModel: 'AMD EPYC',
          memoryTotal: 24103 * 2 ** 20,
          os: 'Linux',
          osRelease: '6.18',
          runtimeVersion: '3.11.2',
        },
      });
      expect(await store.sessions({ tag: { name: 'n', value: 1 } })).toMatchObject([{ id: 's1', foreign: true, tests: 1, failed: NaN }]);
      const [reading] = await store.readings({ session: 's1', orderBy: 'wall_time' });
      expect(reading).toMatchObject({
        identity: {
          kind: 'function',
          file: 'pkg/test_calc.py',
          describe: ['pkg.test_calc'],
          name: 'test_add',
          variant: 'test_add[1, 2]',
          ordinal: 0,
          project: '',
        },
        component: 'calc',
        context: 'e1',
        foreign: true,
        startedAt: startedAt + 1_000_001,
      });
      expect(reading!.values).toEqual(
        values({ wall_time: 35_370_111, cpu_time: 30_000_000, user_time: 20_000_000, kernel_time: 10_000_000, peak_growth: 450_560 }),
      );
      expect(await store.totals('s1')).toMatchObject([
        { kind: 'function', count: 1, passed: NaN, interrupted: NaN, retried: NaN, shared: NaN, wallTime: 35_370_111, peakGrowth: 450_560 },
      ]);
      // How it ended is not known, so that no status finds it.
      expect(await store.readings({ session: 's1', statuses: ['passed', 'failed', 'skipped', 'interrupted'] })).toEqual([]);
      expect(await store.session('s1')).toHaveProperty('foreign', true);
      await store.putSession(sessionRecord('ours'));
      expect(await store.session('ours')).not.toHaveProperty('foreign');
    });
  });

  test('keep their instants when their session is put by us later', async () => {
    const file = await empty();
    plain(file)
      .prepare(INSERT_METRIC)
      .run(...metric({ ITEM_START_TIME: '2026-11-23T03:11:22.5Z' }));
    await withStore(file, async (store) => {
      const began = async (): Promise<number[]> => (await store.readings({ session: 's1' })).map(({ startedAt }) => startedAt);
      const before = await began();
      expect(before).toEqual([Date.UTC(2026, 10, 23, 3, 11, 22, 500) * 1000]);
      await store.putSession(sessionRecord('s1'));
      expect(await store.session('s1')).toMatchObject({ startedAt: START });
      expect(await began()).toEqual(before);
    });
  });

  test('come into a session of ours, and neither disturbs the other', async () => {
    const file = await empty();
    await withStore(file, async (store) => {
      await store.putSession(sessionRecord('s1', { context: { hash: 'ours', machine: 'm' } }));
      await store.putReadings([readingRecord('s1', 1)]);
    });
    const database = plain(file);
    database.prepare(INSERT_METRIC).run(...metric());
    expect(() => database.prepare(INSERT_SESSION).run('s1', null, null, null)).toThrow(/UNIQUE/);
    await withStore(file, async (store) => {
      expect(await store.putReadings([readingRecord('s1', 1), readingRecord('s1', 2)])).toBe(1);
      expect((await store.readings({ session: 's1' })).map(({ context, foreign }) => [context, foreign])).toEqual(
        expect.arrayContaining([
          ['ours', false],
          ['ours', false],
          ['e1', true],
        ]),
      );
      expect((await store.sessions())[0]).toMatchObject({ tests: 3 });
    });
  });
});

describe('our rows in its tables', () => {
  async function ours(): Promise<string> {
    const file = await empty();
    await withStore(file, async (store) => {
      const context = {
        hash: 'c1',
        machine: 'box',
        os: 'Linux',
        osRelease: '6.1.0',
        arch: 'x64',
        cpuModel: 'AMD EPYC',
        cpuCount: 4,
        cpuMhz: 2596,
        memoryTotal: 8 * 2 ** 30,
        runtime: 'node',
        runtimeVersion: '20.20.2',
        runtimeDescription: 'Node v20.20.2 (V8 11.3, linux x64)',
      };
      await store.putSession(
        sessionRecord('s1', { description: 'first\\run', tags: { demo: 'yes', flag: true }, scm: { revision: 'abc' }, context }),
      );
      await store.putSession(sessionRecord('s2', { startedAt: 1_764_000_000_000_000 }));
      await store.putWriter(writerRecord('s1', 'w1', { rssAtStart: 50 * 2 ** 20 }));
      const measured = values({ wall_time: 2_000_000_000, user_time: 500_000_000, kernel_time: 250_000_000, peak_rss: 60.5 * 2 ** 20 });
      await store.putReadings([
        readingRecord('s1', 1, {
          values: measured,
          component: 'core',
          identity: { name: 'adds', describe: ['calc', 'in\\ner'], variant: '1 + 2' },
        }),
        readingRecord('s1', 2, { values: measured, identity: { kind: 'file', name: 'src/a.test.ts', describe: [] } }),
        readingRecord('s1', 3, { values: measured, identity: { kind: 'suite', name: 'calc', describe: [] } }),
        readingRecord('s1', 4, { values: values({ wall_time: 0 }), identity: { kind: 'hook', name: 'beforeEach', describe: [] } }),
        readingRecord('s1', 5, { status: 'skipped', values: values({}) }),
      ]);
    });
    return file;
  }

  test('have its names and units', async () => {
    const database = plain(await ours());
    const metrics = database.prepare('SELECT * FROM TEST_METRICS ORDER BY ITEM_START_TIME').all();
    const item = {
      SESSION_H: 's1',
      ENV_H: 'c1',
      ITEM_FS_LOC: 'src/a.test.ts',
      COMPONENT: '',
      TOTAL_TIME: 2,
      USER_TIME: 0.5,
      KERNEL_TIME: 0.25,
      CPU_USAGE: 0.375,
      MEM_USAGE: 10.5,
    };
    expect(metrics).toMatchObject([
      { ...item, KIND: 'function', ITEM: 'adds', ITEM_VARIANT: '1 + 2', COMPONENT: 'core', ITEM_PATH: 'src/a.test.ts > calc > in\\ner' },
      { ...item, KIND: 'module', ITEM: 'src/a.test.ts', ITEM_VARIANT: 'src/a.test.ts', ITEM_PATH: 'src/a.test.ts' },
      { ...item, KIND: 'class', ITEM: 'calc' },
      { KIND: 'hook', ITEM: 'beforeEach', TOTAL_TIME: 0, USER_TIME: null, CPU_USAGE: null, MEM_USAGE: null },
    ]);
    const local = (microseconds: number): string => {
      const date = new Date(microseconds / 1000);
      const fraction = microseconds % 1e6;
      const iso = new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
      return fraction === 0 ? iso : `${iso}.${String(fraction).padStart(6, '0')}`;
    };
    expect((metrics[0] as { ITEM_START_TIME: string }).ITEM_START_TIME).toBe(local(START + 1000));
    expect(database.prepare('SELECT * FROM TEST_SESSIONS ORDER BY SESSION_H').all()).toEqual([
      {
        SESSION_H: 's1',
        RUN_DATE: local(START),
        SCM_ID: 'abc',
        RUN_DESCRIPTION: '{"demo":"yes","flag":true,"description":"first\\\\run"}',
      },
      { SESSION_H: 's2', RUN_DATE: local(1_764_000_000_000_000), SCM_ID: '', RUN_DESCRIPTION: '{}' },
    ]);
    expect(database.prepare("SELECT * FROM EXECUTION_CONTEXTS WHERE ENV_H = 'c1'").all()).toEqual([
      {
        ENV_H: 'c1',
        CPU_COUNT: 4,
        CPU_FREQUENCY_MHZ: 2596,
        CPU_TYPE: 'x64',
        CPU_VENDOR: 'AMD EPYC',
        RAM_TOTAL_MB: 8192,
        MACHINE_NODE: 'box',
        MACHINE_TYPE: 'x86_64',
        MACHINE_ARCH: '64bit',
        SYSTEM_INFO: 'Linux - 6.1.0',
        PYTHON_INFO: 'Node v20.20.2 (V8 11.3, linux x64)',
      },
    ]);
  });

  test('are not changed through them', async () => {
    const file = await ours();
    const database = plain(file);
    const before = TABLES.map((table) => rows(database, table));
    for (const statement of [
      "UPDATE TEST_METRICS SET COMPONENT = 'x'",
      'DELETE FROM TEST_METRICS',
      "UPDATE TEST_SESSIONS SET SCM_ID = 'x'",
      'DELETE FROM TEST_SESSIONS',
      'UPDATE EXECUTION_CONTEXTS SET CPU_COUNT = 1',
      'DELETE FROM EXECUTION_CONTEXTS',
      "INSERT OR REPLACE INTO TEST_SESSIONS VALUES ('s1', 'x', 'x', '{}')",
      "INSERT OR REPLACE INTO EXECUTION_CONTEXTS (ENV_H) VALUES ('c1')",
    ]) {
      expect(() => database.exec(statement), statement).toThrow(/read-only|UNIQUE/);
    }
    expect(TABLES.map((table) => rows(database, table))).toEqual(before);
  });
});

describe('a .pymon file', () => {
  test('is opened for reading and stays as it is', async () => {
    const file = join(temporaryFolder(), 'copy.pymon');
    copyFileSync(EXAMPLE, file);
    const store = await openStore(file);
    expect(await store.sessions()).toMatchObject([
      {
        id: EXAMPLE_SESSION,
        description: 'first run',
        tags: { demo: 'yes' },
        scm: { revision: '6fe20bda1b9b3a5ca2fc2a6b337928b5738c33af' },
        tests: 10,
      },
    ]);
    expect((await store.totals(EXAMPLE_SESSION)).map(({ kind, count }) => [kind, count])).toEqual([
      ['function', 10],
      ['module', 2],
    ]);
    expect((await store.readings({ session: EXAMPLE_SESSION, orderBy: 'wall_time', limit: 1 }))[0]).toMatchObject({
      foreign: true,
      identity: { kind: 'module' },
    });
    await expect(store.putSession(sessionRecord('s'))).rejects.toMatchObject({ code: 'SPANMETER_USAGE' });
    await store.close();
    expect(readFileSync(file).equals(readFileSync(EXAMPLE))).toBe(true);
  });

  test('is imported digit for digit, once', async () => {
    const file = await empty();
    const imported = await withStore(file, async (store) => [await importPymon(store, EXAMPLE), await importPymon(store, EXAMPLE)]);
    expect(imported).toEqual([
      { contexts: 1, sessions: 1, metrics: 12 },
      { contexts: 0, sessions: 0, metrics: 0 },
    ]);
    const [ours, theirs] = [plain(file), sqliteDriver()(EXAMPLE, { readonly: true })];
    for (const table of TABLES) expect(rows(ours, table)).toEqual(rows(theirs, table));
    theirs.close();
  });

  test('that has grown adds what is new, equal rows counted', async () => {
    const file = await empty();
    const grown = join(temporaryFolder(), 'grown.pymon');
    const database = plain(grown);
    for (const statement of CREATE) database.exec(statement);
    const insert = database.prepare(INSERT_METRIC);
    insert.run(...metric());
    insert.run(...metric());
    insert.run(...metric({ SESSION_H: null }));
    await withStore(file, async (store) => {
      expect(await importPymon(store, grown)).toEqual({ contexts: 0, sessions: 0, metrics: 3 });
      database.prepare(INSERT_SESSION).run('s1', '2026-11-23', 'rev', '{}');
      insert.run(...metric());
      insert.run(...metric({ TOTAL_TIME: 0.03537011146545411 }));
      insert.run(...metric({ SESSION_H: null, MEM_USAGE: null }));
      expect(await importPymon(store, grown)).toEqual({ contexts: 0, sessions: 1, metrics: 3 });
      expect(await importPymon(store, grown)).toEqual({ contexts: 0, sessions: 0, metrics: 0 });
      const sorted = (one: SqliteDatabase): string[] =>
        rows(one, 'TEST_METRICS')
          .map((row) => JSON.stringify(row))
          .sort();
      expect(sorted(plain(file))).toEqual(sorted(database));
    });
  });

  test('that is none is refused, and nothing is imported', async () => {
    const file = await empty();
    const other = join(temporaryFolder(), 'other.db');
    plain(other).exec('CREATE TABLE TEST_SESSIONS (SESSION_H); INSERT INTO TEST_SESSIONS VALUES (1)');
    await withStore(file, async (store) => {
      await expect(importPymon(store, other)).rejects.toMatchObject({ code: 'SPANMETER_STORE_CORRUPT' });
      await expect(importPymon(store, `${other}.missing`)).rejects.toMatchObject({ code: 'SPANMETER_NOT_FOUND' });
      expect(await store.sessions()).toEqual([]);
      // A failed import leaves the store usable.
      expect(await importPymon(store, EXAMPLE)).toMatchObject({ metrics: 12 });
    });
  });
});

const python = spawnSync('python3', ['-c', 'import sqlite3; assert sqlite3.sqlite_version_info >= (3, 36)']).status === 0;

describe.runIf(python)("Python's sqlite3", () => {
  function runPython(source: string, ...args: string[]): string {
    return execFileSync('python3', ['-c', source, ...args], { encoding: 'utf8' });
  }

  test('reads our rows and the imported ones, and writes as pytest-monitor does while we are open', async () => {
    const file = await empty();
    const store = await openStore(file);
    await store.putSession(sessionRecord('ours'));
    await store.putReadings([readingRecord('ours', 1)]);
    await importPymon(store, EXAMPLE);
    const output = runPython(
      `
import json, sqlite3, sys
ours, theirs = sqlite3.connect(sys.argv[1]), sqlite3.connect(sys.argv[2])
create, session, metric = json.loads(sys.argv[3])
for statement in create:
    ours.execute(statement)
where = " where SESSION_H = '${EXAMPLE_SESSION}'"
for query in ["select * from TEST_METRICS" + where, "select * from TEST_SESSIONS" + where]:
    assert ours.execute(query).fetchall() == theirs.execute(query).fetchall(), query
assert ours.execute("select ITEM, TOTAL_TIME, CPU_USAGE, MEM_USAGE, ITEM_PATH from TEST_METRICS where SESSION_H = 'ours'").fetchall() == [
    ("test 1", 0.001, None, None, "src/a.test.ts")]
with ours:
    ours.execute(session, ("py", "2026-11-23T03:11:21.867701", "rev", json.dumps({"description": "d"})))
row = ("py", "env", "2026-11-23T03:11:21.9", "test_x", "m", "test_x", "m.py", "function", "", 0.1 + 0.2, 1e-9, 0.0, 1/3, 2/3)
with ours:
    ours.execute(metric, row)
back = ours.execute("select SESSION_H,ENV_H,ITEM_START_TIME,ITEM,ITEM_PATH,ITEM_VARIANT,ITEM_FS_LOC,KIND,COMPONENT,TOTAL_TIME,USER_TIME,KERNEL_TIME,CPU_USAGE,MEM_USAGE from TEST_METRICS where SESSION_H = 'py'").fetchone()
assert back == row, back
print("ok")
`,
      file,
      EXAMPLE,
      JSON.stringify([CREATE, INSERT_SESSION, INSERT_METRIC]),
    );
    expect(output).toBe('ok\n');
    expect(await store.readings({ session: 'py' })).toMatchObject([{ foreign: true, identity: { name: 'test_x', variant: '' } }]);
    expect((await store.sessions()).map(({ id }) => id)).toContain('py');
    await store.close();
  });
});
