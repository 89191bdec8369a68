/** Metrics: the rows themselves, and those of an item, a variant, a kind or a revision. */
import { pymonSessions } from '../../store/sql/pymon-sessions.js';
import type { PymonMetric } from '../../store/pymon-rows.js';
import type { MetricFilter } from '../../store/sql/pymon-filter.js';
import { none, type Group, type Params } from './group.js';
import { listOf, Message, Metric, MetricBody, Session } from './schemas.js';
import { pageOfSessions, withoutTags } from './sessions.js';

export function metrics(group: Group): void {
  const { store } = group;
  group.metrics('/metrics/', 'All metrics', async () => ({}));
  group.post('/metrics/', 'Adds a metric', { body: MetricBody, response: { 201: Metric, 400: Message } }, async (_, request, reply) => {
    const body = request.body as MetricBody;
    await store.putPymonMetrics([metricOf(body)]);
    return reply.code(201).send(Object.fromEntries(FIELDS.map((name) => [name, body[name]])));
  });
  group.countMetrics('/metrics/count', 'How many metrics there are', async () => ({}));
}

export function metricOf(body: MetricBody): PymonMetric {
  return {
    session: body.session_h,
    context: body.context_h,
    startTime: body.item_start_time,
    itemPath: body.item_path,
    item: body.item,
    variant: body.item_variant,
    fsLoc: body.item_fs_loc,
    kind: body.kind,
    component: body.component,
    totalTime: body.total_time,
    userTime: body.user_time,
    kernelTime: body.kernel_time,
    cpuUsage: body.cpu_usage,
    memUsage: body.mem_usage,
  };
}

const FIELDS = Object.keys(MetricBody.properties) as (keyof MetricBody)[];

export function items(group: Group): void {
  for (const [root, field, word] of [
    ['/items', 'item', 'an item'],
    ['/variants', 'variant', 'a variant'],
  ] as const) {
    const exact = async (params: Params): Promise<MetricFilter> => ({ [field]: { equals: params['name']! } });
    const like = async (params: Params): Promise<MetricFilter> => ({ [field]: { like: `%${params['name']!}%` } });
    group.metrics(`${root}/:name/metrics`, `Metrics of ${word}`, exact);
    group.countMetrics(`${root}/:name/metrics/count`, `How many metrics ${word} has`, exact);
    group.metrics(`${root}/like/:name/metrics`, `Metrics of ${word} whose name holds this, as a pattern of LIKE`, like);
  }
}

export function filters(group: Group): void {
  const { store, pageSize } = group;
  const ofKind = async ({ kind }: Params): Promise<MetricFilter> => ({ kind: kind! });
  group.metrics('/filters/scope/:kind/metrics', 'Metrics of a kind, such as function or module', ofKind);
  group.countMetrics('/filters/scope/:kind/metrics/count', 'How many metrics of a kind there are', ofKind);

  const ofScm = async ({ scm }: Params): Promise<MetricFilter | undefined> => {
    const sessions = (await pymonSessions(store.sql, { scm: `${scm!}%` })).map(({ number }) => number);
    return sessions.length === 0 ? undefined : { sessions };
  };
  group.metrics('/filters/scm/:scm/metrics', 'Metrics of sessions whose revision begins with this, as a pattern of LIKE', ofScm);
  group.countMetrics('/filters/scm/:scm/metrics/count', 'How many metrics sessions of this revision have', ofScm);
  group.get(
    '/filters/scm/:scm/sessions',
    'Sessions whose revision begins with this, as a pattern of LIKE',
    { response: { 200: listOf('sessions', Session) } },
    async ({ scm }, request, reply) => {
      const { rows, urls, pages } = await pageOfSessions(store, { scm: `${scm!}%` }, request, pageSize);
      return rows.length === 0 ? none(reply) : { sessions: rows.map(withoutTags), ...urls, total_page: pages };
    },
  );
}
