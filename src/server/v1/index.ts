/** The wire format of monitor-server-api, for pytest-monitor and its Python client. */
import type { FastifyInstance } from 'fastify';
import { Refusal } from '../refusal.js';
import type { Routes, Served } from '../routes.js';
import { addBodies } from './body.js';
import { components } from './components.js';
import { contexts } from './contexts.js';
import { Group } from './group.js';
import { checkMask, masked } from './mask.js';
import { filters, items, metrics } from './metrics.js';
import { pipelines } from './pipelines.js';
import { resources } from './resources.js';
import { sessions } from './sessions.js';
import { validatorCompiler } from './validate.js';

const SUBJECTS = { contexts, sessions, metrics, items, filters, components, pipelines, resources };

/** The Python client appends the URLs of pages, which begin with /api/v1, to a base that ends with it. */
const PREFIXES = ['/api/v1', '/api/v1/api/v1'];

export const v1: Routes = (app, served) => {
  for (const prefix of PREFIXES) app.register(async (scope) => addSubjects(scope, served, prefix !== PREFIXES[0]), { prefix });
};

function addSubjects(app: FastifyInstance, { store, pageSize }: Served, hide: boolean): void {
  addBodies(app);
  app.setValidatorCompiler(validatorCompiler);
  // Response schemas are for the documents: what is answered is as it was stored.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  if (hide) app.addHook('onRoute', (route) => void (route.schema = { ...route.schema, hide: true }));
  app.addHook('preHandler', async (request) => {
    for (const [name, value] of Object.entries(request.params as Record<string, string>)) {
      if (value.includes('\0')) throw new Refusal(400, `${name}: holds a NUL, which no stored text does.`);
    }
    // Before anything is stored: afterwards a refusal would lie.
    const fields = request.headers['x-fields'];
    if (request.method === 'POST' && typeof fields === 'string') checkMask(fields);
  });
  app.addHook('preSerialization', async (request, reply, payload) => {
    const fields = request.headers['x-fields'];
    return typeof fields === 'string' && reply.statusCode < 300 ? masked(payload, fields) : payload;
  });
  for (const [tag, add] of Object.entries(SUBJECTS)) {
    const group = new Group(app, `v1 ${tag}`, store, pageSize);
    add(group);
    group.refuseTheRest();
  }
}
