/** Who may ask a server: tokens, scopes, the address it listens on, TLS, browsers. Real processes and sockets. */
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { selfSigned } from './helpers/certificate.js';
import { CONTEXT, metric, newHistory, post, serve, spanmeter, wire } from './helpers/server-process.js';
import { temporaryFolder } from './helpers/temporary.js';

async function tokenOf(db: string, name: string, scope: 'read' | 'write'): Promise<string> {
  const { stdout } = await spanmeter('token', 'create', name, ...(scope === 'write' ? ['--write'] : []), '--db', db, '--quiet');
  return stdout.trim();
}

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
const basic = (token: string, user = 'x'): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${user}:${token}`).toString('base64')}`,
});

test('a history without tokens answers this machine, and no other unless told twice', async () => {
  const db = newHistory();
  const refused = await spanmeter('serve', '--db', db, '--port', '0', '--host', '0.0.0.0');
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toMatch(/no tokens.*spanmeter token create.*--without-tokens/s);
  const { url, child, ended } = await serve(db, '--host', '0.0.0.0', '--without-tokens');
  expect((await fetch(`${url}/api/v1/metrics/count`.replace('0.0.0.0', '127.0.0.1'))).status).toBe(200);
  child.kill('SIGTERM');
  expect((await ended).code).toBe(0);
});

test('tokens: who has none, a wrong one, one that may read, one that may write', async () => {
  const db = newHistory();
  const read = await tokenOf(db, 'r', 'read');
  const write = await tokenOf(db, 'w', 'write');
  const { url, child, ended } = await serve(db, '--host', '0.0.0.0', '--log', 'debug');
  const base = url.replace('0.0.0.0', '127.0.0.1');
  const ask = async (headers: Record<string, string>): Promise<[number, number]> => [
    (await fetch(`${base}/api/v1/metrics/count`, { headers })).status,
    (await post(`${base}/api/v1/contexts/`, CONTEXT, headers)).status,
  ];
  const none = await fetch(`${base}/api/v1/metrics/`);
  expect(none.headers.get('www-authenticate')).toMatch(/Basic.*Bearer/);
  expect(await none.json()).toEqual({ message: expect.stringContaining('spanmeter token create') });
  expect(await (await fetch(`${base}/api/v2/sessions`)).json()).toMatchObject({ code: 'unauthorized' });
  for (const headers of [
    {},
    bearer(''),
    bearer(`${read}x`),
    bearer(read.slice(0, -1)),
    basic(''),
    { authorization: read },
    basic(`${read}:`),
  ])
    expect(await ask(headers)).toEqual([401, 401]);
  expect(await ask(bearer(read))).toEqual([200, 403]);
  expect(await ask(basic(read))).toEqual([200, 403]);
  expect(await ask(bearer(write))).toEqual([200, 201]);
  expect(await ask(basic(write, ''))).toEqual([200, 201]);
  expect(await ask({ authorization: `bearer  ${write}` })).toEqual([200, 201]);
  // What says nothing of the history needs none.
  for (const path of ['/', '/healthz', '/readyz', '/docs', '/docs/json']) expect((await fetch(base + path)).status, path).toBe(200);
  // What is not there looks the same as what is, to who may not ask.
  expect((await fetch(`${base}/nothing`)).status).toBe(401);

  const [listed] = [JSON.parse((await spanmeter('token', 'list', '--db', db, '--json')).stdout)];
  expect(listed.tokens).toMatchObject([
    { name: 'r', scope: 'read', last_used_at: expect.any(String) },
    { name: 'w', scope: 'write', last_used_at: expect.any(String) },
  ]);
  expect((await spanmeter('token', 'revoke', 'w', '--db', db)).code).toBe(0);
  expect((await spanmeter('token', 'revoke', 'w', '--db', db)).code).toBe(2);
  await expect.poll(async () => (await ask(bearer(write)))[0], { timeout: 5000 }).toBe(401);
  // Revoking the last one does not open the door.
  await spanmeter('token', 'revoke', 'r', '--db', db);
  await expect.poll(async () => (await ask(bearer(read)))[0], { timeout: 5000 }).toBe(401);
  expect(await ask({})).toEqual([401, 401]);
  child.kill('SIGTERM');
  const { stderr } = await ended;
  expect(stderr).toContain('"url":"/api/v1/metrics/count"');
  // The token itself is kept nowhere.
  const bytes = readFileSync(db, 'latin1');
  for (const token of [read, write]) {
    expect(bytes).not.toContain(token);
    expect(stderr).not.toContain(token);
  }
});

test('a token that is made while an open server runs closes it', async () => {
  const { url, db } = await serve(newHistory());
  expect((await fetch(`${url}/api/v1/metrics/count`)).status).toBe(200);
  await tokenOf(db, 'first', 'read');
  await expect.poll(async () => (await fetch(`${url}/api/v1/metrics/count`)).status, { timeout: 5000 }).toBe(401);
});

test('names of tokens are told apart, and wrong use is refused', async () => {
  const db = newHistory();
  await tokenOf(db, 'ci', 'write');
  expect(await spanmeter('token', 'create', 'ci', '--db', db)).toMatchObject({ code: 2, stderr: expect.stringContaining('already') });
  expect(await spanmeter('token', 'create', '--db', db)).toMatchObject({ code: 2, stderr: expect.stringContaining('Name it') });
  expect(await spanmeter('token', 'destroy', 'ci', '--db', db)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('create, list, revoke'),
  });
  expect(await spanmeter('token', 'create', 'x', '--read', '--db', db)).toMatchObject({ code: 2 });
  expect(await spanmeter('token', 'list', '--db', newHistory())).toMatchObject({ code: 2, stderr: expect.stringContaining('no history') });
});

test('pages of other sites get nothing from a browser that can reach an open server', async () => {
  const { url, port } = await serve(newHistory());
  const send = (headers: Record<string, string>): Promise<Response> => post(`${url}/api/v1/contexts/`, CONTEXT, headers);
  expect((await send({ origin: 'https://evil.example' })).status).toBe(403);
  expect((await send({ origin: 'null' })).status).toBe(403);
  const asName = (host: string): Promise<string> =>
    wire(port, `GET /api/v1/metrics/count HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`).then(({ closed }) => closed);
  expect(await asName(`evil.example:${port}`)).toMatch(/^HTTP\/1.1 403 /);
  expect(await asName(`127.0.0.1.evil.example`)).toMatch(/^HTTP\/1.1 403 /);
  for (const name of ['localhost', `LOCALHOST:${port}`, '127.0.0.1', '[::1]:80'])
    expect(await asName(name), name).toMatch(/^HTTP\/1.1 200 /);
  const answer = await send({ origin: url });
  expect(answer.status).toBe(201);
  expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
});

test('TLS by two files, and what is wrong with them is said', async () => {
  const folder = temporaryFolder();
  const [cert, key, other] = ['cert.pem', 'key.pem', 'other.pem'].map((name) => join(folder, name)) as [string, string, string];
  const mine = selfSigned();
  writeFileSync(cert, mine.cert);
  writeFileSync(key, mine.key);
  writeFileSync(other, selfSigned().key);
  const broken = join(folder, 'broken.pem');
  writeFileSync(broken, 'no pem');
  const db = newHistory();
  const refused = async (...flags: string[]): Promise<string> => (await spanmeter('serve', '--db', db, '--port', '0', ...flags)).stderr;
  expect(await refused('--cert', cert)).toMatch(/--key is missing/);
  expect(await refused('--cert', cert, '--key', join(folder, 'nowhere'))).toMatch(/--key: .*nowhere could not be read/);
  expect(await refused('--cert', broken, '--key', key)).toMatch(/no pair in PEM form/);
  expect(await refused('--cert', cert, '--key', other)).toMatch(/no pair in PEM form/);
  const { url, port } = await serve(db, '--cert', cert, '--key', key);
  expect(url).toMatch(/^https:/);
  const answered = await new Promise<[number | undefined, unknown]>((resolve, reject) => {
    request({ port, host: '127.0.0.1', path: '/healthz', ca: readFileSync(cert), servername: 'localhost' }, (answer) =>
      resolve([answer.statusCode, answer.headers['strict-transport-security']]),
    )
      .on('error', reject)
      .end();
  });
  expect(answered).toEqual([200, expect.stringContaining('max-age')]);
});

test('a metric that a read token may ask for is there', async () => {
  const db = newHistory();
  const write = await tokenOf(db, 'w', 'write');
  const { url } = await serve(db);
  expect((await post(`${url}/api/v1/metrics/`, metric('a'), basic(write))).status).toBe(201);
  const read = await tokenOf(db, 'r', 'read');
  await expect
    .poll(async () => (await fetch(`${url}/api/v1/metrics/count`, { headers: bearer(read) })).json(), { timeout: 5000 })
    .toEqual({ count: 1 });
});
