/** The rows of an Arrow batch as entities. */
import type { RecordBatch } from 'apache-arrow';
import type { Metric } from '../entities.js';
import { cellReaders, type ReadCell } from '../frame/cells.js';
import { JSON_COLUMNS } from '../frame/table.js';

export type ReadMetric = (row: number) => Metric;

/** @param only these columns; absent: all */
export function metricReader(batch: RecordBatch, only?: readonly string[]): ReadMetric {
  const readers = cellReaders(batch);
  const all = batch.schema.fields.map(({ name }, index) => ({
    name,
    key: name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
    read: JSON_COLUMNS.has(name) ? parsed(readers[index]!) : readers[index]!,
  }));
  const columns = only === undefined ? all : all.filter(({ name }) => only.includes(name));
  return (row) => {
    const metric: Record<string, unknown> = {};
    for (const { key, read } of columns) {
      const value = read(row);
      if (value !== null) metric[key] = value;
    }
    return metric as unknown as Metric;
  };
}

/** Each text once: the rows share what it stands for. */
function parsed(read: ReadCell): (row: number) => unknown {
  const known = new Map<string, unknown>();
  return (row) => {
    const text = read(row) as string | null;
    if (text === null) return null;
    let value = known.get(text);
    if (value === undefined) known.set(text, (value = JSON.parse(text) as unknown));
    return value;
  };
}
