/** Asks for a token, where the store has any, and for the scope that the route needs. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { messageOf } from '../model/errors.js';
import type { ServedStore } from '../store/served.js';
import type { StoredToken } from '../store/tokens.js';
import { Refusal } from './refusal.js';
import { findToken, secretOf } from './secret.js';

/** Milliseconds for which a list of tokens is believed: so long a revoked one still works. */
const BELIEVED = 1000;
/** Microseconds between two notes of a token's use. */
const NOTED = 60e6;
const CHALLENGE = { 'www-authenticate': 'Basic realm="spanmeter", charset="UTF-8", Bearer realm="spanmeter"' };
const REMEDY = "'spanmeter token create' makes one; it is sent as 'Authorization: Bearer <token>', or as the password of HTTP Basic";

export function addAccess(app: FastifyInstance, store: ServedStore): void {
  const known = new KnownTokens(store);
  app.addHook('onRequest', async (request) => {
    const needed = neededBy(request);
    if (needed === 'public') return;
    const tokens = await known.list();
    if (tokens.length === 0) return;
    const token = findToken(secretOf(request.headers.authorization) ?? '', tokens);
    if (token === undefined) throw new Refusal(401, `A token is needed that this server knows: ${REMEDY}.`, { headers: CHALLENGE });
    if (token.revokedAt !== undefined)
      throw new Refusal(401, `This token was revoked. Another is needed: ${REMEDY}.`, { headers: CHALLENGE });
    if (needed === 'write' && token.scope !== 'write')
      throw new Refusal(403, "This token may only read. 'spanmeter token create --write' makes one that may write.");
    void note(request, store, token);
  });
}

function neededBy({ method, routeOptions: { config } }: FastifyRequest): 'public' | 'read' | 'write' {
  return (
    (config as { access?: 'public' | 'read' | 'write' } | undefined)?.access ?? (method === 'GET' || method === 'HEAD' ? 'read' : 'write')
  );
}

/** Noted now and then. A store that can't be written just now keeps nobody out. */
const notes = new WeakMap<ServedStore, Map<string, number>>();
async function note(request: FastifyRequest, store: ServedStore, { id, lastUsedAt = 0 }: StoredToken): Promise<void> {
  const now = Date.now() * 1000;
  let noted = notes.get(store);
  if (noted === undefined) notes.set(store, (noted = new Map<string, number>()));
  if (now - Math.max(noted.get(id) ?? 0, lastUsedAt) < NOTED) return;
  noted.set(id, now);
  try {
    await store.tokens.used(id, now);
  } catch (thrown) {
    request.log.warn({ reason: messageOf(thrown) }, 'the use of a token could not be noted');
  }
}

class KnownTokens {
  #list: Promise<readonly StoredToken[]> | undefined;
  #until = 0;

  constructor(readonly store: ServedStore) {}

  /** Those who ask while it is read wait for the one answer. */
  list(): Promise<readonly StoredToken[]> {
    const now = performance.now();
    if (this.#list === undefined || now > this.#until) {
      this.#until = now + BELIEVED;
      this.#list = this.store.tokens.list();
      // A failure is told to who asked, and is not kept.
      this.#list.catch(() => (this.#list = undefined));
    }
    return this.#list;
  }
}
