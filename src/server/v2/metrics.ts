/** Rows of many sessions: a page at a time as JSON, or all of them as a stream. */
import { Type } from 'typebox';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { SpanmeterError } from '../../model/errors.js';
import { suggestion } from '../../model/nearest.js';
import { toObjects, type RowObject } from '../../report/rows-json.js';
import { COLUMN_NAMES } from '../../store/sql/metric-columns.js';
import { metricTable, type MetricTable } from '../../store/sql/metric-table.js';
import type { Routes } from '../routes.js';
import { fromCursor, toCursor } from './cursor.js';
import { FILTER, toFilter } from './filter.js';
import { FORMATS, formatOf, sendStream } from './formats.js';

const USUAL_PAGE = 500;
const LONGEST_PAGE = 10_000;
/** Rows that a stream reads at once. */
const PIECE = 10_000;

const QUERY = Type.Object(
  {
    ...FILTER,
    columns: Type.Optional(Type.String({ description: `Names of columns, separated by commas: ${COLUMN_NAMES.join(', ')}` })),
    format: Type.Optional(Type.Union(FORMATS.map((format) => Type.Literal(format)), { description: 'json: one page; the others: all rows' })), // prettier-ignore
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: LONGEST_PAGE, description: `Rows of a page of JSON (default: ${USUAL_PAGE})` }),
    ),
    after: Type.Optional(Type.String({ description: '"next" of the page before' })),
  },
  { additionalProperties: false },
);

const PAGE = Type.Object({
  rows: Type.Array(Type.Object({}, { additionalProperties: true })),
  next: Type.Optional(Type.String({ description: 'Where the next page begins; absent on the last one' })),
});

export const metricRoutes: Routes = (app, { store }) => {
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
      const { columns, format: asked, limit = USUAL_PAGE, after, ...filter } = request.query;
      const format = formatOf(request, asked);
      const from = after === undefined ? undefined : fromCursor(after);
      const table = metricTable(store.sql, toFilter(filter), chosen(columns), { size: format === 'json' ? limit : PIECE, after: from });
      return format === 'json' ? readPage(table, limit) : sendStream(reply, format, { fields: table.columns, pieces: table.pieces });
    },
  );
};

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

function chosen(columns: string | undefined): readonly string[] {
  if (columns === undefined || columns === '') return COLUMN_NAMES;
  const names = [...new Set(columns.split(','))];
  for (const name of names) {
    if (COLUMN_NAMES.includes(name)) continue;
    throw new SpanmeterError('SPANMETER_USAGE', `There is no column "${name}". ${suggestion(name, COLUMN_NAMES)}`);
  }
  return names;
}
