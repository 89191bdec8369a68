/**
 * Sessions and what was measured in them: what the remote store asks for. Texts in queries and paths are escaped as stored ones
 * are (src/model/escape.ts), since a URL holds neither NUL nor a lone surrogate; ordinary text is its own escape.
 */
import { Type, type Static } from 'typebox';
import { PAGE_ROWS } from '../../journal/batch-limits.js';
import { unescapeText } from '../../model/escape.js';
import { METRIC_NAMES, type MetricName } from '../../model/metrics.js';
import type { ReadingQuery, SessionQuery } from '../../store/contract.js';
import type { Sql } from '../../store/sql/port.js';
import { findSessions } from '../../store/sql/session-filter.js';
import { Refusal } from '../refusal.js';
import type { Routes } from '../routes.js';
import { FILTER, toFilter } from './filter.js';
import { ERRORS, ReadingJson, SessionJson, SessionSummaryJson, TotalsJson } from './schemas.js';

const PAGE = {
  limit: Type.Optional(Type.Integer({ minimum: 0, maximum: PAGE_ROWS, description: `Default and most: ${PAGE_ROWS}` })),
  offset: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
  count: Type.Optional(Type.Boolean({ description: 'Also say how many there are in all' })),
};

/** A parameter that is not known is said, and passed on to nobody. */
const STRICT = { additionalProperties: false };

const SessionsQuery = Type.Object(
  {
    ...PAGE,
    id: Type.Optional(Type.String({ description: 'The beginning of the id' })),
    revision: Type.Optional(Type.String({ description: 'A source revision, or its beginning' })),
    tag: Type.Optional(Type.String({ description: 'Has this tag' })),
    tag_value: Type.Optional(Type.String({ description: 'The value of the tag, as JSON' })),
    ...{ since: FILTER.since, until: FILTER.until, branch: FILTER.branch, machine: FILTER.machine, package: FILTER.package },
  },
  STRICT,
);

const ReadingsQuery = Type.Object(
  {
    ...PAGE,
    kind: Type.Optional(Type.Array(Type.String())),
    status: Type.Optional(Type.Array(Type.String())),
    search: Type.Optional(Type.String({ description: 'Text in project, file, describe path or name' })),
    order_by: Type.Optional(Type.String({ description: 'A metric; the largest come first, rows without it are left out' })),
  },
  STRICT,
);

const OneSession = Type.Object({ id: Type.String() });
const tags = ['v2'];

export const sessions: Routes = (app, { store }) => {
  // Every value that JSON has comes through as it is, lone surrogates too.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));

  app.get<{ Querystring: Static<typeof SessionsQuery> }>(
    '/api/v2/sessions',
    {
      schema: {
        tags,
        summary: 'Sessions, newest first',
        querystring: SessionsQuery,
        response: { 200: Type.Object({ sessions: Type.Array(SessionSummaryJson), count: Type.Optional(Type.Integer()) }), ...ERRORS },
      },
    },
    async ({ query }) => {
      const asked = sessionQuery(query);
      const among = await idsAmong(store.sql, query);
      if (among !== undefined) {
        const { limit = PAGE_ROWS, offset = 0 } = query;
        const all = (await store.sessions(asked)).filter(({ id }) => among.has(id));
        return { sessions: all.slice(offset, offset + limit), ...(query.count === true && { count: all.length }) };
      }
      const found = query.limit === 0 ? [] : await store.sessions({ ...asked, limit: query.limit ?? PAGE_ROWS, offset: query.offset ?? 0 });
      return { sessions: found, ...(query.count === true && { count: await store.countSessions(asked) }) };
    },
  );

  app.get<{ Params: Static<typeof OneSession> }>(
    '/api/v2/sessions/:id',
    {
      schema: {
        tags,
        summary: 'One session, with its context and packages',
        params: OneSession,
        response: { 200: SessionJson, ...ERRORS },
      },
    },
    async ({ params }) => {
      const session = await store.session(unescapeText(params.id));
      if (session === undefined) throw new Refusal(404, `There is no session ${params.id}.`);
      return session;
    },
  );

  app.get<{ Params: Static<typeof OneSession>; Querystring: Static<typeof ReadingsQuery> }>(
    '/api/v2/sessions/:id/readings',
    {
      schema: {
        tags,
        summary: 'Readings of a session, in the order in which they began',
        params: OneSession,
        querystring: ReadingsQuery,
        response: {
          200: Type.Object({ metrics: Type.Array(Type.String()), readings: Type.Array(ReadingJson), count: Type.Optional(Type.Integer()) }),
          ...ERRORS,
        },
      },
    },
    async ({ params, query }) => {
      const asked = readingQuery(unescapeText(params.id), query);
      const found = query.limit === 0 ? [] : await store.readings({ ...asked, limit: query.limit ?? PAGE_ROWS, offset: query.offset ?? 0 });
      // NaN becomes null.
      const readings = found.map(({ session: _, values, ...row }) => ({ ...row, values: Array.from(values) }));
      return { metrics: METRIC_NAMES, readings, ...(query.count === true && { count: await store.countReadings(asked) }) };
    },
  );

  app.get<{ Params: Static<typeof OneSession> }>(
    '/api/v2/sessions/:id/projects',
    {
      schema: {
        tags,
        summary: 'The projects that the items of a session are of',
        params: OneSession,
        response: { 200: Type.Object({ projects: Type.Array(Type.String()) }), ...ERRORS },
      },
    },
    async ({ params }) => ({ projects: await store.projects(unescapeText(params.id)) }),
  );

  app.get<{ Params: Static<typeof OneSession> }>(
    '/api/v2/sessions/:id/totals',
    {
      schema: {
        tags,
        summary: 'Sums and counts of a session, by kind',
        params: OneSession,
        response: { 200: Type.Object({ totals: Type.Array(TotalsJson) }), ...ERRORS },
      },
    },
    async ({ params }) => ({ totals: await store.totals(unescapeText(params.id)) }),
  );
};

function sessionQuery({ id, revision, tag, tag_value: value }: Static<typeof SessionsQuery>): SessionQuery {
  return {
    ...(id !== undefined && { idPrefix: unescapeText(id) }),
    ...(revision !== undefined && { revision: unescapeText(revision) }),
    ...(tag !== undefined && { tag: { name: unescapeText(tag), ...(value !== undefined && { value: json(value) }) } }),
  };
}

function readingQuery(session: string, query: Static<typeof ReadingsQuery>): ReadingQuery {
  const { kind, status, search, order_by: orderBy } = query;
  if (orderBy !== undefined && !METRIC_NAMES.includes(orderBy as MetricName))
    throw new Refusal(400, `order_by: there is no metric ${JSON.stringify(orderBy)}. There are: ${METRIC_NAMES.join(', ')}.`);
  return {
    session,
    ...(kind !== undefined && { kinds: kind.map(unescapeText) }),
    ...(status !== undefined && { statuses: status.map(unescapeText) }),
    ...(search !== undefined && { search: unescapeText(search) }),
    ...(orderBy !== undefined && { orderBy: orderBy as MetricName }),
  };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'tag_value: expected JSON, such as true, 3 or "text".');
  }
}

/** Ids of the sessions that the filters of their surroundings leave; undefined where none is asked for. */
async function idsAmong(sql: Sql, query: Static<typeof SessionsQuery>): Promise<ReadonlySet<string> | undefined> {
  const {
    id: _id,
    revision: _revision,
    tag: _tag,
    tag_value: _value,
    limit: _limit,
    offset: _offset,
    count: _count,
    ...surroundings
  } = query;
  if (Object.keys(surroundings).length === 0) return undefined;
  const found = await findSessions(sql, toFilter(surroundings));
  return new Set(found.map(({ id }) => id));
}
