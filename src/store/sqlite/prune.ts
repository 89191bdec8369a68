/** Drops sessions, and what only they used. */
import type { Pruned, PruneQuery } from '../prune.js';
import type { Statements } from './statements.js';

/** Sessions of one transaction: others who write wait no longer than that takes. */
const AT_ONCE = 20;

/** What rows of a session point to, by name: the table, its key, and which rows point to it (`?` is the session). */
const SHARED = {
  items: ['items', 'item', ['SELECT item FROM metrics']],
  components: ['components', 'component', ['SELECT component FROM metrics']],
  tags: ['reading_tags', 'tags', ['SELECT tags FROM metrics']],
  contexts: ['contexts', 'context', ['SELECT context FROM sessions', 'SELECT context FROM writers']],
  packages: ['packages', 'package', ['SELECT package FROM session_packages']],
  foreignItems: ['foreign_items', 'foreign_item', ['SELECT foreign_item FROM foreign_readings']],
} as const satisfies Readonly<Record<string, readonly [table: string, key: string, users: readonly string[]]>>;

type Counts = { -readonly [K in keyof Pruned]: Pruned[K] };

/** @param transaction runs its work in one; work that throws changes nothing */
export function prune(statements: Statements, query: PruneQuery, transaction: (work: () => void) => void): Pruned {
  const found = sessionsOf(statements, query);
  const counts: Counts = { sessions: 0, readings: 0, items: 0, components: 0, tags: 0, contexts: 0, packages: 0 };
  // What would be dropped is what is dropped, and put back.
  const undone = new Error('dry run');
  const size = query.dryRun === true ? Math.max(found.length, 1) : AT_ONCE;
  for (let from = 0; from < found.length; from += size) {
    try {
      transaction(() => {
        drop(statements, found.slice(from, from + size), counts);
        if (query.dryRun === true) throw undone;
      });
    } catch (thrown) {
      if (thrown !== undone) throw thrown;
    }
  }
  return counts;
}

/** Oldest first: what is cut short has dropped the oldest. */
function sessionsOf(statements: Statements, { before, keepLast = 0 }: PruneQuery): number[] {
  return statements
    .rows<[number]>(
      `SELECT session FROM sessions WHERE started_at < ? AND session NOT IN (
         SELECT session FROM sessions ORDER BY started_at DESC, session DESC LIMIT ?) ORDER BY started_at, session`,
      before,
      keepLast,
    )
    .map(([session]) => session);
}

function drop(statements: Statements, sessions: readonly number[], counts: Counts): void {
  const { database } = statements;
  const list = sessions.join(', ');
  for (const [name, [, key, users]] of Object.entries(SHARED)) {
    database.exec(`CREATE TEMP TABLE pruned_${name} AS SELECT DISTINCT ${key} AS id FROM
      (${users.map((user) => `${user} WHERE session IN (${list})`).join(' UNION ALL ')}) WHERE ${key} IS NOT NULL`);
  }
  for (const table of tablesBySession(statements)) {
    const { changes } = database.prepare(`DELETE FROM ${table} WHERE session IN (${list})`).run();
    if (table === 'metrics') counts.readings += changes;
    if (table === 'sessions') counts.sessions += changes;
  }
  for (const [name, [table, key, users]] of Object.entries(SHARED)) {
    const used = users.map((user) => `AND id NOT IN (${user} WHERE ${key} IS NOT NULL)`).join(' ');
    const gone = `SELECT id FROM pruned_${name} WHERE true ${used}`;
    if (name === 'contexts') database.exec(`DELETE FROM foreign_contexts WHERE context IN (${gone})`);
    const { changes } = database.prepare(`DELETE FROM ${table} WHERE ${key} IN (${gone})`).run();
    if (name in counts) counts[name as keyof Pruned] += changes;
    database.exec(`DROP TABLE pruned_${name}`);
  }
}

/** Whatever a later version keeps by session goes with it. */
function tablesBySession(statements: Statements): string[] {
  return statements
    .rows<[string]>(
      `SELECT t.name FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table' AND c.name = 'session' ORDER BY t.name`,
    )
    .map(([name]) => name);
}
