/** Whether the process lives, whether the store answers, and what stands at the root. */
import { Type } from 'typebox';
import { messageOf } from '../model/errors.js';
import { Refusal } from './refusal.js';
import type { Routes } from './routes.js';

const PUBLIC = { access: 'public' } as const;
const tags = ['server'];

export const health: Routes = (app, { store }) => {
  app.get(
    '/healthz',
    { config: PUBLIC, schema: { tags, summary: 'The process lives', response: { 200: Type.Object({ status: Type.Literal('ok') }) } } },
    async () => ({ status: 'ok' }),
  );
  app.get(
    '/readyz',
    { config: PUBLIC, schema: { tags, summary: 'The store answers', response: { 200: Type.Object({ status: Type.Literal('ready') }) } } },
    async (request) => {
      try {
        await store.sql.rows('SELECT 1 FROM sessions LIMIT 1');
      } catch (thrown) {
        request.log.warn({ reason: messageOf(thrown) }, 'the store does not answer');
        throw new Refusal(503, 'The store does not answer. The log of the server says why.', { headers: { 'retry-after': '1' } });
      }
      return { status: 'ready' };
    },
  );
  app.get(
    '/',
    {
      config: PUBLIC,
      schema: {
        tags,
        summary: 'What this is, and where to go on',
        response: {
          200: Type.Object({ name: Type.String(), api: Type.Array(Type.String()), docs: Type.String(), openapi: Type.String() }),
        },
      },
    },
    async () => ({ name: 'spanmeter', api: ['/api/v1', '/api/v2'], docs: '/docs', openapi: '/docs/json' }),
  );
};
