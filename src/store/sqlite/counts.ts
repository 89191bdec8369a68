/** Counts of a session's tests, kept beside it. */
import type { TestCounts } from '../sql/totals.js';
import type { Statements } from './statements.js';

/** Keeps the counts of a session, or forgets them: then whoever misses them counts. Inside a transaction. */
export function setCounts(statements: Statements, session: number, counts: TestCounts | undefined): void {
  statements.run('DELETE FROM session_counts WHERE session = ?', session);
  if (counts === undefined) return;
  statements.run('INSERT INTO session_counts (session, tests, failed, skipped, interrupted) VALUES (?, ?, ?, ?, ?)', session, ...counts);
}
