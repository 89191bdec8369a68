/** Execution contexts: one row for each hash. */
import type { Context } from '../../model/records.js';
import type { Statements } from './statements.js';

/** The number of the context; its facts are stored when they were not known. */
export function contextId(statements: Statements, context: Context): number {
  const { hash, ...facts } = context;
  statements.run(
    `INSERT INTO contexts (hash, facts) VALUES (?, ?) ON CONFLICT (hash) DO UPDATE SET facts = excluded.facts WHERE facts IS NULL`,
    hash,
    JSON.stringify(facts),
  );
  return statements.number('SELECT context FROM contexts WHERE hash = ?', hash)!;
}
