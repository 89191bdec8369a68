/** A history on a server keeps the promises of every store, and says clearly when the server does not keep them. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { BATCH_TYPE, encodeBatch } from '../dist/journal/batch.js';
import { openStore } from '../dist/store/index.js';
import { storeChecks } from './contracts/store.contract.js';
import { readingRecord, sessionRecord, writerRecord } from './helpers/records.js';
import { startServer } from './helpers/server.js';

describe('over HTTP', () => {
  test.for(storeChecks)('$name', { timeout: 30_000 }, async ({ run }) => {
    const { url } = await startServer();
    await run({ store: await openStore(url), again: () => openStore(`${url}/`) });
  });

  test('more rows than a batch and a page hold', async () => {
    const { url, store: behind } = await startServer();
    const store = await openStore(url);
    await store.putSession(sessionRecord('s'));
    const records = Array.from({ length: 12_001 }, (_, index) => readingRecord('s', index + 1));
    expect(await store.putReadings(records)).toBe(records.length);
    expect(await store.putReadings(records)).toBe(0);
    expect(await behind.countReadings({ session: 's' })).toBe(records.length);
    expect((await store.readings({ session: 's' })).map(({ sequence }) => sequence)).toEqual(records.map(({ sequence }) => sequence));
    expect(await store.readings({ session: 's', limit: 3, offset: 11_999 })).toHaveLength(2);
  });

  test('ids that a path would take for something else', async () => {
    const store = await openStore((await startServer()).url);
    for (const id of ['.', '..', 'a/b', '?x=1#y', '%2e', '\\002e', 'ü 👩\u0000', 'x'.repeat(3000)]) {
      await store.putSession(sessionRecord(id, { description: id }));
      expect(await store.session(id)).toMatchObject({ id, description: id });
      expect(await store.totals(id)).toEqual([]);
    }
  });
});

describe('POST /api/v2/batches', () => {
  const batch = {
    session: sessionRecord('s'),
    writers: [writerRecord('s', 'w1')],
    records: [readingRecord('s', 1), readingRecord('s', 2)],
  };
  const bytes = encodeBatch(batch);
  const send = async (url: string, body: Uint8Array, headers: Record<string, string> = {}): Promise<[number, unknown]> => {
    const response = await fetch(`${url}/api/v2/batches`, { method: 'POST', body, headers: { 'content-type': BATCH_TYPE, ...headers } });
    return [response.status, await response.json()];
  };

  test('answers what was new, plain or with gzip', async () => {
    const { url } = await startServer();
    expect(await send(url, bytes)).toEqual([200, { session: 's', rows: 2, new: 2 }]);
    expect(await send(url, gzipSync(bytes), { 'content-encoding': 'gzip' })).toEqual([200, { session: 's', rows: 2, new: 0 }]);
  });

  test('refuses as a whole what it cannot take, and stores nothing of it', async () => {
    const { url, store } = await startServer();
    const refused = async (body: Uint8Array, headers?: Record<string, string>): Promise<number> => {
      const [status, answer] = await send(url, body, headers);
      expect(answer).toMatchObject({ code: expect.any(String), message: expect.stringMatching(/\w/) });
      return status;
    };
    const gzip = { 'content-encoding': 'gzip' };
    expect(await refused(bytes.subarray(0, bytes.length - 5))).toBe(422);
    expect(await refused(Buffer.from('{}'))).toBe(422);
    expect(await refused(Buffer.alloc(0))).toBeLessThan(500);
    expect(await refused(gzipSync(bytes).subarray(0, 40), gzip)).toBe(400);
    expect(await refused(bytes, gzip)).toBe(400);
    expect(await refused(gzipSync(Buffer.alloc(200 * 2 ** 20)), gzip)).toBe(413);
    expect(await refused(bytes, { 'content-encoding': 'br' })).toBe(415);
    expect(await refused(bytes, { 'content-type': 'application/json' })).toBeLessThan(500);
    expect(
      await refused(
        encodeBatch({ session: { id: 'unknown' }, writers: [], records: batch.records.map((each) => ({ ...each, session: 'unknown' })) }),
      ),
    ).toBe(404);
    const many = Array.from({ length: 5001 }, (_, index) => readingRecord('s', index + 1));
    expect(await refused(encodeBatch({ ...batch, records: many }))).toBe(413);
    expect(await store.countSessions()).toBe(0);
  });

  test('a reading that cannot be stored takes its session and its writers with it', async () => {
    const { store } = await startServer();
    await expect(store.putBatch({ ...batch, records: [readingRecord('other', 1)] })).rejects.toThrow('other');
    expect(await store.countSessions()).toBe(0);
  });
});

describe('a server that is none', () => {
  async function lying(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close(), 1000);
    return `http://user:s3cret@127.0.0.1:${(server.address() as AddressInfo).port}/base`;
  }
  const refusals = async (url: string): Promise<string[]> => {
    const store = await openStore(url);
    expect(store.location).not.toContain('s3cret');
    const message = async (attempt: Promise<unknown>): Promise<string> =>
      attempt.then(
        () => 'it went well',
        (thrown: unknown) => `${(thrown as { code: string }).code}: ${(thrown as Error).message}`,
      );
    return [await message(store.putSession(sessionRecord('s'))), await message(store.sessions()), await message(store.countSessions())];
  };

  test.for([
    ['HTML', (_, response) => void response.end('<html>'), /not as a spanmeter server/],
    ['a redirect', (_, response) => void response.writeHead(302, { location: '/elsewhere' }).end(), /redirect \(302\)/],
    ['an array', (_, response) => void response.end('[]'), /not as a spanmeter server/],
    ['a refusal', (_, response) => void response.writeHead(401).end(), /SPANMETER_TOKEN/],
    ['another answer', (_, response) => void response.end('{"rows":7}'), /does not confirm|not as a spanmeter server/],
  ] satisfies [string, RequestListener, RegExp][])('%s', async ([, listener, expected]) => {
    for (const message of await refusals(await lying(listener))) {
      expect(message).toMatch(/^SPANMETER_REMOTE: /);
      expect(message).toMatch(expected);
      expect(message).not.toContain('s3cret');
    }
  });

  test('the token goes with every request, and to no other address', async () => {
    const heard: (string | undefined)[] = [];
    const url = await lying(({ headers, url: path }, response) => {
      heard.push(`${path} ${headers.authorization}`);
      response.end('{"sessions":[]}');
    });
    await (await openStore(url)).sessions();
    expect(heard).toEqual(['/base/api/v2/sessions?limit=5000&offset=0 Bearer s3cret']);
  });
});
