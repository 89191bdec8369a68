/** The rows of an Arrow batch as entities. */
import type { RecordBatch } from 'apache-arrow';
import type { Metric } from './entities.js';

const JSON_COLUMNS = ['describe', 'tags'];

export function* metricsIn(batch: RecordBatch): Generator<Metric> {
  const columns = batch.schema.fields.map(({ name }, index) => {
    const values = batch.getChildAt(index)!.toArray() as ArrayLike<unknown>;
    return { name, key: camel(name), values, at: batch.getChildAt(index)! };
  });
  for (let row = 0; row < batch.numRows; row++) {
    const metric: Record<string, unknown> = {};
    for (const { name, key, at, values } of columns) {
      const value = (name === 'started_at' ? (at.isValid(row) ? values[row] : null) : at.get(row)) as unknown;
      if (value === null) continue;
      metric[key] = typeof value === 'bigint' ? Number(value) : JSON_COLUMNS.includes(name) ? JSON.parse(value as string) : value;
    }
    yield metric as unknown as Metric;
  }
}

function camel(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
