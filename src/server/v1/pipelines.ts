/** Pipelines, their builds and the sessions of those: of everything, and of a component. */
import { Type } from 'typebox';
import { buildsOf, ofBuild, pipelinesOf } from '../../store/sql/pymon-pipelines.js';
import { taggedSessions } from '../../store/sql/pymon-sessions.js';
import type { Extracted } from '../../store/sql/pymon-tags.js';
import { sessionsOf } from './components.js';
import { none, pageOfList, type Group } from './group.js';
import type { FastifyRequest } from 'fastify';

const text = Type.String();
const lists = (name: string) => ({ response: { 200: Type.Object({ [name]: Type.Array(Type.Union([text, Type.Null()])) }) } });

export function pipelines(group: Group): void {
  const { store, pageSize } = group;

  /** Here a neighbour that is not there is null, and a list without elements is none the less an answer. */
  const page = async (request: FastifyRequest, about: object, name: string, list: readonly unknown[]): Promise<object> => {
    const { rows, urls, pages } = await pageOfList(request, pageSize, list);
    return { ...about, [name]: rows, prev_url: urls.prev_url ?? null, next_url: urls.next_url ?? null, total_page: pages };
  };

  /** All known sessions, or those with metrics of a component in the order of these. */
  const candidates = async (component: string | undefined) => {
    const all = await taggedSessions(store.sql);
    if (component === undefined) return all;
    const byNumber = new Map(all.map((session) => [session.number, session]));
    return (await sessionsOf(group, component)).flatMap((number) => byNumber.get(number) ?? []);
  };

  group.get('/pipelines/', 'All pipelines', lists('pipelines'), async (_, _request, reply) => {
    const found = pipelinesOf(await candidates(undefined)).filter((pipeline) => pipeline !== null && pipeline !== '');
    return found.length === 0 ? none(reply) : { pipelines: found.map(shown) };
  });
  group.get(
    '/components/:component/pipelines',
    'Pipelines with metrics of a component',
    lists('pipelines'),
    async ({ component }, request) => page(request, { component }, 'pipelines', pipelinesOf(await candidates(component)).map(shown)),
  );

  for (const [root, of] of [
    ['', ''],
    ['/components/:component', ', with metrics of a component'],
  ] as const) {
    group.get(
      `${root}/pipelines/:pipeline/builds`,
      `Builds of a pipeline${of}`,
      lists('builds'),
      async ({ component, pipeline }, request) =>
        page(
          request,
          { ...(component !== undefined && { component }), pipeline },
          'builds',
          buildsOf(await candidates(component), pipeline!).map(shown),
        ),
    );
    group.get(
      `${root}/pipelines/:pipeline/builds/:build/sessions`,
      `Sessions of a build${of}`,
      lists('sessions'),
      async ({ component, pipeline, build }, request) => {
        const found = ofBuild(await candidates(component), pipeline!, build!);
        return page(
          request,
          { ...(component !== undefined && { component }), pipeline, build },
          'sessions',
          found.map(({ id }) => id),
        );
      },
    );
  }
}

function shown(value: Extracted): string | null {
  return value === null ? null : String(value);
}
