/** Sessions, and what is asked of them by their tags. */
import type { FastifyRequest } from 'fastify';
import {
  countPymonSessions,
  countScmRefs,
  parsed,
  pymonSessions,
  sessionNumbers,
  type SessionFilter,
  type ShownSession,
} from '../../store/sql/pymon-sessions.js';
import type { ServedStore } from '../../store/served.js';
import { BadPath, fits, parsePath, type TagCondition } from '../../store/sql/pymon-tags.js';
import { Refusal } from '../refusal.js';
import { textOf } from './body.js';
import { asText } from './contexts.js';
import { NO_PAGE, none, pageOfList, type Group } from './group.js';
import { readJson, TooDeep, writeJson, type Node } from './json-text.js';
import { askedPage, neighbours, placed, queried } from './pages.js';
import { tagsOf, type Tag } from './python-text.js';
import { normalisedDate } from './run-date.js';
import { listOf, Message, Session, SessionBody } from './schemas.js';
import { unreadable } from './validate.js';

export function sessions(group: Group): void {
  const { store, pageSize } = group;

  for (const [url, summary] of [
    ['/sessions/', 'All sessions'],
    ['/sessions/:session', 'Sessions whose key begins with this, as a pattern of LIKE'],
  ] as const) {
    group.get(url, summary, { response: { 200: listOf('sessions', Session) } }, async ({ session }, request, reply) => {
      const filter = session === undefined ? {} : { id: `${session}%` };
      const conditions = conditionsOf(request);
      if (conditions !== undefined) {
        const fitting = (await pymonSessions(store.sql, filter)).filter((one) => conditions(parsed(one.description)));
        const { rows, urls, pages } = await pageOfList(request, pageSize, fitting);
        return rows.length === 0 ? none(reply) : { sessions: rows.map(withTags), ...urls, total_page: pages };
      }
      const page = await pageOfSessions(store, filter, request, pageSize);
      return page.rows.length === 0 ? none(reply) : { sessions: page.rows.map(withTags), ...page.urls, total_page: page.pages };
    });
    group.post(
      url,
      'Adds a session',
      { body: SessionBody, response: { 201: Session, 400: Message, 409: Message } },
      async ({ session }, request, reply) => {
        const body = request.body as SessionBody;
        const description = descriptionOf(request);
        if (description === undefined) return reply.code(400).send({ session_h: null, run_date: null, scm_ref: null, tags: null });
        const id = body.session_h ?? session;
        if (id === undefined) throw new Refusal(400, "session_h: 'session_h' is a required property");
        const date = normalisedDate(body.run_date);
        if (date === undefined)
          throw new Refusal(400, 'run_date: is no date and time in the form of ISO 8601, such as 2021-02-09T11:41:35.990018.');
        const row = {
          id: asText('session_h', id),
          runDate: body.run_date,
          scmId: body.scm_ref === null ? null : asText('scm_ref', body.scm_ref),
          description: writeJson(description),
        };
        if ((await store.putPymonSession(row)) === 'other') {
          throw new Refusal(409, `session_h: the session ${row.id} is known with other content. Sessions do not change: send another key.`);
        }
        return reply.code(201).send({ session_h: row.id, run_date: date, scm_ref: row.scmId, tags: tagsOf(row.description) });
      },
    );
  }

  group.count('/sessions/count', 'How many sessions have a revision', async () => countScmRefs(store.sql));
  group.metrics('/sessions/:session/metrics', 'Metrics of a session', async ({ session }) => ({
    sessions: await sessionNumbers(store.sql, session!),
  }));
  group.countMetrics('/sessions/:session/metrics/count', 'How many metrics a session has', async ({ session }) => ({
    sessions: await sessionNumbers(store.sql, session!),
  }));
}

export async function pageOfSessions(store: ServedStore, filter: SessionFilter, request: FastifyRequest, size: number) {
  const place = placed(await askedPage(request), await countPymonSessions(store.sql, filter), size);
  if (place === undefined) throw new Refusal(404, NO_PAGE);
  const rows = await pymonSessions(store.sql, filter, place.limit, place.offset);
  return { rows, urls: neighbours(request, place), pages: place.pages };
}

interface ShownWithTags {
  readonly session_h: string;
  readonly run_date: string;
  readonly scm_ref: string | null;
  readonly tags: readonly Tag[] | null;
}

export function withoutTags({ id, runDate, scmRef }: ShownSession): ShownWithTags {
  return { session_h: id, run_date: normalisedDate(runDate) ?? runDate, scm_ref: scmRef, tags: null };
}

function withTags(session: ShownSession): ShownWithTags {
  return { ...withoutTags(session), tags: tagsOf(session.description) };
}

/** with_flags (with_tags for the Python client), restrict_flags and method; undefined where none of them says anything. */
function conditionsOf(request: FastifyRequest): ((tags: unknown) => boolean) | undefined {
  const names = queried(request, 'with_flags') || queried(request, 'with_tags') || '';
  if (names === '') return undefined;
  const values = (queried(request, 'restrict_flags') ?? '').split(',');
  const conditions = names.split(',').map((name, index): TagCondition => ({ path: pathOf(name), equals: values[index] || undefined }));
  const any = (queried(request, 'method') ?? 'match_any') === 'match_any';
  return (tags) => (any ? conditions.some((one) => fits(tags, one)) : conditions.every((one) => fits(tags, one)));
}

function pathOf(name: string): TagCondition['path'] {
  try {
    return parsePath(name);
  } catch (thrown) {
    if (thrown instanceof BadPath) throw new Refusal(400, `with_flags: ${thrown.message}`);
    throw thrown;
  }
}

/** What was sent as it was written; undefined where it is no object. */
function descriptionOf(request: FastifyRequest): Node | undefined {
  let body: Node;
  try {
    body = readJson(textOf(request));
  } catch (thrown) {
    if (thrown instanceof TooDeep) throw new Refusal(400, `description: is ${thrown.message}.`);
    throw thrown;
  }
  const description = body.type === 'object' ? body.entries.get('description') : undefined;
  if (description === undefined) throw new Refusal(400, "description: 'description' is a required property");
  if (description.type !== 'object') return undefined;
  checkReadable(description);
  return description;
}

/** @throws Refusal */
export function checkReadable(description: Node): void {
  const reason = unreadableIn(description);
  if (reason !== undefined) throw new Refusal(400, `description: ${reason}`);
}

function unreadableIn(node: Node): string | undefined {
  switch (node.type) {
    case 'string':
      return unreadable(node.value);
    case 'number':
      return Number.isFinite(Number(node.source)) ? undefined : `${node.source.slice(0, 40)} could not be read back`;
    case 'array':
      return node.items.map(unreadableIn).find((reason) => reason !== undefined);
    case 'object':
      return Array.from(node.entries, ([name, value]) => unreadable(name) ?? unreadableIn(value)).find((reason) => reason !== undefined);
    case 'literal':
      return undefined;
  }
}
