/** pytest-monitor's rows of another history come in: what is there is left as it is, and only what is missing is added. */
import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { BATCH_ROWS } from '../../journal/batch-limits.js';
import { messageOf } from '../../model/errors.js';
import type { CountedMetric, PymonSession } from '../../store/pymon-rows.js';
import { atMost } from '../concurrency.js';
import { Refusal } from '../refusal.js';
import type { Routes } from '../routes.js';
import { Turns } from '../turns.js';
import { contextOf } from '../v1/contexts.js';
import { readJson, type Node } from '../v1/json-text.js';
import { metricOf } from '../v1/metrics.js';
import { normalisedDate } from '../v1/run-date.js';
import { ContextBody, MetricBody } from '../v1/schemas.js';
import { checkReadable } from '../v1/sessions.js';
import { unreadable } from '../v1/validate.js';
import { plainBody } from './plain-body.js';
import { ERRORS } from './schemas.js';

const TYPE = 'application/json';
const UNPACKED = 4;

const Rows = Type.Object({
  contexts: Type.Array(ContextBody),
  sessions: Type.Array(
    Type.Object({
      session_h: Type.String(),
      run_date: Type.String(),
      scm_ref: Type.Union([Type.String(), Type.Null()]),
      description: Type.String({ description: 'The JSON text of an object, kept to the letter' }),
    }),
  ),
  metrics: Type.Array(
    Type.Object({
      ...MetricBody.properties,
      count: Type.Integer({
        minimum: 1,
        description: 'How many rows like this one its session has, up to this one: an equal row that is sent again is not added',
      }),
    }),
  ),
});
type Rows = Static<typeof Rows>;
const validator = Compile(Rows);

const ANSWER = Type.Object({
  rows: Type.Integer({ description: 'Rows of all three lists' }),
  new: Type.Integer({ description: 'Rows that the history did not have' }),
  differing: Type.Integer({ description: 'Contexts and sessions that are known with other content, and were left as they are' }),
});

export const pymonRows: Routes = (app, { store }) => {
  const { batch: bodyLimit, batches: most, inflated } = app.limits;
  const turns = new Turns(UNPACKED);
  app.addContentTypeParser(TYPE, { parseAs: 'buffer', bodyLimit }, (_, body, done) => done(null, body));
  app.post(
    '/api/v2/pymon',
    {
      bodyLimit,
      onRequest: atMost(most, 'batches'),
      schema: {
        tags: ['v2'],
        summary: "Store pytest-monitor's rows of another history",
        description: `The body is a JSON object of at most ${BATCH_ROWS} rows, plain or with gzip: ${Object.keys(Rows.properties).join(', ')}, as /api/v1 takes them; a session's description is the text of its JSON, and a metric says its \`count\`. Metrics are stored as a whole or not at all; sent again, nothing changes.`,
        consumes: [TYPE],
        response: { 200: ANSWER, ...ERRORS },
      },
    },
    (request) =>
      turns.take(async () => {
        const rows = rowsIn(await plainBody(request, TYPE, inflated));
        // Whatever is refused is refused before anything is stored.
        const contexts = rows.contexts.map(contextOf);
        const sessions = rows.sessions.map(sessionOf);
        const metrics = rows.metrics.map((row): CountedMetric => ({ ...metricOf(row), count: row.count }));
        const put = [];
        for (const context of contexts) put.push(await store.putPymonContext(context));
        for (const session of sessions) put.push(await store.putPymonSession(session));
        const added = await store.putMissingPymonMetrics(metrics);
        return {
          rows: put.length + metrics.length,
          new: added + put.filter((each) => each === 'new').length,
          differing: put.filter((each) => each === 'other').length,
        };
      }),
  );
};

function rowsIn(bytes: Buffer): Rows {
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (thrown) {
    throw new Refusal(400, `The body is no JSON: ${messageOf(thrown)}`);
  }
  if (!validator.Check(body)) {
    const [error] = validator.Errors(body);
    throw new Refusal(422, `The rows were refused: ${error?.instancePath || 'the body'} ${error?.message ?? 'is wrong'}.`);
  }
  const all = [...body.contexts, ...body.sessions, ...body.metrics];
  if (all.length > BATCH_ROWS)
    throw new Refusal(413, `There are ${all.length} rows, more than ${BATCH_ROWS}. Send several smaller batches.`);
  for (const row of all) {
    for (const [field, value] of Object.entries(row)) {
      const reason = typeof value === 'string' ? unreadable(value) : undefined;
      if (reason !== undefined) throw new Refusal(422, `The rows were refused: ${field}: ${reason}.`);
    }
  }
  return body;
}

function sessionOf({ session_h: id, run_date: runDate, scm_ref: scmId, description }: Rows['sessions'][number]): PymonSession {
  if (normalisedDate(runDate) === undefined)
    throw new Refusal(422, `The session ${id} was refused: its run_date is no date and time in the form of ISO 8601.`);
  let node: Node | undefined;
  try {
    JSON.parse(description);
    node = readJson(description);
  } catch {
    // What is no JSON, or nested without an end, is no object that could be kept.
  }
  if (node?.type !== 'object') throw new Refusal(422, `The session ${id} was refused: its description is no JSON of an object.`);
  checkReadable(node);
  return { id, runDate, scmId, description };
}
