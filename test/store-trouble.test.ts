/** Files that are no history, and places that can't hold one: each is named, with the remedy, and left untouched. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openStore } from '../dist/store/index.js';
import { sqliteDriver, type SqliteDatabase } from '../dist/store/sqlite/driver.js';
import { readingRecord, sessionRecord, values } from './helpers/records.js';
import { PACKAGE, run } from './helpers/script.js';
import { temporaryFolder } from './helpers/temporary.js';

/** A history with one session of some readings. */
async function history(folder = temporaryFolder(), readings = 3): Promise<string> {
  const file = join(folder, 'history.db');
  const store = await openStore(file);
  await store.putSession(sessionRecord('s'));
  await store.putReadings(Array.from({ length: readings }, (_, index) => readingRecord('s', index + 1)));
  await store.close();
  return file;
}

function change(file: string, work: (database: SqliteDatabase) => void): void {
  const database = sqliteDriver()(file, {});
  work(database);
  database.pragma('journal_mode = delete');
  database.close();
}

describe('the folder', () => {
  test('.spanmeter is made and keeps itself out of git', async () => {
    const folder = join(temporaryFolder(), 'a', '.spanmeter');
    await (await openStore(join(folder, 'history.db'))).close();
    expect(readFileSync(join(folder, '.gitignore'), 'utf8')).toBe('*\n');
    expect(readdirSync(folder).sort()).toEqual(['.gitignore', 'history.db']);
  });

  test('another folder gets no .gitignore, and an existing one stays', async () => {
    const folder = temporaryFolder();
    await (await openStore(join(folder, 'data', 'history.db'))).close();
    expect(readdirSync(join(folder, 'data'))).toEqual(['history.db']);
    mkdirSync(join(folder, '.spanmeter'));
    writeFileSync(join(folder, '.spanmeter', '.gitignore'), 'journal\n');
    await (await openStore(join(folder, '.spanmeter', 'history.db'))).close();
    expect(readFileSync(join(folder, '.spanmeter', '.gitignore'), 'utf8')).toBe('journal\n');
  });

  test('a folder that was made by another part gets its .gitignore', async () => {
    const folder = join(temporaryFolder(), '.spanmeter');
    mkdirSync(join(folder, 'journal'), { recursive: true });
    await (await openStore(join(folder, 'history.db'))).close();
    expect(readFileSync(join(folder, '.gitignore'), 'utf8')).toBe('*\n');
  });

  test.each([{ readonly: true }, { create: false }])('with %o nothing is made', async (options) => {
    const folder = temporaryFolder();
    await expect(openStore(join(folder, 'x', 'history.db'), options)).rejects.toMatchObject({ code: 'SPANMETER_NOT_FOUND' });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a file in the place of the folder, a folder in the place of the file', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    await expect(openStore(join(folder, 'file', 'history.db'))).rejects.toMatchObject({ code: 'SPANMETER_STORE_WRITE' });
    await expect(openStore(folder)).rejects.toMatchObject({ code: 'SPANMETER_STORE_WRITE' });
  });

  test('an unknown kind of store', async () => {
    await expect(openStore('gopher://host/history')).rejects.toMatchObject({ code: 'SPANMETER_USAGE' });
  });
});

describe('a file that is no history stays as it is', () => {
  const wrong: readonly (readonly [what: string, code: string, make: (file: string) => void | Promise<void>])[] = [
    ['a text', 'SPANMETER_STORE_CORRUPT', (file) => writeFileSync(file, 'these are my notes, not a database\n'.repeat(200))],
    ['a short text', 'SPANMETER_STORE_CORRUPT', (file) => writeFileSync(file, 'x')],
    [
      'a database of something else',
      'SPANMETER_STORE_CORRUPT',
      (file) => change(file, (database) => database.exec('CREATE TABLE users (name)')),
    ],
    [
      'a history of a newer version',
      'SPANMETER_STORE_NEWER',
      async (file) => {
        copyFileSync(await history(), file);
        change(file, (database) => database.pragma('user_version = 999'));
      },
    ],
  ];
  test.for(wrong)('%s', async ([, code, make]) => {
    const folder = temporaryFolder();
    const file = join(folder, 'history.db');
    await make(file);
    const before = readFileSync(file);
    for (const options of [{}, { readonly: true }, { create: false }]) {
      await expect(openStore(file, options)).rejects.toMatchObject({
        name: 'SpanmeterError',
        code,
        message: expect.stringContaining(file) as unknown,
      });
    }
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(folder)).toEqual(['history.db']);
  });

  test('an empty file: filled by a writer, refused by a reader', async () => {
    const file = join(temporaryFolder(), 'history.db');
    writeFileSync(file, '');
    await expect(openStore(file, { readonly: true })).rejects.toMatchObject({ code: 'SPANMETER_STORE_CORRUPT' });
    await expect(openStore(file, { create: false })).rejects.toMatchObject({ code: 'SPANMETER_STORE_CORRUPT' });
    expect(readFileSync(file)).toHaveLength(0);
    await (await openStore(file)).close();
    await (await openStore(file, { readonly: true })).close();
  });
});

describe('a damaged history', () => {
  test('overwritten in the middle', async () => {
    const file = await history(temporaryFolder(), 3000);
    const bytes = readFileSync(file);
    bytes.fill(0x5a, 8192, bytes.length - 8192);
    writeFileSync(file, bytes);
    const use = async (): Promise<void> => {
      const store = await openStore(file);
      try {
        await store.readings({ session: 's' });
      } finally {
        await store.close();
      }
    };
    await expect(use()).rejects.toMatchObject({ code: 'SPANMETER_STORE_CORRUPT' });
  });

  test('cut off', async () => {
    const file = await history(temporaryFolder(), 3000);
    truncateSync(file, 3 * 4096);
    await expect(openStore(file).then((store) => store.readings({ session: 's' }).finally(() => store.close()))).rejects.toMatchObject({
      code: 'SPANMETER_STORE_CORRUPT',
    });
  });
});

describe('a folder that is only for reading', () => {
  /** Also for root, whom permissions don't stop: then the folder is mounted read-only. */
  function protect(folder: string): void {
    if (process.getuid?.() !== 0) {
      for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o444);
      chmodSync(folder, 0o555);
      onTestFinished(() => chmodSync(folder, 0o755));
      return;
    }
    const mount = (...args: string[]): void => {
      const { status, stderr } = spawnSync('mount', args, { encoding: 'utf8' });
      if (status !== 0) throw new Error(`mount ${args.join(' ')}: ${stderr}`);
    };
    mount('--bind', folder, folder);
    onTestFinished(() => void spawnSync('umount', [folder]));
    mount('-o', 'remount,ro,bind', folder);
  }

  test('is read', async () => {
    const folder = temporaryFolder();
    const file = await history(folder);
    protect(folder);
    const store = await openStore(file, { readonly: true });
    expect(await store.readings({ session: 's' })).toHaveLength(3);
    expect(await store.sessions()).toHaveLength(1);
    await store.close();
    expect(readdirSync(folder)).toEqual(['history.db']);
  });

  test('is not written', async () => {
    const folder = temporaryFolder();
    const file = await history(folder);
    protect(folder);
    const write = openStore(file).then((store) => store.putSession(sessionRecord('t')).finally(() => store.close()));
    await expect(write).rejects.toMatchObject({ code: 'SPANMETER_STORE_WRITE', message: expect.stringContaining(file) as unknown });
    await expect(openStore(join(folder, 'other.db'))).rejects.toMatchObject({ code: 'SPANMETER_STORE_WRITE' });
    await expect(openStore(join(folder, '.spanmeter', 'history.db'))).rejects.toMatchObject({ code: 'SPANMETER_STORE_WRITE' });
  });
});

test('a store that was opened for reading is not written', async () => {
  const store = await openStore(await history(), { readonly: true });
  await expect(store.putReadings([readingRecord('s', 9)])).rejects.toMatchObject({ code: 'SPANMETER_STORE_WRITE' });
  expect(await store.readings({ session: 's' })).toHaveLength(3);
  await store.close();
  await store.close();
});

describe('a history of before', () => {
  /** As if gc_time were a metric of today. */
  async function withoutMetric(): Promise<string> {
    const file = await history();
    change(file, (database) => database.exec('ALTER TABLE metrics DROP COLUMN gc_time'));
    return file;
  }

  test.each([{}, { readonly: true }])('gets the columns of new metrics, opened with %o', async (options) => {
    const file = await withoutMetric();
    const store = await openStore(file, options);
    expect((await store.readings({ session: 's' })).map(({ values: numbers }) => numbers[0])).toEqual([1e6, 2e6, 3e6]);
    expect(await store.readings({ session: 's', orderBy: 'gc_time' })).toEqual([]);
    await store.close();
    const writer = await openStore(file);
    await writer.putReadings([readingRecord('s', 4, { values: values({ gc_time: 5 }) })]);
    expect((await writer.readings({ session: 's', orderBy: 'gc_time' })).map(({ sequence }) => sequence)).toEqual([4]);
    await writer.close();
  });
});

describe('the driver', () => {
  /** The built package somewhere else, with nothing installed beside it. */
  function bare(): string {
    const folder = temporaryFolder();
    for (const part of ['dist/model', 'dist/journal', 'dist/store']) cpSync(join(PACKAGE, part), join(folder, part), { recursive: true });
    return folder;
  }

  /** @param first source that runs before anything is loaded */
  function open(folder: string, first = ''): Promise<{ stdout: string }> {
    const source = `${first}
      require('./dist/store/index.js').openStore('history.db').then(
      async (store) => { await store.close(); console.log('opened'); },
      (error) => console.log(error.code, error.message))`;
    return run(process.execPath, ['-e', source], { cwd: folder });
  }

  /** 'better-sqlite3' for this Node, without its binary. */
  function install(folder: string, as: string, from = as): void {
    for (const [name, target] of [
      [from, as],
      ['bindings', 'bindings'],
      ['file-uri-to-path', 'file-uri-to-path'],
    ] as const) {
      const source = join(PACKAGE, 'node_modules', name);
      const build = join(source, 'build');
      if (existsSync(source))
        cpSync(source, join(folder, 'node_modules', target), { recursive: true, filter: (path) => !path.startsWith(build) });
    }
  }

  const isNode20 = Number(process.versions.node.split('.')[0]) < 22;
  const AGAIN = /^SPANMETER_STORE_MISSING .*Run "npm install" again with this Node, or go on without a history with --no-db\.$/m;
  const mine = isNode20 ? 'better-sqlite3-node20' : 'better-sqlite3';

  test('that is not installed is named, with the remedy, and nothing is made', async () => {
    const folder = bare();
    const { stdout } = await open(folder);
    expect(stdout).toMatch(isNode20 ? /^SPANMETER_STORE_MISSING .*npm install better-sqlite3-node20@.*, use a newer Node/ : AGAIN);
    expect(existsSync(join(folder, 'history.db'))).toBe(false);
  });

  test('that an older Node left out when it installed is named, with the remedy', async () => {
    const newer = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '22.0.0' } });";
    const { stdout } = await open(bare(), newer);
    expect(stdout).toMatch(AGAIN);
    expect(stdout).not.toContain('newer Node');
  });

  test.runIf(isNode20)('of Node 22 is never loaded by Node 20, which it would crash', async () => {
    const folder = bare();
    mkdirSync(join(folder, 'node_modules/better-sqlite3'), { recursive: true });
    writeFileSync(join(folder, 'node_modules/better-sqlite3/index.js'), "console.log('loaded'); process.abort();");
    const { stdout } = await open(folder);
    expect(stdout).toMatch(/^SPANMETER_STORE_MISSING/);
  });

  test.runIf(isNode20)('of Node 20 that is not there, or has no binary, is the one that we ship', async () => {
    const folder = bare();
    install(folder, mine);
    expect((await open(folder)).stdout).toMatch(/^SPANMETER_STORE_MISSING .*no such file/);
    cpSync(join(PACKAGE, 'node_modules', mine, 'lib'), join(folder, 'prebuilds', mine, 'lib'), { recursive: true });
    writeFileSync(join(folder, 'prebuilds', mine, 'package.json'), '{ "main": "lib/index.js" }');
    rmSync(join(folder, 'node_modules', mine), { recursive: true });
    const prebuilds = join(folder, 'prebuilds', `${process.platform}-${process.arch}`);
    mkdirSync(prebuilds, { recursive: true });
    copyFileSync(
      join(PACKAGE, 'node_modules', mine, 'build/Release/better_sqlite3.node'),
      join(prebuilds, `better-sqlite3.abi${process.versions.modules}.node`),
    );
    expect((await open(folder)).stdout).toBe('opened\n');
  });
});
