/** Runs that also send to a server: there, gone, lying, and back again. */
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSocket, type AddressInfo } from 'node:net';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { decodeBatch } from '../dist/journal/batch.js';
import { openStore } from '../dist/store/index.js';
import { PACKAGE, cleanEnvironment } from './helpers/script.js';
import { startServer } from './helpers/server.js';
import { temporaryFolder } from './helpers/temporary.js';

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function spanmeter(root: string, args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  const command = [join(PACKAGE, 'dist/cli/bin.js'), ...args];
  const child = spawn(process.execPath, command, { cwd: root, env: { ...cleanEnvironment(), SPANMETER_ROOT: root, ...env } });
  let [out, err] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (out += data.toString()));
  child.stderr.on('data', (data: Buffer) => (err += data.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })));
}

const run = (root: string, url: string, ...flags: string[]): Promise<Ended> =>
  spanmeter(root, ['run', '--remote', url, ...flags, '--', process.execPath, '-e', 'process.exit(3)'], { SPANMETER_TOKEN: 's3cret' });

const waiting = (root: string): string[] => {
  const folder = join(root, '.spanmeter/journal');
  return existsSync(folder) ? readdirSync(folder) : [];
};

/** A port on which nobody listens. */
async function freePort(): Promise<number> {
  const socket = createSocket().listen(0, '127.0.0.1');
  await new Promise((resolve) => socket.once('listening', resolve));
  const { port } = socket.address() as AddressInfo;
  await new Promise((resolve) => socket.close(resolve));
  return port;
}

async function listening(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a run is in the local history and on the server, and leaves nothing behind', async () => {
  const [root, server] = [temporaryFolder(), await startServer()];
  const { code, err } = await run(root, server.url);
  expect(code).toBe(3);
  expect(err).toMatch(new RegExp(`sent +${server.url} \\(1 row, 1 new\\)`));
  const local = await openStore(join(root, '.spanmeter/history.db'), { readonly: true });
  const [session] = await local.sessions();
  expect(await server.store.session(session!.id)).toEqual(await local.session(session!.id));
  expect(await server.store.readings({ session: session!.id })).toEqual(await local.readings({ session: session!.id }));
  await local.close();
  expect(waiting(root)).toEqual([]);
});

test('without a history the server has it all the same', async () => {
  const [root, server] = [temporaryFolder(), await startServer()];
  expect((await run(root, server.url, '--no-db')).code).toBe(3);
  expect(await server.store.countSessions()).toBe(1);
  expect(existsSync(join(root, '.spanmeter/history.db'))).toBe(false);
  expect(waiting(root)).toEqual([]);
});

test('what a server that is away did not get is sent by push, or by the next run, and counts once', { timeout: 60_000 }, async () => {
  const [root, port] = [temporaryFolder(), await freePort()];
  const url = `http://me:hidden@127.0.0.1:${port}`;
  const begun = performance.now();
  const soon = ['--remote-timeout', '0.5'];
  const [first, second] = await Promise.all([run(root, url, ...soon), run(root, url, '--no-db', ...soon)]);
  expect(performance.now() - begun).toBeLessThan(10_000);
  for (const { code, err } of [first, second]) {
    expect(code).toBe(3);
    expect(err.match(/were not sent/g)).toHaveLength(1);
    expect(err).not.toMatch(/hidden|s3cret/);
  }
  expect(waiting(root)).toHaveLength(2);
  const server = await startServer(port);
  const third = await run(root, url);
  expect(third.err).toMatch(/1 row, 1 new/);
  expect(await server.store.countSessions()).toBe(3);
  expect(waiting(root)).toEqual([]);
  for (const { id } of await server.store.sessions()) expect(await server.store.countReadings({ session: id })).toBe(1);
  expect((await spanmeter(root, ['push'])).out).toContain('Nothing to send');
});

test('push delivers what waits, and copies a history that the server has not', { timeout: 60_000 }, async () => {
  const root = temporaryFolder();
  const liar = createServer((_, response) => void response.end('<html>')).listen(0, '127.0.0.1');
  onTestFinished(() => void liar.close());
  await new Promise((resolve) => liar.once('listening', resolve));
  const { port } = liar.address() as AddressInfo;
  const lied = await run(root, `http://127.0.0.1:${port}`);
  expect(lied.code).toBe(3);
  expect(lied.err.replace(/\s+/g, ' ')).toContain('not as a spanmeter server does');
  expect(await spanmeter(root, ['push'])).toMatchObject({ code: 2, out: expect.stringContaining('could not be sent') });
  await new Promise((resolve) => liar.close(resolve));
  const server = await startServer(port);
  expect(await spanmeter(root, ['push'])).toMatchObject({ code: 0, out: expect.stringContaining('1 row sent') });
  expect(waiting(root)).toEqual([]);
  const other = await startServer();
  expect((await spanmeter(root, ['push', other.url])).out).toMatch(/1 session sent .*: 1 row, 1 new\n$/);
  expect((await spanmeter(root, ['push', '.spanmeter/history.db', other.url])).out).toMatch(/0 sessions sent .*1 session it had already/);
  const [session] = await other.store.sessions();
  expect(await other.store.session(session!.id)).toEqual(await server.store.session(session!.id));
});

test('push sends the token only to the server that was named for it', async () => {
  const [root, token] = [temporaryFolder(), { SPANMETER_TOKEN: 's3cret' }];
  const heard: (string | undefined)[] = [];
  const url = await listening(({ headers }, response) => {
    heard.push(headers.authorization);
    response.writeHead(401).end();
  });
  await run(root, url, '--no-db');
  expect(heard.splice(0)).toEqual(['Bearer s3cret']);
  const unnamed = await spanmeter(root, ['push'], token);
  expect([unnamed.code, unnamed.out]).toEqual([2, expect.stringContaining(`spanmeter push --remote ${url}`)]);
  const other = await spanmeter(root, ['push'], { ...token, SPANMETER_REMOTE: `${url}/other` });
  expect(other.code).toBe(2);
  expect(heard.splice(0)).toEqual([undefined, undefined]);
  expect((await spanmeter(root, ['push', '--remote', url], token)).code).toBe(2);
  expect(heard).toEqual(['Bearer s3cret']);
});

test('what a server refuses for good is one warning a run, holds up nothing else, and can be removed', async () => {
  const root = temporaryFolder();
  const refused = new Set<string>();
  let refuses = true;
  const url = await listening((asked, response) => {
    const chunks: Buffer[] = [];
    asked.on('data', (chunk: Buffer) => chunks.push(chunk));
    asked.on('end', () => {
      const { session, records } = decodeBatch(gunzipSync(Buffer.concat(chunks)));
      if (refuses) refused.add(session.id);
      if (refused.has(session.id)) response.writeHead(422).end('{"code":"invalid","message":"No."}');
      else response.end(JSON.stringify({ session: session.id, rows: records.length, new: records.length }));
    });
  });
  const flat = ({ err }: Ended): string => err.replace(/\s+/g, ' ');
  for (let nth = 0; nth < 2; nth += 1)
    expect(flat(await run(root, url, '--no-db'))).toMatch(/answers 422: No\. .*to be rid of them, remove \S+journal/);
  refuses = false;
  const third = await run(root, url, '--no-db');
  expect(third.code).toBe(3);
  expect(flat(third)).toMatch(/1 row, 1 new/);
  expect(flat(third).match(/refuses the records of an earlier run: .*? To be rid of it, remove .*? So it does with 1 more/g)).toHaveLength(
    1,
  );
  const pushed = await spanmeter(root, ['push']);
  const folders = [...pushed.out.matchAll(/To be rid of it, remove (.+)\.$/gm)].map(([, named]) => named!.split(' and '));
  expect([pushed.code, folders.length]).toEqual([2, 2]);
  for (const folder of folders.flat()) rmSync(folder, { recursive: true });
  expect((await spanmeter(root, ['push'])).out).toContain('Nothing to send');
});

test('the shards of one CI run are read as one', async () => {
  const [root, server] = [temporaryFolder(), await startServer()];
  const ci = { GITHUB_ACTIONS: 'true', GITHUB_REF_NAME: 'main', GITHUB_RUN_NUMBER: '1', GITHUB_REPOSITORY: 'o/r', GITHUB_RUN_ID: '9' };
  const shard = (attempt: string): Promise<Ended> =>
    spanmeter(root, ['run', '--no-db', '--remote', server.url, '--', process.execPath, '-e', '0'], { ...ci, GITHUB_RUN_ATTEMPT: attempt });
  for (const attempt of ['1', '1', '2']) expect((await shard(attempt)).code).toBe(0);
  const listed = (...flags: string[]): Promise<Ended> =>
    spanmeter(root, ['sessions', '--db', server.url, '--group', 'githubactions:o/r:9:1', ...flags]);
  const { sessions, totals } = JSON.parse((await listed('--json')).out);
  expect(sessions).toHaveLength(2);
  expect(totals).toMatchObject([{ kind: 'session', count: 2, passed: 2 }]);
  const top = (...flags: string[]): Promise<Ended> =>
    spanmeter(root, ['top', '--db', server.url, '--group', 'githubactions:o/r:9:1', ...flags]);
  const { items } = JSON.parse((await top('--json')).out) as { items: { session: string; children_cpu_time: number }[] };
  expect(new Set(items.map(({ session }) => session))).toEqual(new Set(sessions.map(({ id }: { id: string }) => id)));
  expect(items.map((item) => item.children_cpu_time)).toEqual(items.map((item) => item.children_cpu_time).sort((a, b) => b - a));
  expect((await top('--limit', '1')).out).toMatch(/^githubactions:o\/r:9:1 {2}2 sessions\n/);
  const show = (...flags: string[]): Promise<Ended> =>
    spanmeter(root, ['show', '--db', server.url, '--group', 'githubactions:o/r:9:1', ...flags]);
  const shown = JSON.parse((await show('--json')).out) as { sessions: unknown[]; items: { session: string }[] };
  expect(shown.sessions).toHaveLength(2);
  expect(new Set(shown.items.map(({ session }) => session)).size).toBe(2);
  expect((await show('--limit', '1')).out).toMatch(/^group +githubactions:o\/r:9:1$[^]*There (?:is|are) \d+ more/m);
  expect(await spanmeter(root, ['show', 'last', '--db', server.url, '--group', 'x'])).toMatchObject({ code: 2 });

  const none = await spanmeter(root, ['top', '--db', server.url, '--group', 'nobody']);
  expect([none.code, none.err]).toEqual([2, expect.stringContaining("'nobody'")]);
  // Of all of them, however many are listed.
  expect((await listed('--limit', '1')).out).toMatch(/\nall \w+ +2: /);
});

test('export writes what pytest-monitor and spreadsheets read, and import reads it again', async () => {
  const root = temporaryFolder();
  await spanmeter(root, ['import', join(PACKAGE, 'test/fixtures/example.pymon'), '--quiet']);
  for (const name of ['all.pymon', 'all.csv', 'all.ndjson']) expect(await spanmeter(root, ['export', name])).toMatchObject({ code: 0 });
  expect(await spanmeter(root, ['export', 'all.csv'])).toMatchObject({ code: 2, err: expect.stringContaining('there already') });
  const back = JSON.parse((await spanmeter(root, ['import', 'all.pymon', '--json'])).out);
  expect(back).toMatchObject({ contexts: 0, sessions: 0, metrics: 0 });
  const rows = readFileSync(join(root, 'all.ndjson'), 'utf8').trim().split('\n');
  expect(rows.length).toBeGreaterThan(0);
  expect(readFileSync(join(root, 'all.csv'), 'utf8').trim().split('\n')).toHaveLength(rows.length + 1);
  for (const row of rows) expect(JSON.parse(row)).toHaveProperty('session');
});

test('import brings in what pytest-monitor recorded, once', async () => {
  const root = temporaryFolder();
  const file = join(PACKAGE, 'test/fixtures/example.pymon');
  const first = JSON.parse((await spanmeter(root, ['import', file, '--json'])).out);
  expect(first.metrics).toBeGreaterThan(0);
  expect(JSON.parse((await spanmeter(root, ['import', file, '--json'])).out)).toMatchObject({ contexts: 0, sessions: 0, metrics: 0 });
});
