/** Execution contexts: machines and what runs on them. */
import { contextNumber, countPymonContexts, pymonContexts } from '../../store/sql/pymon-contexts.js';
import type { PymonContext } from '../../store/pymon-rows.js';
import type { MetricFilter } from '../../store/sql/pymon-filter.js';
import { Refusal } from '../refusal.js';
import { NO_PAGE, none, type Group, type Params } from './group.js';
import { askedPage, neighbours, placed } from './pages.js';
import { Context, ContextBody, listOf, Message } from './schemas.js';
import { unreadable } from './validate.js';

export function contexts(group: Group): void {
  const { store, pageSize } = group;

  for (const [url, summary] of [
    ['/contexts/', 'All contexts'],
    ['/contexts/:context', 'Contexts whose key begins with this, as a pattern of LIKE'],
  ] as const) {
    group.get(url, summary, { response: { 200: listOf('contexts', Context) } }, async ({ context }, request, reply) => {
      const page = await askedPage(request);
      const like = context === undefined ? undefined : `${context}%`;
      const place = placed(page, await countPymonContexts(store.sql, like), pageSize);
      if (place === undefined) throw new Refusal(404, NO_PAGE);
      const rows = await pymonContexts(store.sql, like, place.limit, place.offset);
      return rows.length === 0 ? none(reply) : { contexts: rows, ...neighbours(request, place), total_page: place.pages };
    });
    group.post(
      url,
      'Adds a context',
      { body: ContextBody, response: { 201: Context, 400: Message, 409: Message } },
      async (_, request, reply) => {
        const body = request.body as ContextBody;
        const context = contextOf(body);
        if ((await store.putPymonContext(context)) === 'other') {
          throw new Refusal(409, `h: the context ${context.hash} is known with other content. Contexts do not change: send another key.`);
        }
        return reply.code(201).send({
          h: context.hash,
          cpu_count: context.cpuCount,
          cpu_frequency: Math.trunc(context.cpuFrequency),
          cpu_type: context.cpuType,
          cpu_vendor: context.cpuVendor,
          ram_total: context.ramTotal,
          machine_node: context.machineNode,
          machine_type: context.machineType,
          machine_arch: context.machineArch,
          system_info: context.systemInfo,
          python_info: context.pythonInfo,
        });
      },
    );
  }

  group.count('/contexts/count', 'How many contexts there are', async () => countPymonContexts(store.sql));
  const ofContext = async ({ context }: Params): Promise<MetricFilter | undefined> => {
    const number = await contextNumber(store.sql, context!);
    return number === undefined ? undefined : { context: number };
  };
  group.metrics('/contexts/:context/metrics', 'Metrics of a context', async (params) => (await ofContext(params)) ?? NOTHING);
  group.countMetrics('/contexts/:context/metrics/count', 'How many metrics a context has', ofContext);
}

/** @throws Refusal */
export function contextOf(body: ContextBody): PymonContext {
  if (Math.abs(body.cpu_frequency) > Number.MAX_SAFE_INTEGER) throw new Refusal(400, 'cpu_frequency: is too large to be read back.');
  return {
    hash: asText('h', body.h),
    cpuCount: body.cpu_count,
    cpuFrequency: body.cpu_frequency,
    cpuType: asText('cpu_type', body.cpu_type),
    cpuVendor: body.cpu_vendor === null ? null : asText('cpu_vendor', body.cpu_vendor ?? ''),
    ramTotal: body.ram_total,
    machineNode: asText('machine_node', body.machine_node),
    machineType: asText('machine_type', body.machine_type),
    machineArch: asText('machine_arch', body.machine_arch),
    systemInfo: asText('system_info', body.system_info),
    pythonInfo: asText('python_info', body.python_info),
  };
}

/** Fits no row, yet has a first page. */
export const NOTHING: MetricFilter = { sessions: [] };

/** A number in place of a text is stored as its text. */
export function asText(field: string, value: string | number): string {
  const text = String(value);
  const reason = unreadable(text);
  if (reason !== undefined) throw new Refusal(400, `${field}: ${reason}`);
  return text;
}
