/** Head and tail of a resource: of everything, of a component, of a pipeline, of a build. */
import { componentsNamed } from '../../store/sql/pymon-components.js';
import type { MetricFilter } from '../../store/sql/pymon-filter.js';
import { ofBuild, ofPipeline } from '../../store/sql/pymon-pipelines.js';
import { taggedSessions } from '../../store/sql/pymon-sessions.js';
import { topMetrics } from '../../store/sql/pymon-top.js';
import type { Resource } from '../../store/sql/zones.js';
import { Refusal } from '../refusal.js';
import type { Group, Params } from './group.js';
import { listOf, Metric } from './schemas.js';

const RESOURCES: ReadonlyMap<string, Resource> = new Map([
  ['memory', 'mem_usage'],
  ['cpu', 'cpu_usage'],
  ['kernel_time', 'kernel_time'],
  ['user_time', 'user_time'],
  ['total_time', 'total_time'],
]);

const DEFAULT_COUNT = 10;
const LARGEST_COUNT = 500;

export function resources(group: Group): void {
  const { store } = group;
  const filters: readonly (readonly [path: string, of: string, filter: (params: Params) => Promise<MetricFilter>])[] = [
    ['', '', async () => ({})],
    ['/components/:component', ' in a component', async ({ component }) => ({ components: await componentsNamed(store.sql, component!) })],
    [
      '/pipelines/:pipeline',
      ' in a pipeline',
      async ({ pipeline }) => ({ sessions: ofPipeline(await taggedSessions(store.sql), pipeline!).map(({ number }) => number) }),
    ],
    [
      '/pipelines/:pipeline/builds/:build',
      ' in a build',
      async ({ pipeline, build }) => ({
        sessions: ofBuild(await taggedSessions(store.sql), pipeline!, build!).map(({ number }) => number),
      }),
    ],
  ];
  for (const [path, of, filter] of filters) {
    for (const [end, word] of [
      ['head', 'most'],
      ['tail', 'least'],
    ] as const) {
      // As the recorded server routes: only digits are a count.
      for (const count of ['', '/:count(^\\d+$)']) {
        group.get(
          `/resources/:resource${path}/${end}${count}/metrics`,
          `Metrics that took the ${word} of a resource${of}`,
          { response: { 200: listOf('metrics', Metric) } },
          async (params) => {
            const resource = RESOURCES.get(params['resource']!);
            if (resource === undefined) {
              throw new Refusal(400, `resource: there is none of this name. Ask for one of ${[...RESOURCES.keys()].join(', ')}.`);
            }
            const wanted = params['count'] === undefined ? DEFAULT_COUNT : Math.min(Number(params['count']), LARGEST_COUNT);
            const rows = await topMetrics(store.sql, await filter(params), resource, end, wanted);
            return { metrics: rows, prev_url: null, next_url: null, total_page: 1 };
          },
        );
      }
    }
  }
}
