/** What a client may ask of a server, and what happens to who asks for more: caused for real, over sockets. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { BATCH_TYPE } from '../dist/journal/batch.js';
import { CONTEXT, metric, newHistory, post, serve, wire, type Wire } from './helpers/server-process.js';

const head = (path: string, length: number, type = 'application/json'): string =>
  `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\n`;

async function lives(url: string): Promise<void> {
  expect((await post(`${url}/api/v1/contexts/`, CONTEXT)).status).toBe(201);
}

test('half a body stores nothing, and its connection is given up in time', async () => {
  const { url, port } = await serve(newHistory(), '--timeout', '1', '--head-timeout', '1');
  const body = JSON.stringify(metric('half'));
  const started = `${head('/api/v1/metrics/', body.length)}\r\n${body.slice(0, 40)}`;
  // One goes away in the middle, one stays and says nothing more.
  const gone = await wire(port, started);
  gone.socket.destroy();
  const silent = await wire(port, started);
  expect(await silent.closed).toMatch(/^(?:HTTP\/1.1 408 .*|)$/s);
  expect(await (await fetch(`${url}/api/v1/metrics/count`)).json()).toEqual({ count: 0 });
  await lives(url);
});

test('slow bytes: a head and a body that never end are cut', async () => {
  const { url, port } = await serve(newHistory(), '--timeout', '2', '--head-timeout', '1');
  const drip = async (text: string): Promise<string> => {
    const { socket, closed } = await wire(port, text);
    const timer = setInterval(() => socket.write('x'), 50);
    try {
      return await closed;
    } finally {
      clearInterval(timer);
    }
  };
  const [slowHead, slowBody] = await Promise.all([drip('GET /x'), drip(`${head('/api/v1/metrics/', 100_000)}\r\n{`)]);
  expect(slowHead).toMatch(/^HTTP\/1.1 408 /);
  expect(slowBody).toMatch(/^HTTP\/1.1 408 /);
  await lives(url);
});

test('bodies that are too large, told and untold, are 413 in the form of their interface', async () => {
  const { url, port } = await serve(newHistory(), '--max-body', '10 kB', '--max-batch', '20 kB');
  const large = metric('x'.repeat(20_000));
  const refused = await post(`${url}/api/v1/metrics/`, large);
  expect([refused.status, await refused.json()]).toEqual([413, { message: expect.any(String) }]);
  // Nobody is asked for what they said they would send.
  const told = await wire(port, `${head('/api/v1/metrics/', 10 ** 12)}\r\n`);
  expect(await told.heard(/\}$/)).toMatch(/^HTTP\/1.1 413 /);
  const chunked = await wire(
    port,
    `POST /api/v1/metrics/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n4000\r\n${'x'.repeat(0x4000)}\r\n`,
  );
  expect(await chunked.heard(/\}$/)).toMatch(/^HTTP\/1.1 413 /);
  const batch = await fetch(`${url}/api/v2/batches`, { method: 'POST', headers: { 'content-type': BATCH_TYPE }, body: 'x'.repeat(30_000) });
  expect([batch.status, await batch.json()]).toEqual([413, { code: 'too_large', message: expect.any(String) }]);
  const longUrl = await fetch(`${url}/api/v1/items/${'x'.repeat(20_000)}/metrics`);
  expect([longUrl.status, await longUrl.json()]).toEqual([431, { code: 'too_large', message: expect.any(String) }]);
  await lives(url);
});

test('gzip bombs, many at a time, are 413 and take no memory', async () => {
  const { url, child } = await serve(newHistory(), '--max-inflated', '64 MiB');
  const bomb = gzipSync(Buffer.alloc(300 * 2 ** 20), { level: 9 });
  expect(bomb.length).toBeLessThan(2 ** 20);
  const send = (body: Uint8Array<ArrayBuffer>): Promise<Response> =>
    fetch(`${url}/api/v2/batches`, { method: 'POST', headers: { 'content-type': BATCH_TYPE, 'content-encoding': 'gzip' }, body });
  const answers = await Promise.all(Array.from({ length: 24 }, () => send(new Uint8Array(bomb))));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 413));
  const [, peak] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
  // All of them together would be 7 GiB; four of 64 MiB may be open at one time.
  expect(Number(peak)).toBeLessThan(700 * 1024);
  expect((await send(new Uint8Array(bomb.subarray(0, 1000)))).status).toBe(400);
  await lives(url);
}, 60_000);

test('too many requests of one address in a minute: 429, with the time to wait', async () => {
  const { url } = await serve(newHistory(), '--max-rate', '20');
  const answers = [];
  for (let i = 0; i < 25; i += 1) answers.push(await fetch(`${url}/api/v1/metrics/count`));
  expect(answers.map(({ status }) => status)).toEqual([...Array<number>(20).fill(200), ...Array<number>(5).fill(429)]);
  expect(Number(answers[24]!.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await answers[24]!.json()).toEqual({ message: expect.stringContaining('Too many requests') });
  // What is not there counts too.
  expect((await fetch(`${url}/nothing`)).status).toBe(429);
});

test('too many requests at one time: 503, and room again when they are done', async () => {
  const { url, port } = await serve(newHistory(), '--max-concurrent', '5');
  const body = JSON.stringify(CONTEXT);
  const open: Wire[] = [];
  for (let i = 0; i < 5; i += 1)
    open.push(await wire(port, `${head('/api/v1/contexts/', body.length)}Connection: close\r\n\r\n${body.slice(0, 5)}`));
  await expect.poll(async () => (await fetch(`${url}/api/v1/metrics/count`)).status, { timeout: 5000 }).toBe(503);
  const refused = await fetch(`${url}/api/v2/sessions`);
  expect([refused.headers.get('retry-after'), await refused.json()]).toEqual(['1', { code: 'unavailable', message: expect.any(String) }]);
  // Supervisors still hear that it lives.
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  for (const { socket } of open.slice(0, 3)) socket.write(body.slice(5));
  for (const { closed } of open.slice(0, 3)) expect(await closed).toMatch(/^HTTP\/1.1 201 /);
  for (const { socket } of open.slice(3)) socket.destroy();
  await expect.poll(async () => (await fetch(`${url}/api/v1/metrics/count`)).status, { timeout: 5000 }).toBe(200);
});

test('1,000 connections at once: all are answered, and more than the limit are closed', async () => {
  const { url, port } = await serve(newHistory(), '--max-connections', '1010', '--max-concurrent', '2000');
  const wires: Wire[] = [];
  while (wires.length < 1000) wires.push(...(await Promise.all(Array.from({ length: 100 }, () => wire(port)))));
  await lives(url);
  const more = await Promise.all(Array.from({ length: 30 }, () => wire(port)));
  const closed = await Promise.all(more.slice(-10).map(({ closed: end }) => end));
  expect(closed).toEqual(closed.map(() => ''));
  const body = JSON.stringify(metric('many'));
  for (const { socket } of wires) socket.write(`${head('/api/v1/metrics/', body.length)}Connection: close\r\n\r\n${body}`);
  for (const { closed: end } of wires) expect(await end).toMatch(/^HTTP\/1.1 201 /);
  expect(await (await fetch(`${url}/api/v1/metrics/count`)).json()).toEqual({ count: 1000 });
}, 60_000);

test('what is no HTTP is answered, and ends its connection', async () => {
  const { url, port } = await serve(newHistory());
  for (const text of ['\x16\x03\x01\x02\x00\x01', 'NONSENSE\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n', 'GET / HTTP/1.1\r\nA: \0\r\n\r\n']) {
    const { closed } = await wire(port, text);
    expect(await closed, text).toMatch(/^HTTP\/1.1 (?:400|505) .*"code":/s);
  }
  await lives(url);
});
