/** Batches of records come in: checked as a whole, stored in one transaction, and answered with what was new. */
import { Type } from 'typebox';
import { BATCH_TYPE, BatchRefused, decodeBatch, type Batch } from '../../journal/batch.js';
import { BATCH_ROWS } from '../../journal/batch-limits.js';
import { atMost } from '../concurrency.js';
import { Refusal } from '../refusal.js';
import type { Routes } from '../routes.js';
import { Turns } from '../turns.js';
import { plainBody } from './plain-body.js';
import { ERRORS } from './schemas.js';

/** Batches that are unpacked at one time: each may take many times the memory of what was sent. */
const UNPACKED = 4;

const ANSWER = Type.Object({
  session: Type.String(),
  rows: Type.Integer({ description: 'Rows of the batch' }),
  new: Type.Integer({ description: 'Rows that the history did not have, or had as interrupted ones' }),
});

export const batches: Routes = (app, { store }) => {
  const { batch: bodyLimit, batches: most, inflated } = app.limits;
  const turns = new Turns(UNPACKED);
  app.addContentTypeParser(BATCH_TYPE, { parseAs: 'buffer', bodyLimit }, (_, body, done) => done(null, body));
  app.post(
    '/api/v2/batches',
    {
      bodyLimit,
      onRequest: atMost(most, 'batches'),
      schema: {
        tags: ['v2'],
        summary: 'Store a batch of records',
        description: `The body is a batch (${BATCH_TYPE}) of at most ${BATCH_ROWS} rows, plain or with gzip. It is stored as a whole or not at all; sent again, it changes nothing.`,
        consumes: [BATCH_TYPE],
        response: { 200: ANSWER, ...ERRORS },
      },
    },
    (request) =>
      turns.take(async () => {
        const batch = decoded(await plainBody(request, BATCH_TYPE, inflated));
        const changed = await store.putBatch(batch);
        return { session: batch.session.id, rows: batch.records.length, new: changed };
      }),
  );
};

function decoded(bytes: Buffer): Batch {
  try {
    const batch = decodeBatch(bytes);
    if (batch.records.length > BATCH_ROWS)
      throw new Refusal(413, `The batch has ${batch.records.length} rows, more than ${BATCH_ROWS}. Send several smaller ones.`);
    return batch;
  } catch (thrown) {
    if (thrown instanceof BatchRefused) throw new Refusal(422, thrown.message);
    throw thrown;
  }
}
