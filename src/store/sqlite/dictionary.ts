/** Texts that many rows share, as small integers. Known ones are remembered, so that a row costs no query. */
import type { Statements } from './statements.js';

export class Dictionary {
  readonly #known = new Map<string, number>();
  readonly #statements: Statements;
  readonly #select: string;
  readonly #insert: string;
  readonly #stored: (text: string) => string;

  /**
   * @param id the table's integer key
   * @param column its text
   * @param stored the text as it is stored
   */
  constructor(statements: Statements, table: string, id: string, column: string, stored: (text: string) => string) {
    this.#statements = statements;
    this.#select = `SELECT ${id} FROM ${table} WHERE ${column} = ?`;
    this.#insert = `INSERT INTO ${table} (${column}) VALUES (?)`;
    this.#stored = stored;
  }

  /** The text's number; a new text is stored. Inside a transaction. */
  id(text: string): number {
    let id = this.#known.get(text);
    if (id === undefined) {
      const stored = this.#stored(text);
      id = this.#statements.number(this.#select, stored) ?? Number(this.#statements.raw(this.#insert).run(stored).lastInsertRowid);
      this.#known.set(text, id);
    }
    return id;
  }

  /** After a rollback, or when another process may have removed rows. */
  forget(): void {
    this.#known.clear();
  }
}
