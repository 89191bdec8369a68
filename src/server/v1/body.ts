/** Bodies: JSON that can be stored and read back, or a refusal. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Refusal } from '../refusal.js';

/** Of every body that is no JSON; clients know this text. */
export const NOT_UNDERSTOOD = 'The browser (or proxy) sent a request that this server could not understand.';

const texts = new WeakMap<FastifyRequest, string>();

/** The body's text, once it has been read as JSON. */
export function textOf(request: FastifyRequest): string {
  return texts.get(request) ?? 'null';
}

/** Bytes come first, whatever their type; before the validation they become JSON. Without the media type of JSON there is no body. */
export function addBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body));
  app.addHook('onRequest', async (request) => {
    // Also of what is no media type at all, which Fastify would refuse with a 415.
    if (request.method === 'POST' && !isJson(request)) request.raw.headers['content-type'] = 'application/octet-stream';
  });
  app.addHook('preValidation', async (request) => {
    if (request.method !== 'POST') return;
    request.body = isJson(request) ? readBody(request, request.body as Buffer | undefined) : undefined;
  });
}

/** The JSON body of a GET, which Fastify leaves unread. */
export async function bodyOfGet(request: FastifyRequest, limit: number): Promise<unknown> {
  if (!isJson(request)) return undefined;
  const bytes = await bytesOf(request, limit);
  // Some clients name the type of a body that they do not send.
  return bytes.length === 0 ? undefined : readBody(request, bytes);
}

/** Listens, and does not iterate: that would end the connection where a body is too long. */
function bytesOf({ raw }: FastifyRequest, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    raw.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else reject(new Refusal(413, `The body has more than ${limit} bytes.`));
    });
    raw.on('end', () => resolve(Buffer.concat(chunks)));
    raw.on('close', () => reject(new Refusal(400, NOT_UNDERSTOOD)));
    raw.on('error', reject);
  });
}

function isJson(request: FastifyRequest): boolean {
  return /^\s*application\/(?:json|[^;\s]*\+json)\s*(?:;|$)/i.test(request.headers['content-type'] ?? '');
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });
/** Python writes what JSON has not. */
const NO_NUMBER = /"((?:[^"\\]|\\.)*)"\s*:\s*\[?\s*(-?Infinity|NaN)\b/;

function readBody(request: FastifyRequest, bytes: Buffer | undefined): unknown {
  if (bytes === undefined || bytes.length === 0) throw new Refusal(400, NOT_UNDERSTOOD);
  let text = '';
  try {
    text = UTF8.decode(bytes);
    const value: unknown = JSON.parse(text);
    texts.set(request, text);
    return value;
  } catch {
    const found = NO_NUMBER.exec(text);
    if (found === null) throw new Refusal(400, NOT_UNDERSTOOD);
    throw new Refusal(400, `${found[1]}: ${found[2]} is not JSON, and no number that can be stored.`);
  }
}
