// What does the history cost, and how fast does it answer? 500 sessions of 2,000 items with 24 metrics and more, a third of them
// absent, from the journals of their workers; then the questions that the commands ask; then one session of 20,000 items from
// prepared records. The yardstick, in the same run: pytest-monitor's own flat table, written as it writes it (one commit a row),
// and the same table in large transactions.
//
//   node benchmarks/store.mjs [--sessions 500] [--items 2000] [--yardstick-rows 2000]
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { groupQuery } from '../dist/client/group.js';
import { deliver } from '../dist/session/deliver.js';
import { openStore } from '../dist/store/index.js';
import { sqliteDriver } from '../dist/store/sqlite/driver.js';
import { verdict } from './lib/met.mjs';
import { time, timeCommands, timeItems, timeSessions, timeSums } from './lib/questions.mjs';
import { readings, sessionRecord, writeJournals, writers } from './lib/synthetic.mjs';

const { values: options } = parseArgs({
  options: {
    sessions: { type: 'string', default: '500' },
    items: { type: 'string', default: '2000' },
    'yardstick-rows': { type: 'string', default: '2000' },
  },
});
const SESSIONS = Number(options.sessions);
const ITEMS = Number(options.items);
/** Milliseconds: of a question, and of all that `show` or `top` ask of 20,000 items. */
const [GOAL, GOAL_LARGE] = [20, 50];
const [GOAL_RATE, GOAL_BYTES] = [200_000, 110];

/** Ten sessions at a time are the parallel jobs of one run. */
function sessionOfGroup(number) {
  const session = sessionRecord(number);
  return { ...session, tags: { ...session.tags, group: `run-${Math.floor(number / 10)}` } };
}

/** From prepared records: what the store itself takes. */
async function put(store, session, records) {
  const start = performance.now();
  await store.putSession(session);
  for (const writer of writers(session)) await store.putWriter(writer);
  await store.putReadings(records);
  return performance.now() - start;
}

/** From journals, as the end of a run does it. */
async function putJournals(store, session, records) {
  const journals = path.join(folder, session.id);
  writeJournals(journals, session, records);
  const start = performance.now();
  const { delivered, torn } = await deliver(store, session, [journals]);
  const spent = performance.now() - start;
  if (delivered !== records.length || torn > 0) throw new Error(`${delivered} of ${records.length} delivered, ${torn} torn`);
  rmSync(journals, { recursive: true });
  return spent;
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'spanmeter-bench-'));
try {
  const file = path.join(folder, 'history.db');
  const store = await openStore(file);
  const spent = [];
  for (let number = 0; number < SESSIONS; number++) {
    const session = sessionOfGroup(number);
    spent.push(await putJournals(store, session, readings(session, ITEMS)));
  }
  await store.close();
  const rows = SESSIONS * ITEMS;
  const rate = (rows / spent.reduce((sum, each) => sum + each)) * 1000;
  const median = (ITEMS / spent.toSorted((a, b) => a - b)[SESSIONS >> 1]) * 1000;
  const size = statSync(file).size / rows;
  console.log(
    `${rows} rows in ${SESSIONS} sessions: ${Math.round(rate)} rows/s, the median session ${Math.round(median)} from journals ` +
      `(${verdict(rate, GOAL_RATE, { atLeast: true })}), ${size.toFixed(1)} bytes a row (${verdict(size, GOAL_BYTES)})`,
  );

  const reader = await openStore(file, { readonly: true });
  const [last, middle] = [SESSIONS - 1, SESSIONS >> 1].map(sessionOfGroup);
  const group = middle.tags.group;
  const shards = (await reader.sessions(groupQuery(group))).map(({ id }) => id);
  console.log('lists and names:');
  await timeSessions(reader, { middle, group }, GOAL);
  console.log('the newest session:');
  await timeItems(reader, [last.id], GOAL);
  await timeSums(reader, 'last', undefined, GOAL);
  console.log(`a group of ${shards.length} sessions:`);
  await timeItems(reader, shards, GOAL);
  await timeSums(reader, undefined, group, GOAL_LARGE);
  console.log('whole commands, without the start of Node:');
  await timeCommands(file, [
    ['sessions'],
    ['sessions', '--group', group],
    ['show'],
    ['show', '--group', group],
    ['top'],
    ['top', '--group', group],
  ]);
  await reader.close();
  const database = sqliteDriver()(file, { readonly: true });
  // What the table's order is for; no command asks it yet.
  const history = database.prepare(
    'SELECT s.id, m.cpu_time FROM sessions s CROSS JOIN metrics m ON m.session = s.session AND m.item = ? ORDER BY s.started_at',
  );
  await time('the history of one item, over all sessions', 10, () => history.all(ITEMS >> 1).length);
  database.close();

  const large = await openStore(path.join(folder, 'large.db'));
  const session = sessionRecord(1);
  const spentLarge = await put(large, session, readings(session, 20_000));
  console.log(`one session of 20,000 items: ${Math.round((20_000 / spentLarge) * 1000)} rows/s`);
  await timeItems(large, [session.id], GOAL_LARGE);
  await timeSums(large, 'last', undefined, GOAL_LARGE);
  await time('all readings', undefined, async () => (await large.readings({ session: session.id })).length);
  await large.close();
  await timeCommands(path.join(folder, 'large.db'), [['show'], ['top']]);

  yardstick(rate, size);
} finally {
  rmSync(folder, { recursive: true });
}

function yardstick(rate, bytes) {
  const insert = (database) =>
    database.prepare(`insert into TEST_METRICS(SESSION_H,ENV_H,ITEM_START_TIME,ITEM,ITEM_PATH,ITEM_VARIANT,ITEM_FS_LOC,KIND,COMPONENT,TOTAL_TIME,
      USER_TIME,KERNEL_TIME,CPU_USAGE,MEM_USAGE) values (?,?,?,?,?,?,?,?,?,?,?,?,?,?)`);
  const table = `CREATE TABLE TEST_METRICS (SESSION_H varchar(64), ENV_H varchar(64), ITEM_START_TIME varchar(64), ITEM_PATH varchar(4096),
    ITEM varchar(2048), ITEM_VARIANT varchar(2048), ITEM_FS_LOC varchar(2048), KIND varchar(64), COMPONENT varchar(512) NULL, TOTAL_TIME float,
    USER_TIME float, KERNEL_TIME float, CPU_USAGE float, MEM_USAGE float)`;
  const record = sessionRecord(0);
  const flat = readings(record, ITEMS)
    .flat()
    .map((row) => [
      record.id,
      record.context.hash,
      new Date(row.startedAt / 1000).toISOString().replace('Z', '000'),
      row.identity.name,
      row.identity.file,
      row.identity.name,
      row.identity.file,
      'function',
      row.component,
      row.values[0] / 1e9,
      row.values[3] / 1e9,
      row.values[4] / 1e9,
      row.values[1] / row.values[0],
      row.values[6] / 2 ** 20,
    ]);
  const measure = (name, count, run) => {
    const file = path.join(folder, `${name}.db`);
    const database = sqliteDriver()(file, {});
    // Python's defaults.
    database.pragma('journal_mode = delete');
    database.pragma('synchronous = full');
    database.exec(table);
    const statement = insert(database);
    const start = performance.now();
    run(database, () => {
      for (let index = 0; index < count; index++) statement.run(flat[index % flat.length]);
    });
    const spent = performance.now() - start;
    database.close();
    return { rate: (count / spent) * 1000, bytes: statSync(file).size / count };
  };
  const count = Number(options['yardstick-rows']);
  const single = measure('single', count, (_, insertAll) => insertAll());
  const bulk = measure('bulk', 100_000, (database, insertAll) => database.transaction(insertAll)());
  console.log('yardstick, the flat table of pytest-monitor (5 numbers a row; ours has 17):');
  console.log(
    `  one commit a row, as it writes: ${Math.round(single.rate)} rows/s -> ours is ${Math.round(rate / single.rate)} times as fast`,
  );
  console.log(
    `  in one transaction: ${Math.round(bulk.rate)} rows/s, ${bulk.bytes.toFixed(1)} bytes a row -> ours takes ${(bytes / bulk.bytes).toFixed(2)} of the space`,
  );
}
