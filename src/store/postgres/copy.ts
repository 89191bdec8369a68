/** Bulk loading by COPY. */
import { finished } from 'node:stream/promises';
import type { PoolClient } from 'pg';
import { from } from 'pg-copy-streams';

/** @param lines columns with tabs between them, \N for NULL, each line ended */
export async function copyInto(client: PoolClient, table: string, columns: readonly string[], lines: string): Promise<void> {
  const stream = client.query(from(`COPY ${table} (${columns.map((column) => `"${column}"`).join(', ')}) FROM STDIN`));
  stream.end(lines);
  await finished(stream);
}
