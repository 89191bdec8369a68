/** Components: the parts of a product that items belong to. */
import { Type } from 'typebox';
import { componentsNamed, components as listComponents, sessionsOfComponents } from '../../store/sql/pymon-components.js';
import type { Component, MetricFilter } from '../../store/sql/pymon-filter.js';
import { NOTHING } from './contexts.js';
import { none, pageOfList, type Group, type Params } from './group.js';
import { listOf } from './schemas.js';

export function components(group: Group): void {
  const { store, pageSize } = group;
  /** Metrics of components, and more conditions. */
  const of = (found: readonly Component[], more: MetricFilter = {}): MetricFilter =>
    found.length === 0 ? NOTHING : { components: found, ...more };

  for (const [url, summary] of [
    ['/components/', 'All components'],
    ['/components/:component', 'Components that begin with this, as a pattern of LIKE'],
  ] as const) {
    group.get(url, summary, { response: { 200: listOf('components', Type.String()) } }, async ({ component }, request, reply) => {
      const found = await listComponents(store.sql, component === undefined ? undefined : `${component}%`);
      const { rows, urls, pages } = await pageOfList(request, pageSize, found);
      return rows.length === 0 ? none(reply) : { components: rows.map(({ name }) => name), ...urls, total_page: pages };
    });
  }
  group.count(
    '/components/count',
    'How many components there are, the empty one among them',
    async () => (await listComponents(store.sql)).length,
  );

  group.metrics('/components/:component/metrics', 'Metrics of a component, as a pattern of LIKE', async ({ component }) =>
    of(await listComponents(store.sql, component)),
  );
  group.metrics('/components/metrics', 'Metrics without a component', async () => of(await componentsNamed(store.sql, '')));
  for (const [path, field] of [
    ['items', 'item'],
    ['variants', 'variant'],
  ] as const) {
    const exact = async ({ component = '', name }: Params): Promise<MetricFilter> =>
      of(await componentsNamed(store.sql, component), { [field]: { equals: name! } });
    group.metrics(
      `/components/:component/${path}/:name/metrics`,
      `Metrics of an ${field === 'item' ? 'item' : "item's variant"} in a component`,
      exact,
    );
    group.metrics(
      `/components/${path}/:name/metrics`,
      `Metrics of an ${field === 'item' ? 'item' : "item's variant"} without a component`,
      exact,
    );
  }
}

/** Known sessions that have metrics of a component. */
export async function sessionsOf(group: Group, component: string): Promise<number[]> {
  const found = await componentsNamed(group.store.sql, component);
  return found.length === 0 ? [] : sessionsOfComponents(group.store.sql, found);
}
