/** What a Monitor asks of a server: sessions in full, rows, counts and names, with the filter in the body; it may be of any length. */
import { Type, type Static } from 'typebox';
import { PAGE_ROWS } from '../../journal/batch-limits.js';
import type { PackageVersion } from '../../model/records.js';
import type { StoredSession } from '../../store/contract.js';
import { listContexts } from '../../store/sql/contexts.js';
import { fullSessions } from '../../store/sql/full-sessions.js';
import { COLUMN_NAMES } from '../../store/sql/metric-columns.js';
import { componentsOf, countRows } from '../../store/sql/metric-counts.js';
import { metricTable } from '../../store/sql/metric-table.js';
import { listPipelines } from '../../store/sql/pipelines.js';
import { countSessions } from '../../store/sql/session-filter.js';
import type { Routes } from '../routes.js';
import { METRIC_FILTER, SESSION_FILTER } from './filter-body.js';
import { formatOf } from './formats.js';
import { BestCount, checkedColumns, PIECE, Ranked, sendTable } from './metrics.js';
import { ContextJson, ERRORS, PackedSessionJson, PackageJson } from './schemas.js';

const SessionsBody = Type.Object(
  {
    ...SESSION_FILTER,
    limit: Type.Optional(Type.Integer({ minimum: 0, maximum: PAGE_ROWS, description: `Default and most: ${PAGE_ROWS}` })),
    offset: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
  },
  { additionalProperties: false },
);
const MetricsBody = Type.Object(
  {
    ...METRIC_FILTER,
    columns: Type.Optional(Type.Array(Type.String())),
    best: Type.Optional(Type.Object({ metric: Ranked, end: Type.Union([Type.Literal('top'), Type.Literal('bottom')]), count: BestCount })),
  },
  { additionalProperties: false },
);
const FilterBody = Type.Object(METRIC_FILTER, { additionalProperties: false });

const PipelinesQuery = Type.Object({ component: Type.Optional(Type.String()) }, { additionalProperties: false });

const tags = ['v2'];

export const questions: Routes = (app, { store: { sql } }) => {
  // Every value that JSON has comes through as it is, lone surrogates too.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  /** Asking changes nothing. */
  const question = { config: { access: 'read' as const }, bodyLimit: app.limits.batch };

  app.post<{ Body: Static<typeof SessionsBody> }>(
    '/api/v2/sessions',
    {
      ...question,
      schema: {
        tags,
        summary: 'Sessions in full, newest first; what many have in common is said once',
        body: SessionsBody,
        response: {
          200: Type.Object({
            sessions: Type.Array(PackedSessionJson),
            contexts: Type.Array(ContextJson),
            packages: Type.Array(Type.Array(PackageJson)),
            count: Type.Integer({ description: 'How many the filter leaves in all' }),
          }),
          ...ERRORS,
        },
      },
    },
    async ({ body: { limit = PAGE_ROWS, offset = 0, ...filter } }) => ({
      ...packed(limit === 0 ? [] : await fullSessions(sql, filter, { limit, offset })),
      count: await countSessions(sql, filter),
    }),
  );
  app.post<{ Body: Static<typeof MetricsBody> }>(
    '/api/v2/metrics',
    { ...question, schema: { tags, summary: 'All readings that the filter leaves, as a stream', body: MetricsBody } },
    async (request, reply) => {
      const { columns = COLUMN_NAMES, best, ...filter } = request.body;
      const format = formatOf(request, undefined);
      const table = metricTable(sql, filter, checkedColumns(columns), { size: PIECE, best });
      return sendTable(reply, format === 'json' ? 'ndjson' : format, table);
    },
  );
  app.post<{ Body: Static<typeof FilterBody> }>(
    '/api/v2/metrics/count',
    {
      ...question,
      schema: {
        tags,
        summary: 'How many readings the filter leaves',
        body: FilterBody,
        response: { 200: Type.Object({ count: Type.Integer() }), ...ERRORS },
      },
    },
    async ({ body }) => ({ count: await countRows(sql, body) }),
  );
  app.post<{ Body: Static<typeof FilterBody> }>(
    '/api/v2/components',
    {
      ...question,
      schema: {
        tags,
        summary: 'Components of the readings that the filter leaves, sorted',
        body: FilterBody,
        response: { 200: Type.Object({ components: Type.Array(Type.String()) }), ...ERRORS },
      },
    },
    async ({ body }) => ({ components: await componentsOf(sql, body) }),
  );
  app.get(
    '/api/v2/contexts',
    {
      schema: {
        tags,
        summary: 'Where things ran',
        response: { 200: Type.Object({ contexts: Type.Array(ContextJson) }), ...ERRORS },
      },
    },
    async () => ({ contexts: await listContexts(sql) }),
  );
  app.get<{ Querystring: Static<typeof PipelinesQuery> }>(
    '/api/v2/pipelines',
    {
      schema: {
        tags,
        summary: 'Pipelines and their builds, of all sessions or of those with readings of a component',
        querystring: PipelinesQuery,
        response: {
          200: Type.Object({ pipelines: Type.Array(Type.Object({ pipeline: Type.String(), builds: Type.Array(Type.String()) })) }),
          ...ERRORS,
        },
      },
    },
    async ({ query }) => ({ pipelines: await listPipelines(sql, query.component) }),
  );
};

/** Contexts and lists of packages once: sessions of one lockfile share theirs already. */
function packed(sessions: readonly StoredSession[]) {
  const contexts = new Map(sessions.map(({ context }) => [context.hash, context]));
  const packages = new Map<readonly PackageVersion[], number>();
  const rows = sessions.map((session) => {
    const at = packages.get(session.packages) ?? packages.size;
    packages.set(session.packages, at);
    return { ...session, context: session.context.hash, packages: at };
  });
  return { sessions: rows, contexts: [...contexts.values()], packages: [...packages.keys()] };
}
