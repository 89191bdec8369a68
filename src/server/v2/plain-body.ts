/** Bodies that may be packed with gzip. Their parser hands on bytes. */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { FastifyRequest } from 'fastify';
import { messageOf } from '../../model/errors.js';
import { Refusal } from '../refusal.js';

/** In a thread of its own: only what is decoded takes time of the event loop. */
const inflate = promisify(gunzip);

/** @param type of media, for people @param most bytes that it may inflate to */
export async function plainBody({ body, headers }: FastifyRequest, type: string, most: number): Promise<Buffer> {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (!Buffer.isBuffer(body)) throw new Refusal(415, `Send a batch as ${type}.`);
  if (encoding === 'identity') return body;
  if (encoding !== 'gzip') throw new Refusal(415, 'A batch is sent plain, or with Content-Encoding: gzip.');
  try {
    return await inflate(body, { maxOutputLength: most });
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new Refusal(413, `The batch inflates to more than ${most} bytes. Send several smaller ones.`);
    throw new Refusal(400, `The batch was refused: it is no intact gzip (${messageOf(thrown)}).`);
  }
}
