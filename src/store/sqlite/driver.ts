/**
 * The one place that loads better-sqlite3. Its 13.x is Node-API with the binaries inside, but crashes Node 20; its 12.x works on
 * Node 20 and 21 and is built for one Node ABI. So 13.x is a dependency, the package brings 12.x, and Node's version decides.
 */
import type Database from 'better-sqlite3';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { messageOf, SpanmeterError } from '../../model/errors.js';

export type SqliteDatabase = Database.Database;
export type SqliteStatement = Database.Statement;
export type SqliteOptions = Database.Options;

/** @param file a path, `:memory:`, or a database's bytes */
type Open = (file: string | Buffer, options: SqliteOptions) => SqliteDatabase;

const FIRST_WITH_NODE_API = 22;
/** What the package brings for Node 20: nobody who installs it needs a compiler, or compiles on another Node for nothing. */
const BROUGHT = path.join(__dirname, '../../../prebuilds');
const OWN_DRIVER = path.join(BROUGHT, 'better-sqlite3-node20');
const OWN_BINARY = path.join(BROUGHT, `${process.platform}-${process.arch}`, `better-sqlite3.abi${process.versions.modules}.node`);

// Which of the two is known at run time only.
const load = createRequire(__filename);

let loaded: Open | undefined;

/** @throws SpanmeterError SPANMETER_STORE_MISSING when no driver fits this Node */
export function sqliteDriver(): Open {
  return (loaded ??= loadDriver());
}

function loadDriver(): Open {
  const hasNodeApi = Number(process.versions.node.split('.')[0]) >= FIRST_WITH_NODE_API;
  const name = hasNodeApi ? 'better-sqlite3' : 'better-sqlite3-node20';
  const ways: (readonly [driver: string, nativeBinding?: string])[] = hasNodeApi ? [[name]] : [[name], [OWN_DRIVER, OWN_BINARY]];
  const tried: string[] = [];
  for (const [driver, nativeBinding] of ways) {
    try {
      return openWith(driver, nativeBinding);
    } catch (thrown) {
      tried.push(messageOf(thrown).split('\n', 1)[0]!);
    }
  }
  // npm leaves out what does not fit the Node that it runs on: packages installed by an older one lack this driver.
  const remedy = hasNodeApi
    ? 'Run "npm install" again with this Node'
    : `Run "npm install ${name}@npm:better-sqlite3@12", use a newer Node`;
  throw new SpanmeterError(
    'SPANMETER_STORE_MISSING',
    `The SQLite driver could not be loaded on Node ${process.version} (${tried.join('; ')}). ${remedy}, or go on without a history with --no-db.`,
  );
}

function openWith(name: string, nativeBinding: string | undefined): Open {
  if (nativeBinding !== undefined && !existsSync(nativeBinding)) throw new Error(`${nativeBinding}: no such file`);
  const Driver = load(name) as typeof Database;
  const own = nativeBinding === undefined ? {} : { nativeBinding };
  // The binary is loaded by the first database, not by require().
  new Driver(':memory:', own).close();
  return (file, options) => new Driver(file, { ...options, ...own });
}
