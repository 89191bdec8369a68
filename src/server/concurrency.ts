/** At most so many requests are worked on at one time; who comes on top is asked to come back, before its body is read. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from './refusal.js';

type Hook = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** As an `onRequest` hook: of the whole server, or of one route. */
export function atMost(limit: number, what: string): Hook {
  let working = 0;
  return async ({ routeOptions: { config } }, { raw }) => {
    if (config.access === 'public') return;
    if (working >= limit)
      throw new Refusal(503, `Too many ${what} at one time. Try again in a moment.`, { headers: { 'retry-after': '1' } });
    working += 1;
    // Comes once, at last: when the answer is written to its end, or its connection is lost.
    raw.once('close', () => (working -= 1));
  };
}

export function addConcurrency(app: FastifyInstance): void {
  app.addHook('onRequest', atMost(app.limits.concurrent, 'requests'));
}
