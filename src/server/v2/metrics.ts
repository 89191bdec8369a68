/** Rows of many sessions: one page as JSON, or all of them as a stream. */
import { Type } from 'typebox';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyReply } from 'fastify';
import { SpanmeterError } from '../../model/errors.js';
import { suggestion } from '../../model/nearest.js';
import { toObjects, type RowObject } from '../../report/rows-json.js';
import { RANKINGS, type Best, type Ranking } from '../../store/sql/metric-best.js';
import { COLUMN_NAMES } from '../../store/sql/metric-columns.js';
import { metricTable, type MetricTable } from '../../store/sql/metric-table.js';
import type { Routes } from '../routes.js';
import { fromCursor, toCursor } from './cursor.js';
import { FILTER, toFilter } from './filter.js';
import { FORMATS, formatOf, sendStream, type Format } from './formats.js';

const USUAL_PAGE = 500;
const LONGEST_PAGE = 10_000;
/** Rows that a stream reads at once. */
export const PIECE = 10_000;
const USUAL_BEST = 10;
const MOST_BEST = 100_000;

const ranking = (description: string) =>
  Type.Union(
    RANKINGS.map((name) => Type.Literal(name)),
    { description },
  );
export const Ranked = ranking('A metric, or cpu_usage: cpu_time / wall_time');
export const BestCount = Type.Integer({
  minimum: 1,
  maximum: MOST_BEST,
  description: `How many rows \`top\` and \`bottom\` are (default: ${USUAL_BEST})`,
});

const QUERY = Type.Object(
  {
    ...FILTER,
    columns: Type.Optional(Type.String({ description: `Names of columns, separated by commas: ${COLUMN_NAMES.join(', ')}` })),
    format: Type.Optional(Type.Union(FORMATS.map((format) => Type.Literal(format)), { description: 'json: one page; the others: all rows' })), // prettier-ignore
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: LONGEST_PAGE, description: `Rows of a page of JSON (default: ${USUAL_PAGE})` }),
    ),
    after: Type.Optional(Type.String({ description: '"next" of the page before' })),
    top: Type.Optional(
      ranking('Only the rows with the largest values of this metric, or of cpu_usage (cpu_time / wall_time), the largest first'),
    ),
    bottom: Type.Optional(ranking('The same with the smallest')),
    best: Type.Optional(BestCount),
  },
  { additionalProperties: false },
);

const PAGE = Type.Object({
  rows: Type.Array(Type.Object({}, { additionalProperties: true })),
  next: Type.Optional(Type.String({ description: 'Where the next page begins; absent on the last one' })),
});

export const metricRoutes: Routes = (app, { store: { sql } }) => {
  app.withTypeProvider<TypeBoxTypeProvider>().get(
    '/api/v2/metrics',
    {
      schema: {
        summary: 'Readings of all sessions that the filters leave, in a fixed order',
        tags: ['v2'],
        querystring: QUERY,
        response: { 200: { content: { 'application/json': { schema: PAGE } } } },
      },
    },
    async (request, reply) => {
      const { columns, format: asked, limit = USUAL_PAGE, after, top, bottom, best: count = USUAL_BEST, ...filter } = request.query;
      const format = formatOf(request, asked);
      const names = columns === undefined || columns === '' ? COLUMN_NAMES : columns.split(',');
      const best = bestOf(top, bottom, count);
      const from = after === undefined ? undefined : fromCursor(after);
      const table = metricTable(sql, toFilter(filter), checkedColumns(names), {
        size: format === 'json' ? limit : PIECE,
        after: from,
        best,
      });
      if (format !== 'json') return sendTable(reply, format, table);
      return best === undefined ? readPage(table, limit) : { rows: (await readPage(table, Infinity)).rows };
    },
  );
};

export function sendTable(reply: FastifyReply, format: Exclude<Format, 'json'>, { columns, pieces }: MetricTable): Promise<FastifyReply> {
  return sendStream(reply, format, { fields: columns, pieces });
}

function bestOf(top: Ranking | undefined, bottom: Ranking | undefined, count: number): Best | undefined {
  if (top !== undefined && bottom !== undefined)
    throw new SpanmeterError('SPANMETER_USAGE', '"top" and "bottom" exclude each other: ask twice.');
  const metric = top ?? bottom;
  return metric && { metric, end: top === undefined ? 'bottom' : 'top', count };
}

/** One row more is not asked for: a full page may be followed by an empty one. */
async function readPage({ columns, pieces }: MetricTable, limit: number): Promise<{ rows: RowObject[]; next?: string }> {
  const rows: RowObject[] = [];
  for await (const piece of pieces) {
    const left = limit - rows.length;
    rows.push(...toObjects(columns, piece).slice(0, left));
    if (rows.length === limit) return { rows, next: toCursor(piece.positions(Math.min(left, piece.length) - 1)) };
  }
  return { rows };
}

/** @throws SpanmeterError SPANMETER_USAGE */
export function checkedColumns(given: readonly string[]): readonly string[] {
  const names = [...new Set(given)];
  for (const name of names) {
    if (COLUMN_NAMES.includes(name)) continue;
    throw new SpanmeterError('SPANMETER_USAGE', `There is no column "${name}". ${suggestion(name, COLUMN_NAMES)}`);
  }
  return names;
}
