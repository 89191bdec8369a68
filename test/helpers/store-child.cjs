/**
 * A process that uses a history, as told by its arguments: [package] [job] [file] [name]. It says on standard output what is done,
 * and a failure's code.
 */
const [, , root, job, file, name] = process.argv;
const { openStore } = require(`${root}/dist/store/index.js`);

const START = 1_764_000_000_000_000;
const BATCH = 100;

function records(session, writer, first) {
  return Array.from({ length: BATCH }, (_, index) => ({
    session,
    writer,
    sequence: first + index,
    parent: 0,
    identity: {
      kind: 'test',
      project: '',
      file: 'a.test.ts',
      describe: [],
      name: `test ${(first + index) % 500}`,
      variant: '',
      ordinal: 0,
    },
    component: `component ${index % 7}`,
    tags: index % 10 === 0 ? { nth: index } : {},
    startedAt: START + first + index,
    status: 'passed',
    retry: 0,
    repeat: 0,
    overlaps: 0,
    shared: false,
    peakIsLowerBound: false,
    values: Float64Array.from({ length: 26 }, (__, metric) => metric * 1000 + index),
  }));
}

function putSession(store, id) {
  return store.putSession({
    id,
    startedAt: START,
    description: '',
    tags: {},
    scm: {},
    context: { hash: `context of ${id}` },
    command: 'child',
    root: '/',
    packages: [{ name: 'shared', version: '1.0.0' }],
  });
}

/** Batches after each other; each is announced when it is stored. */
async function write(store, session, writer, batches) {
  for (let batch = 0; batch < batches; batch++) {
    await store.putReadings(records(session, writer, batch * BATCH + 1));
    console.log(`stored ${(batch + 1) * BATCH}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const JOBS = {
  /** Several write into one session, each as a writer of its own. */
  async share() {
    const store = await openStore(file);
    await putSession(store, 'shared');
    await write(store, 'shared', name, 20);
    await store.close();
  },
  /** Opens at an agreed time, so that several make the file at once. */
  async create() {
    await new Promise((resolve) => setTimeout(resolve, Number(name) - Date.now()));
    const store = await openStore(file);
    await putSession(store, `session ${process.pid}`);
    await store.close();
  },
  /** Writes until it is killed. */
  async forever() {
    const store = await openStore(file);
    await putSession(store, name);
    await write(store, name, 'w', Infinity);
  },
  /** Writes until it fails. */
  async fill() {
    const store = await openStore(file);
    await putSession(store, name);
    await write(store, name, 'w', 1000);
  },
  /** Holds the lock for writers for a while. */
  async lock() {
    const { sqliteDriver } = require(`${root}/dist/store/sqlite/driver.js`);
    const database = sqliteDriver()(file, {});
    database.exec('BEGIN IMMEDIATE');
    console.log('locked');
    await new Promise((resolve) => setTimeout(resolve, Number(name)));
    database.exec('COMMIT');
    database.close();
  },
};

JOBS[job]().then(
  () => console.log('done'),
  (error) => console.log(`failed ${error.code}: ${error.message}`),
);
