/** Servers that are slow, lying, busy, or killed, caused for real: a run waits no longer than it was told, and no record is lost or counted twice. */
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { BATCH_TYPE, decodeBatch, encodeBatch } from '../dist/journal/batch.js';
import { openStore } from '../dist/store/index.js';
import { readingRecord, sessionRecord } from './helpers/records.js';
import { BIN, start, type Ended, type Running } from './helpers/script.js';
import { temporaryFolder } from './helpers/temporary.js';

const COMMAND = ['--', process.execPath, '-e', 'process.exit(3)'];

function run(root: string, url: string, patience: number): Promise<Ended> {
  const flags = ['--no-db', '--remote', url, '--remote-timeout', String(patience)];
  return start(process.execPath, [BIN, 'run', ...flags, ...COMMAND], { cwd: root, env: { SPANMETER_ROOT: root } }).ended;
}

function waiting(root: string): number {
  const folder = join(root, '.spanmeter/journal');
  return existsSync(folder) ? readdirSync(folder).length : 0;
}

const flat = (text: string): string => text.replace(/\s+/g, ' ');

async function listening(listener: RequestListener): Promise<{ readonly url: string; readonly asked: number[] }> {
  const sockets = new Set<Socket>();
  const asked: number[] = [];
  const server = createServer((request, response) => {
    asked.push(performance.now());
    listener(request, response);
  });
  server.on('connection', (socket) => sockets.add(socket)).listen(0, '127.0.0.1');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await new Promise((resolve) => server.once('listening', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

/** What a spanmeter server says of a batch. */
function confirm(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { session, records } = decodeBatch(gunzipSync(Buffer.concat(chunks)));
    response.end(JSON.stringify({ session: session.id, rows: records.length, new: records.length }));
  });
}

describe('a run', () => {
  const redirected: unknown[] = [];
  test.for([
    ['that answers too late', (_, response) => void setTimeout(() => response.end('{}'), 20_000).unref(), /did not answer in time/],
    [
      'that begins an answer and never ends it',
      (_, response) => void response.writeHead(200).write('{"session"'),
      /did not answer in time/,
    ],
    [
      'that closes half-way',
      (_, response) => {
        response.writeHead(200, { 'content-length': '1000' }).write('{"session"');
        setTimeout(() => response.destroy(), 5);
      },
      /cannot be reached/,
    ],
    ['that is another program', (_, response) => void response.end('<html>Hello</html>'), /not as a spanmeter server does/],
    [
      'that sends elsewhere',
      ({ url }, response) => void (redirected.push(url), response.writeHead(307, { location: '/there' }).end()),
      /redirect/,
    ],
    ['that wants to be left alone for long', (_, response) => void response.writeHead(503, { 'retry-after': '3600' }).end(), /answers 503/],
  ] satisfies [string, RequestListener, RegExp][])('ends as ever before a server %s', { timeout: 60_000 }, async ([, listener, why]) => {
    const [root, server] = [temporaryFolder(), await listening(listener)];
    const { code, stderr } = await run(root, server.url, 0.7);
    // Without the bound it would wait for 20 seconds, or a minute.
    expect(performance.now() - server.asked[0]!).toBeLessThan(15_000);
    expect(code).toBe(3);
    expect(flat(stderr).match(/The records were not sent: /g)).toHaveLength(1);
    expect(flat(stderr)).toMatch(why);
    expect(waiting(root)).toBe(1);
    if (why.source === 'redirect') expect(redirected).toEqual(['/api/v2/batches']);
  });

  test('does not wait for a server that is not there', { timeout: 60_000 }, async () => {
    const root = temporaryFolder();
    const gone = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => gone.once('listening', resolve));
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    // Patience for longer than this test has.
    const { code, stderr } = await run(root, `http://127.0.0.1:${port}`, 600);
    expect(code).toBe(3);
    expect(flat(stderr)).toContain('ECONNREFUSED');
    expect(waiting(root)).toBe(1);
  });

  test('says what is wrong with https:// before a server without TLS', async () => {
    const server = await listening((_, response) => void response.end('{}'));
    const { code, stderr } = await run(temporaryFolder(), server.url.replace('http:', 'https:'), 1);
    expect(code).toBe(3);
    expect(flat(stderr)).toContain('it does not speak TLS (is it http://?)');
  });

  test.for([429, 503])('comes back when a server that answers %i says so', { timeout: 60_000 }, async (status) => {
    let refusals = 1;
    const server = await listening((request, response) => {
      if (refusals-- > 0) response.writeHead(status, { 'retry-after': '1' }).end();
      else confirm(request, response);
    });
    const { code, stderr } = await run(temporaryFolder(), server.url, 40);
    expect(code).toBe(3);
    expect(stderr).toMatch(/sent .*1 row, 1 new/);
    expect(server.asked).toHaveLength(2);
    expect(server.asked[1]! - server.asked[0]!).toBeGreaterThan(990);
  });
});

describe('a server that is killed', () => {
  const ROWS = 2000;
  const batch = (nth: number): Buffer => {
    const records = Array.from({ length: ROWS }, (_, index) => readingRecord('s', nth * ROWS + index + 1));
    return gzipSync(encodeBatch({ session: sessionRecord('s'), writers: [], records }), { level: 1 });
  };

  async function serve(file: string, port: number): Promise<{ readonly running: Running; readonly url: string }> {
    const args = [BIN, 'serve', '--db', file, '--port', String(port), '--json', '--log', 'silent'];
    const running = start(process.execPath, args, { cwd: temporaryFolder() });
    await running.said('\n}');
    return { running, url: (JSON.parse(running.output()) as { url: string }).url };
  }

  async function kill({ child, ended }: Running): Promise<void> {
    child.kill('SIGKILL');
    await ended;
  }

  test('in the middle of batches has what it acknowledged, once, and is brought the rest', { timeout: 60_000 }, async () => {
    const file = join(temporaryFolder(), 'server.db');
    const first = await serve(file, 0);
    const port = Number(new URL(first.url).port);
    const acknowledged: number[] = [];
    const send = async (url: string, nth: number): Promise<void> => {
      const headers = { 'content-type': BATCH_TYPE, 'content-encoding': 'gzip' };
      const response = await fetch(`${url}/api/v2/batches`, { method: 'POST', headers, body: batch(nth) });
      expect(await response.json()).toMatchObject({ rows: ROWS });
      acknowledged.push(nth);
    };
    const enough = new Promise<void>((resolve) => {
      // Several are under way whenever it ends.
      let next = 0;
      const goOn = async (): Promise<void> => {
        for (;;) {
          await send(first.url, next++);
          if (acknowledged.length >= 3) resolve();
        }
      };
      for (let sender = 0; sender < 3; sender += 1) void goOn().catch(() => undefined);
    });
    await enough;
    await kill(first.running);
    const before = [...acknowledged];
    const killed = await openStore(file);
    const present = new Map<number, number>();
    for (const { sequence } of await killed.readings({ session: 's' })) {
      const nth = Math.floor((sequence - 1) / ROWS);
      present.set(nth, (present.get(nth) ?? 0) + 1);
    }
    await killed.close();
    for (const nth of before) expect(present.get(nth)).toBe(ROWS);
    // What was not acknowledged is there as a whole or not at all.
    for (const count of present.values()) expect(count).toBe(ROWS);
    const root = temporaryFolder();
    expect((await run(root, first.url, 0.5)).code).toBe(3);
    const second = await serve(file, port);
    const pushed = await start(process.execPath, [BIN, 'push'], { cwd: root, env: { SPANMETER_ROOT: root } }).ended;
    expect([pushed.code, pushed.stdout]).toEqual([0, expect.stringContaining('1 row sent')]);
    expect(waiting(root)).toBe(0);
    const all = Math.max(...present.keys(), ...before) + 3;
    for (let nth = 0; nth < all; nth += 1) await send(second.url, nth);
    await kill(second.running);
    const store = await openStore(file);
    const sequences = (await store.readings({ session: 's' })).map(({ sequence }) => sequence);
    expect(sequences).toEqual(Array.from({ length: all * ROWS }, (_, index) => index + 1));
    const [pushedSession] = (await store.sessions()).filter(({ id }) => id !== 's');
    expect([pushedSession?.exitCode, await store.countReadings({ session: pushedSession!.id })]).toEqual([3, 1]);
    await store.close();
  });
});
