/** The server without its socket: what is around the routes, and the list of the routes. */
import rateLimit from '@fastify/rate-limit';
import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import Fastify, { LogController, type FastifyInstance, type RouteOptions } from 'fastify';
import { addAccess } from './access.js';
import { addBrowserRules } from './browsers.js';
import { handleClientError } from './client-error.js';
import { addConcurrency } from './concurrency.js';
import { addDocs } from './docs.js';
import { handleError, handleNotFound } from './errors.js';
import { addHeaders } from './headers.js';
import { health } from './health.js';
import { DEFAULT_LIMITS, type Limits } from './limits.js';
import { Refusal } from './refusal.js';
import type { Routes, Served } from './routes.js';
import { batches } from './v2/batches.js';
import { itemRoutes } from './v2/items.js';
import { v1 } from './v1/index.js';
import { metricRoutes } from './v2/metrics.js';
import { pymonRows } from './v2/pymon.js';
import { questions } from './v2/questions.js';
import { sessions } from './v2/sessions.js';

/** In the order of the documentation. */
const ROUTES: readonly Routes[] = [health, v1, batches, pymonRows, sessions, metricRoutes, itemRoutes, questions];

export interface AppOptions {
  readonly limits?: Partial<Limits>;
  /** Default: nothing is logged. */
  readonly log?: { readonly level: string; readonly stream: { write(line: string): void } };
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Only names of this machine are answered. */
  readonly local?: boolean;
  /** Hears of each route as it is added. */
  readonly onRoute?: (route: RouteOptions) => void;
  /** Of spanmeter, for the documents. */
  readonly version?: string;
}

export async function createApp(
  served: Served,
  { limits: given, log, tls, local = false, onRoute, version = '0' }: AppOptions = {},
): Promise<FastifyInstance> {
  const limits: Limits = { ...DEFAULT_LIMITS, ...given };
  const options = {
    bodyLimit: limits.body,
    requestTimeout: limits.timeout * 1000,
    connectionTimeout: limits.timeout * 1000,
    forceCloseConnections: 'idle' as const,
    logController: new LogController({ disableRequestLogging: true }),
    // Names of items stand in paths; Node itself bounds a request's head.
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 2 ** 16 },
    frameworkErrors: handleError,
    clientErrorHandler: handleClientError,
    ...(log !== undefined && { logger: { level: log.level, stream: log.stream } }),
  };
  const http = { headersTimeout: limits.headTimeout * 1000, connectionsCheckingInterval: 1000 };
  const app = (tls === undefined ? Fastify({ ...options, http }) : Fastify({ ...options, https: { ...http, ...tls } })) as FastifyInstance;
  app.decorate('limits', limits);
  app.server.maxConnections = limits.connections;
  if (onRoute !== undefined) app.addHook('onRoute', onRoute);
  if (log?.level === 'debug') {
    // Never the headers: they hold tokens.
    app.addHook('onResponse', async ({ method, url, ip, log: told }, { statusCode, elapsedTime }) =>
      told.debug({ method, url, ip, status: statusCode, took: elapsedTime }, 'answered'),
    );
  }
  app.setValidatorCompiler(TypeBoxValidatorCompiler);
  app.setErrorHandler(handleError);
  addHeaders(app, tls !== undefined);
  addConcurrency(app);
  addBrowserRules(app, local);
  await app.register(rateLimit, {
    max: limits.rate,
    timeWindow: '1 minute',
    addHeaders: { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false },
    addHeadersOnExceeding: { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false },
    errorResponseBuilder: (_, { after }) => new Refusal(429, `Too many requests from this address. Try again after ${after}.`),
  });
  addAccess(app, served.store);
  app.setNotFoundHandler({ preHandler: app.rateLimit() }, handleNotFound);
  await addDocs(app, version);
  for (const routes of ROUTES) app.register(async (scope) => routes(scope, served));
  return app;
}
