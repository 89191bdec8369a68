/** Items, and what each consumed over sessions. */
import { Type } from 'typebox';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { statisticsOf, type Statistics } from '../../analysis/statistics.js';
import { METRIC_NAMES, type MetricName } from '../../model/metrics.js';
import { instant } from '../../report/json.js';
import { listItems, valuesByItem, type ItemValues, type NumberedItem } from '../../store/sql/items.js';
import { itemsByNumber } from '../../store/sql/lookups.js';
import type { Routes } from '../routes.js';
import { FILTER, toFilter } from './filter.js';

const USUAL_PAGE = 500;
const LONGEST_PAGE = 10_000;
const USUAL_SESSIONS = 100;
const MOST_SESSIONS = 1000;
const MOST_METRICS = 8;
const USUAL_METRICS: readonly MetricName[] = ['wall_time', 'cpu_time', 'peak_growth'];

const { last: _, ...OF_STATISTICS } = FILTER;
const { item, kind, project, file, name, variant, name_pattern, variant_pattern, search } = FILTER;

const ITEM = {
  item: Type.Integer(),
  kind: Type.String(),
  project: Type.String(),
  file: Type.String(),
  describe: Type.Array(Type.String()),
  name: Type.String(),
  variant: Type.String(),
  ordinal: Type.Integer(),
};

const STATISTICS = Type.Object({
  count: Type.Integer(),
  min: Type.Number(),
  max: Type.Number(),
  mean: Type.Number(),
  deviation: Type.Optional(Type.Number({ description: 'Sample standard deviation' })),
  p50: Type.Number(),
  p95: Type.Number(),
});

export const itemRoutes: Routes = (app, { store: { sql } }) => {
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  typed.get(
    '/api/v2/items',
    {
      schema: {
        summary: 'Items, in the order in which the history came to know them',
        tags: ['v2'],
        // Filters of sessions say nothing of items alone: whoever sends one is told, rather than given all.
        querystring: Type.Object(
          {
            ...{ item, kind, project, file, name, variant, name_pattern, variant_pattern, search },
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LONGEST_PAGE, description: `Default: ${USUAL_PAGE}` })),
            after: Type.Optional(Type.Integer({ minimum: 0, description: '"next" of the page before' })),
          },
          { additionalProperties: false },
        ),
        response: { 200: Type.Object({ items: Type.Array(Type.Object(ITEM)), next: Type.Optional(Type.Integer()) }) },
      },
    },
    async ({ query: { limit = USUAL_PAGE, after, ...filter } }) => {
      const items = await listItems(sql, toFilter(filter), limit, after);
      return { items: items.map(toJson), ...(items.length === limit && { next: items[limit - 1]!.item }) };
    },
  );
  typed.get(
    '/api/v2/items/statistics',
    {
      schema: {
        summary: 'What each item consumed over sessions: those that started last among the ones that the filters leave',
        tags: ['v2'],
        querystring: Type.Object(
          {
            ...OF_STATISTICS,
            metric: Type.Optional(
              Type.Array(Type.Union(METRIC_NAMES.map((metric) => Type.Literal(metric))), {
                maxItems: MOST_METRICS,
                description: `Names of metrics; repeatable (default: ${USUAL_METRICS.join(', ')})`,
              }),
            ),
            sessions: Type.Optional(
              Type.Integer({ minimum: 1, maximum: MOST_SESSIONS, description: `At most so many (default: ${USUAL_SESSIONS})` }),
            ),
          },
          { additionalProperties: false },
        ),
        response: {
          200: Type.Object({
            items: Type.Array(
              Type.Object({
                ...ITEM,
                rows: Type.Integer(),
                first: Type.String({ description: 'When the first of the rows began' }),
                last: Type.String({ description: 'When the last of the rows began' }),
                statistics: Type.Record(Type.String(), STATISTICS, { description: 'By metric; without those that no row has' }),
              }),
            ),
          }),
        },
      },
    },
    async ({ query: { metric, sessions = USUAL_SESSIONS, ...filter } }) => {
      const metrics = (metric as MetricName[] | undefined) ?? USUAL_METRICS;
      const found = await valuesByItem(sql, toFilter(filter), metrics, sessions);
      const items = await itemsByNumber(
        sql,
        found.map((each) => each.item),
      );
      return {
        items: found.map((values) => ({ ...toJson({ item: values.item, ...items.get(values.item)! }), ...summed(values, metrics) })),
      };
    },
  );
};

function toJson({ describe, ...item }: NumberedItem): NumberedItem & { describe: string[] } {
  return { ...item, describe: [...describe] };
}

function summed({ rows, first, last, values }: ItemValues, metrics: readonly string[]) {
  const statistics: Record<string, Statistics> = {};
  for (const [index, name] of metrics.entries()) if (values[index]!.length > 0) statistics[name] = statisticsOf(values[index]!);
  return { rows, first: instant(first), last: instant(last), statistics };
}
