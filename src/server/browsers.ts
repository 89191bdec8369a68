/**
 * Keeps pages of other sites from using a browser that can reach this server: a server on 127.0.0.1 asks for no token, and a browser
 * remembers those of HTTP Basic.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Refusal } from './refusal.js';

const LOCAL = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

/** @param local only names of this machine are answered: another site's name may have been made to lead here */
export function addBrowserRules(app: FastifyInstance, local: boolean): void {
  app.addHook('onRequest', async (request) => {
    if (local && !LOCAL.test(request.headers.host ?? 'localhost'))
      throw new Refusal(403, 'This server is asked by the name localhost or by its address only, since it listens on this machine alone.');
    if (isForeign(request)) throw new Refusal(403, 'Pages of other sites may not use this server.');
  });
}

function isForeign({ method, headers }: FastifyRequest): boolean {
  if (method === 'GET' || method === 'HEAD') return false;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  const { origin, host } = headers;
  return origin !== undefined && origin.replace(/^https?:\/\//, '') !== host;
}
