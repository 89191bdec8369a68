/** A Monitor gives the same answers wherever a history is kept. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll } from 'vitest';
import { openStore } from '../dist/store/index.js';
import type { ServedStore } from '../dist/store/served.js';
import { monitorContract, OUR_RECORDS, OUR_SESSIONS, OUR_WRITERS } from './contracts/monitor.contract.js';
import { SEED, seed, served } from './contracts/v1.contract.js';
import { postgres } from './helpers/postgres.js';
import { PYMON_SCHEMAS, pymonRow, writePymon } from './helpers/pymon-file.js';
import { hidingV2, listen, recordedAnswers } from './helpers/v1-only.js';

const folder = mkdtempSync(join(tmpdir(), 'spanmeter-test-'));
const ends: (() => unknown)[] = [() => rmSync(folder, { recursive: true })];
afterAll(async () => {
  for (const end of ends.reverse()) await end();
});
const server = postgres();

let files = 0;
const newFile = (): string => join(folder, `${++files}.db`);

/** pytest-monitor's rows, as they come in. */
async function withForeignRows(location: string): Promise<string> {
  const [store, app] = await serving(location);
  await seed(app);
  await app.close();
  await store.close();
  return location;
}

async function withOurRows(location: string): Promise<string> {
  const store = await openStore(location);
  for (const session of OUR_SESSIONS) await store.putSession(session);
  for (const writer of OUR_WRITERS) await store.putWriter(writer);
  await store.putReadings(OUR_RECORDS);
  await store.close();
  return location;
}

async function serving(location: string): Promise<[ServedStore, FastifyInstance]> {
  const store = (await openStore(location)) as ServedStore;
  return [store, await served(store, 100)];
}

async function urlOf(location: string): Promise<string> {
  const [store, app] = await serving(location);
  ends.push(() => store.close(), () => app.close()); // prettier-ignore
  return app.listen({ host: '127.0.0.1', port: 0 });
}

monitorContract({ name: 'SQLite', foreign: () => withForeignRows(newFile()), ours: () => withOurRows(newFile()) });
monitorContract({
  name: 'PostgreSQL',
  foreign: async () => withForeignRows(await server().database()),
  ours: async () => withOurRows(await server().database()),
});
monitorContract({
  name: 'a .pymon file',
  foreign: async () => {
    const file = newFile().replace('.db', '.pymon');
    writePymon(file, PYMON_SCHEMAS['1.6.0'], SEED.map(pymonRow));
    return file;
  },
});
monitorContract({
  name: 'our server',
  foreign: async () => urlOf(await withForeignRows(newFile())),
  ours: async () => `${await urlOf(await withOurRows(newFile()))}/api/v1`,
});
monitorContract({
  name: 'our server before PostgreSQL',
  foreign: async () => `${await urlOf(await withForeignRows(await server().database()))}/api/v2`,
  ours: async () => urlOf(await withOurRows(await server().database())),
});
monitorContract({
  name: 'a server that speaks /api/v1 only',
  foreign: async () => {
    const proxy = await listen(hidingV2(await urlOf(await withForeignRows(newFile()))));
    ends.push(proxy.end);
    return `${proxy.url}/api/v1/`;
  },
});
monitorContract({
  name: 'the recorded answers of monitor-server-api',
  foreign: async () => {
    const proxy = await listen(recordedAnswers);
    ends.push(proxy.end);
    return `${proxy.url}/api/v1`;
  },
});
