/** What pytest-monitor's metrics have in common, as the numbers of the tables; made where it is missing, and remembered. */
import type { PymonMetric } from '../pymon-rows.js';
import { instant, NOW } from './expressions.js';
import type { Statements } from './statements.js';

/** Remembered texts of a kind; more are asked for again. */
const LIMIT = 20_000;

export interface KnownItem {
  readonly item: number;
  readonly foreignItem: number;
}

/** All of it inside a transaction. */
export class PymonNumbers {
  readonly #statements: Statements;
  readonly #sessions = new Map<string, number>();
  readonly #writers = new Map<string, number>();
  readonly #components = new Map<string, number>();
  readonly #items = new Map<string, KnownItem>();

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  /** After a rollback, or when another process has written. */
  forget(): void {
    for (const known of [this.#sessions, this.#writers, this.#components, this.#items]) known.clear();
  }

  session({ session, startTime }: PymonMetric): number {
    return remembered(this.#sessions, session, () => {
      const id = escaped(session);
      return (
        this.#statements.number('SELECT session FROM sessions WHERE id = ?', id) ??
        this.#insert(
          `INSERT INTO sessions (id, known, started_at) SELECT ?, 0, coalesce(${instant('x.start')}, ${NOW}) FROM (SELECT ? AS start) x`,
          id,
          startTime,
        )
      );
    });
  }

  /** A context of its own for each metric: in ours it hangs on the writer. */
  writer(session: number, context: string): number {
    return remembered(this.#writers, `${session} ${context}`, () => {
      const name = `pytest-monitor:${escaped(context)}`;
      const known = this.#statements.number('SELECT writer FROM writers WHERE session = ? AND name = ?', session, name);
      if (known !== undefined) return known;
      const writer = this.#statements.number('SELECT coalesce(max(writer), 0) + 1 FROM writers WHERE session = ?', session)!;
      const number =
        this.#statements.number('SELECT context FROM contexts WHERE hash = ?', context) ??
        this.#insert('INSERT INTO contexts (hash) VALUES (?)', context);
      this.#statements.run('INSERT INTO writers (session, writer, name, context) VALUES (?, ?, ?, ?)', session, writer, name, number);
      return writer;
    });
  }

  component(component: string): number {
    return remembered(this.#components, component, () => {
      const name = escaped(component);
      return (
        this.#statements.number('SELECT component FROM components WHERE name = ?', name) ??
        this.#insert('INSERT INTO components (name) VALUES (?)', name)
      );
    });
  }

  item({ itemPath, item, variant, fsLoc, kind, component }: PymonMetric): KnownItem {
    const texts = [itemPath, item, variant, fsLoc, kind, component];
    return remembered(this.#items, JSON.stringify(texts), () => {
      const identity = [
        escaped(fsLoc),
        escaped(item),
        variant === item ? '' : escaped(variant),
        // Written by SQLite, as the view does.
        itemPath === '' ? '[]' : (this.#statements.value('SELECT json_array(?)', escaped(itemPath)) as string),
        escaped(kind),
      ];
      const number =
        this.#statements.number(
          `SELECT item FROM items WHERE file = ? AND name = ? AND variant = ? AND describe = ? AND kind = ? AND project = '' AND ordinal = 0`,
          ...identity,
        ) ??
        this.#insert(
          `INSERT INTO items (file, name, variant, describe, kind, project, ordinal) VALUES (?, ?, ?, ?, ?, '', 0)`,
          ...identity,
        );
      const foreignItem =
        this.#statements.number(
          `SELECT foreign_item FROM foreign_items
           WHERE item_path = ? AND name = ? AND item_variant = ? AND item_fs_loc = ? AND kind = ? AND component = ?`,
          ...texts,
        ) ??
        this.#insert(
          `INSERT INTO foreign_items (item, item_path, name, item_variant, item_fs_loc, kind, component) VALUES (?, ?, ?, ?, ?, ?, ?)`,
          number,
          ...texts,
        );
      return { item: number, foreignItem };
    });
  }

  #insert(sql: string, ...values: unknown[]): number {
    return Number(this.#statements.raw(sql).run(...values).lastInsertRowid);
  }
}

function remembered<T>(known: Map<string, T>, key: string, find: () => T): T {
  let value = known.get(key);
  if (value === undefined) {
    value = find();
    if (known.size >= LIMIT) known.clear();
    known.set(key, value);
  }
  return value;
}

/** As `escaped` of expressions.ts. */
export function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\');
}
