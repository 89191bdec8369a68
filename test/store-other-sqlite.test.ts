/** A history is read and written by the SQLite of other programs, which may be some years old; and one of before gets the views of now. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { importPymon, openStore } from '../dist/store/index.js';
import { sqliteDriver, type SqliteDatabase } from '../dist/store/sqlite/driver.js';
import { CREATE, INSERT_CONTEXT, INSERT_METRIC, INSERT_SESSION, metric } from './helpers/pymon-statements.js';
import { REPOSITORY } from './helpers/project.mjs';
import { readingRecord, sessionRecord, values, writerRecord } from './helpers/records.js';
import { temporaryFolder } from './helpers/temporary.js';

/** SQLite 3.36 of June 2021, as a module of WebAssembly. */
const SQL_JS = join(REPOSITORY, 'test/tools/sqlite/node_modules/sql.js');
const VIEWS = ['TEST_SESSIONS', 'EXECUTION_CONTEXTS', 'TEST_METRICS'] as const;

interface Result {
  readonly values: unknown[][];
}
interface OldDatabase {
  exec(sql: string): Result[];
  run(sql: string, values?: readonly unknown[]): void;
  close(): void;
}
type InitSqlJs = (how: { readonly wasmBinary: Uint8Array }) => Promise<{ readonly Database: new (bytes: Uint8Array) => OldDatabase }>;

/** With sessions, contexts and readings of ours and of pytest-monitor. */
async function history(): Promise<string> {
  const file = join(temporaryFolder(), 'history.db');
  const store = await openStore(file);
  const context = {
    hash: 'c1',
    machine: 'box',
    os: 'Linux',
    osRelease: '6.1',
    arch: 'x64',
    cpuCount: 4,
    cpuMhz: 2596.5,
    memoryTotal: 2 ** 33,
  };
  await store.putSession(sessionRecord('ours', { description: 'first', tags: { demo: 'yes' }, context }));
  await store.putWriter(writerRecord('ours', 'w1', { rssAtStart: 2 ** 20 }));
  await store.putReadings([
    readingRecord('ours', 1, { values: values({ wall_time: 1e9, user_time: 5e8, kernel_time: 0, peak_rss: 2 ** 21 }) }),
  ]);
  await importPymon(store, join(REPOSITORY, 'test/fixtures/example.pymon'));
  await store.close();
  return file;
}

function plain(file: string): SqliteDatabase {
  const database = sqliteDriver()(file, {});
  onTestFinished(() => void database.close());
  return database;
}

const rowsOf = (database: SqliteDatabase, view: string): unknown[] => database.prepare(`SELECT * FROM ${view}`).raw().all();

describe.runIf(existsSync(SQL_JS))('SQLite 3.36', () => {
  async function older(file: string): Promise<OldDatabase> {
    const init = createRequire(import.meta.url)(SQL_JS) as InitSqlJs;
    // Node has a fetch by now, and that knows no files.
    const { Database } = await init({ wasmBinary: readFileSync(join(SQL_JS, 'dist/sql-wasm.wasm')) });
    const bytes = readFileSync(file);
    // It has no shared memory for a WAL: https://www.sqlite.org/fileformat.html#file_format_version_numbers
    bytes.fill(1, 18, 20);
    const database = new Database(bytes);
    onTestFinished(() => database.close());
    return database;
  }

  test('reads the views as we do', async () => {
    const file = await history();
    const [ours, old] = [plain(file), await older(file)];
    expect(old.exec('SELECT sqlite_version()')[0]?.values).toEqual([['3.36.0']]);
    for (const view of VIEWS) {
      expect(rowsOf(ours, view).length).toBeGreaterThan(1);
      expect(old.exec(`SELECT * FROM ${view}`)[0]?.values).toEqual(rowsOf(ours, view));
    }
  });

  test("runs pytest-monitor's statements on them, and every trigger", async () => {
    const old = await older(await history());
    for (const statement of CREATE) old.run(statement);
    old.run(INSERT_SESSION, ['s1', '2026-11-23T03:11:21.867701', 'rev', '{"description": "words", "n": 1}']);
    old.run(INSERT_CONTEXT, [2, 2596.15, '', 'AMD', 24103, 'host', 'x86_64', '64bit', 'Linux - 6.18', '3.11.2 (main)', 'e1']);
    old.run(INSERT_METRIC, metric());
    old.run(`UPDATE TEST_METRICS SET COMPONENT = 'x' WHERE SESSION_H = 's1'`);
    old.run(`UPDATE TEST_SESSIONS SET SCM_ID = 'other' WHERE SESSION_H = 's1'`);
    old.run(`UPDATE EXECUTION_CONTEXTS SET CPU_COUNT = 4 WHERE ENV_H = 'e1'`);
    expect(old.exec(`SELECT description, tags, revision FROM sessions WHERE id = 's1'`)[0]?.values).toEqual([
      ['words', '{"n":1}', 'other'],
    ]);
    expect(old.exec(`SELECT COMPONENT, TOTAL_TIME FROM TEST_METRICS WHERE SESSION_H = 's1'`)[0]?.values).toEqual([['x', metric()[9]]]);
    expect(old.exec(`SELECT json_extract(facts, '$.cpuCount') FROM contexts WHERE hash = 'e1'`)[0]?.values).toEqual([[4]]);
    for (const [view, key, value] of [
      ['TEST_METRICS', 'SESSION_H', 's1'],
      ['TEST_SESSIONS', 'SESSION_H', 's1'],
      ['EXECUTION_CONTEXTS', 'ENV_H', 'e1'],
    ]) {
      old.run(`DELETE FROM ${view} WHERE ${key} = '${value}'`);
      expect(old.exec(`SELECT * FROM ${view} WHERE ${key} = '${value}'`)).toEqual([]);
    }
  });

  test('answers the queries of the reference', async () => {
    const old = await older(await history());
    const page = readFileSync(join(REPOSITORY, 'docs/reference/history.md'), 'utf8');
    const queries = [...page.matchAll(/```sql\n([^]*?)```/g)].map(([, sql = '']) => sql);
    expect(queries.length).toBeGreaterThan(2);
    for (const query of queries) expect(() => old.exec(query), query).not.toThrow();
  });
});

test('a history of before gets the views of now, and keeps its rows', async () => {
  const file = await history();
  const database = plain(file);
  const made = (): string[] =>
    database.prepare("SELECT sql FROM sqlite_master WHERE type IN ('view', 'trigger') ORDER BY type DESC, name").pluck().all() as string[];
  const now = made();
  const rows = VIEWS.map((view) => rowsOf(database, view));
  // As they were in version 3.
  const before = now.map((sql) => sql.replaceAll(/json_extract\(([\w.]+), ('\$\.\w+')\)/g, '$1 ->> $2'));
  expect(before.filter((sql) => sql.includes('->>')).length).toBeGreaterThan(2);
  for (const view of VIEWS) database.exec(`DROP VIEW ${view}`);
  for (const sql of before) database.exec(sql);
  database.pragma('user_version = 3');
  expect(made()).toEqual(before);
  await (await openStore(file, { readonly: true })).close();
  expect(made()).toEqual(now);
  expect(VIEWS.map((view) => rowsOf(database, view))).toEqual(rows);
});
