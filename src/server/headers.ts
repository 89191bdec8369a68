/** What browsers are told with every answer: nothing here may be framed, guessed at, cached by others, or sent on. */
import type { FastifyInstance } from 'fastify';

const STRICT = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

export function addHeaders(app: FastifyInstance, tls: boolean): void {
  app.addHook('onSend', async (_, reply) => {
    if (!reply.hasHeader('content-security-policy')) reply.header('content-security-policy', STRICT);
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
    reply.headers({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      ...(tls && { 'strict-transport-security': 'max-age=31536000' }),
    });
  });
}
