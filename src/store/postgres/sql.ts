/** The port for queries over PostgreSQL. */
import type { Dialect, Sql } from '../sql/port.js';
import type { Connections } from './connections.js';

/** In the collation "C" only ASCII letters have two cases. */
const lower = (text: string): string => `lower(${text} COLLATE "C")`;

export const DIALECT: Dialect = {
  like: (text, pattern) => `${lower(text)} LIKE ${lower(pattern)} ESCAPE ''`,
  contains: (text, part) => `strpos(${lower(text)}, ${lower(part)}) > 0`,
  // As an array, which an index is searched for: a table of unknown size would be joined, and all rows read.
  among: (column, numbers) => `${column} = ANY(ARRAY(SELECT value::bigint FROM json_array_elements_text(${numbers}::json)))`,
  elements: (json) => `json_array_elements_text(${json}::json)`,
  joined: (column) => `string_agg(${column}::text, ',' ORDER BY ${column})`,
  seeksComponents: true,
};

export class PostgresSql implements Sql {
  readonly dialect = DIALECT;

  constructor(readonly connections: Connections) {}

  async rows<T extends readonly unknown[]>(sql: string, ...values: readonly unknown[]): Promise<T[]> {
    return this.connections.frequentRows<T>(sql, ...values);
  }
}
