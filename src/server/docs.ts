/** The OpenAPI document, made from the schemas that validate, and a page to browse it. Everything comes from this server. */
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';

/** The page's style is partly inline, by its author's choice; its scripts are files. */
const PAGE =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Before the routes: their schemas are collected as they are added. */
export async function addDocs(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'spanmeter',
        version,
        description: 'What tests cost: /api/v1 is the wire format of monitor-server-api, /api/v2 is our own.',
      },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' }, basic: { type: 'http', scheme: 'basic' } } },
      security: [{}, { bearer: [] }, { basic: [] }],
    },
  });
  await app.register(async (scope) => {
    // These answers are the plugin's own: nothing of the store is in them.
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, access: 'public' };
      route.schema = { ...route.schema, hide: true };
    });
    await scope.register(swaggerUi, { routePrefix: '/docs', staticCSP: PAGE, uiConfig: { validatorUrl: null, docExpansion: 'list' } });
  });
}
