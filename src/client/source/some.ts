import { RecordBatch, type Schema } from 'apache-arrow';

/** An empty batch where there is none: it says which columns there would be. */
export async function* orEmpty(schema: Schema, batches: AsyncIterable<RecordBatch>): AsyncGenerator<RecordBatch> {
  let some = false;
  for await (const batch of batches) {
    some = true;
    yield batch;
  }
  if (!some) yield new RecordBatch(schema);
}
