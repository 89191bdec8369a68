/** Bad days of `spanmeter serve`: how it ends, is killed, finds its port taken, its disk full, its history locked. */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { BATCH_TYPE, encodeBatch } from '../dist/journal/batch.js';
import { openStore } from '../dist/store/index.js';
import { sqliteDriver } from '../dist/store/sqlite/driver.js';
import { readingRecord, sessionRecord, writerRecord } from './helpers/records.js';
import { mountSmall } from './helpers/small-disk.js';
import { CONTEXT, metric, newHistory, post, serve, spanmeter, wire } from './helpers/server-process.js';
import { temporaryFolder } from './helpers/temporary.js';

const ROWS = 50;

function batchOf(session: string): string | Uint8Array {
  const records = Array.from({ length: ROWS }, (_, index) => readingRecord(session, index + 1));
  return new Uint8Array(encodeBatch({ session: sessionRecord(session), writers: [writerRecord(session, 'w1')], records }));
}

function send(url: string, session: string): Promise<Response> {
  return fetch(`${url}/api/v2/batches`, { method: 'POST', headers: { 'content-type': BATCH_TYPE }, body: batchOf(session) });
}

/** What really is in the file, item by item. */
async function itemsIn(db: string): Promise<Map<string, number>> {
  const store = await openStore(db);
  await store.close();
  const database = sqliteDriver()(db, { readonly: true });
  const rows = database.prepare('SELECT ITEM, count(*) FROM TEST_METRICS GROUP BY 1').raw().all() as [string, number][];
  database.close();
  return new Map(rows);
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s: what was accepted is finished, nothing more is, and nothing stays behind',
  async (signal) => {
    const { child, ended, port, url, db } = await serve(newHistory());
    const body = JSON.stringify(metric('in flight'));
    // 100 says that the request was taken.
    const half = await wire(
      port,
      `POST /api/v1/metrics/ HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 20)}`,
    );
    await half.heard(/100 Continue/);
    const idle = await wire(port, 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await idle.heard(/ok/);
    child.kill(signal);
    // Connections that ask for nothing are closed, and no new ones are taken.
    await idle.closed;
    await expect
      .poll(
        () =>
          fetch(`${url}/healthz`).then(
            () => 'answers',
            () => 'closed',
          ),
        { timeout: 5000 },
      )
      .toBe('closed');
    half.socket.write(body.slice(20));
    expect(await half.closed).toMatch(/\nHTTP\/1.1 201 /);
    expect(await ended).toMatchObject({ code: 0, signal: null });
    expect(await itemsIn(db)).toEqual(new Map([['in flight', 1]]));
  },
);

test('who never finishes is not waited for longer than the grace; a second signal does not wait at all', async () => {
  const started = 'POST /api/v1/metrics/ HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 99\r\n\r\n{';
  const patient = await serve(newHistory(), '--grace', '1');
  const cut = await wire(patient.port, started);
  await cut.heard(/100 Continue/);
  patient.child.kill('SIGTERM');
  expect(await patient.ended).toMatchObject({ code: 0 });
  expect(await cut.closed).toMatch(/^HTTP\/1.1 100 Continue\s*$/);
  const hurried = await serve(newHistory());
  const waiting = await wire(hurried.port, started);
  await waiting.heard(/100 Continue/);
  const gone = await wire(hurried.port, 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await gone.heard(/ok/);
  hurried.child.kill('SIGTERM');
  await gone.closed;
  hurried.child.kill('SIGTERM');
  expect(await hurried.ended).toMatchObject({ signal: 'SIGTERM' });
});

test('the port is in use: said, with the remedy', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void other.close());
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as { port: number };
  const ended = await spanmeter('serve', '--db', newHistory(), '--port', String(port));
  expect(ended).toMatchObject({ code: 2, stdout: '' });
  expect(ended.stderr).toMatch(/in use by another program.*--port/);
  expect(await spanmeter('serve', '--db', newHistory(), '--host', '192.0.2.77', '--without-tokens')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--host') as string,
  });
});

test('killed in the middle of writes: what was acknowledged is there exactly once, and sent again it stays so', async () => {
  const db = newHistory();
  const acknowledged = new Set<string>();
  const sent = new Set<string>();
  for (let life = 0; life < 3; life += 1) {
    const { url, child, ended } = await serve(db);
    let alive = true;
    const client = async (id: number): Promise<void> => {
      for (let i = 0; alive; i += 1) {
        const name = `${life}-${id}-${i}`;
        sent.add(name);
        const answer = await (id % 2 === 0 ? post(`${url}/api/v1/metrics/`, metric(name)) : send(url, name)).catch(() => undefined);
        if (answer === undefined) return;
        expect([200, 201]).toContain(answer.status);
        acknowledged.add(name);
      }
    };
    const clients = Promise.all([0, 1, 2, 3].map(client));
    await expect.poll(() => acknowledged.size, { timeout: 20_000 }).toBeGreaterThan(life * 100 + 60);
    child.kill('SIGKILL');
    await ended;
    alive = false;
    await clients;
  }
  const items = await itemsIn(db);
  const database = sqliteDriver()(db, { readonly: true });
  const batches = new Map(
    database.prepare('SELECT id, count(*) FROM metrics JOIN sessions USING (session) WHERE known GROUP BY 1').raw().all() as [
      string,
      number,
    ][],
  );
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
  database.close();
  for (const name of acknowledged) expect([name, items.get(name) ?? (batches.get(name) ?? 0) / ROWS]).toEqual([name, 1]);
  for (const [name, rows] of batches) expect([name, rows]).toEqual([name, ROWS]);
  for (const [name, rows] of items) if (sent.has(name)) expect([name, rows]).toEqual([name, 1]);
  // Whoever did not hear the answer sends again.
  const { url } = await serve(db);
  for (const name of [...sent].filter((each) => Number(each.split('-')[1]) % 2 === 1)) {
    const answer = (await (await send(url, name)).json()) as { new: number };
    expect([name, answer.new]).toEqual([name, batches.has(name) ? 0 : ROWS]);
  }
}, 60_000);

test('the disk is full: nothing is acknowledged that is not stored, and room makes it work again', async (context) => {
  const folder = temporaryFolder();
  if (!mountSmall(folder)) context.skip('this user may not mount a file system');
  const db = join(folder, 'history.db');
  const { url, child, ended } = await serve(db);
  expect((await post(`${url}/api/v1/contexts/`, CONTEXT)).status).toBe(201);
  execFileSync('sh', ['-c', 'cat /dev/zero > full 2>/dev/null; true'], { cwd: folder });
  const answers: [string, number][] = [];
  for (let i = 0; i < 40; i += 1) answers.push([`m${i}`, (await post(`${url}/api/v1/metrics/`, metric(`m${i}`))).status]);
  const batch = await send(url, 'full');
  expect(batch.status).toBe(503);
  const { code, message } = (await batch.json()) as { code: string; message: string };
  expect([code, message]).toEqual(['unavailable', expect.not.stringMatching(/SQLITE|INSERT|\/tmp|\bat /)]);
  expect(new Set(answers.map(([, status]) => status))).toContain(503);
  // It still answers who asks.
  expect((await fetch(`${url}/api/v1/metrics/count`)).status).toBe(200);
  rmSync(join(folder, 'full'));
  expect((await post(`${url}/api/v1/metrics/`, metric('after'))).status).toBe(201);
  expect(await (await send(url, 'full')).json()).toMatchObject({ new: ROWS });
  child.kill('SIGTERM');
  const { stderr } = await ended;
  expect(stderr).toMatch(/SPANMETER_STORE_WRITE/);
  const items = await itemsIn(db);
  for (const [name, status] of answers) expect([name, items.get(name) ?? 0]).toEqual([name, status === 201 ? 1 : 0]);
}, 60_000);

test('the history is locked: 503 with the time to wait, and it goes on after', async () => {
  const { url, db } = await serve(newHistory());
  const database = sqliteDriver()(db, {});
  database.exec('BEGIN IMMEDIATE');
  const answer = await post(`${url}/api/v1/metrics/`, metric('locked'));
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
  database.exec('ROLLBACK');
  database.close();
  expect((await post(`${url}/api/v1/metrics/`, metric('locked'))).status).toBe(201);
  expect(await itemsIn(db)).toEqual(new Map([['locked', 1]]));
}, 30_000);
