/** Identities as small integers. */
import { escapeText } from '../../model/escape.js';
import type { Identity } from '../../model/records.js';
import { KnownItems } from '../sql/known-items.js';
import type { Statements } from './statements.js';

const SELECT = `SELECT item FROM items WHERE file = ? AND name = ? AND variant = ? AND describe = ? AND kind = ? AND project = ? AND ordinal = ?`;
const INSERT = `INSERT INTO items (file, name, variant, describe, kind, project, ordinal) VALUES (?, ?, ?, ?, ?, ?, ?)`;

export class Items {
  readonly #statements: Statements;
  readonly #known = new KnownItems();

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  /** The item's number; a new one is stored. Inside a transaction. */
  id(identity: Identity): number {
    let item = this.#known.get(identity);
    if (item === undefined) this.#known.add(identity, (item = this.#store(identity)));
    return item;
  }

  /** After a rollback, or when another process may have removed rows. */
  forget(): void {
    this.#known.forget();
  }

  #store({ file, name, variant, describe, kind, project, ordinal }: Identity): number {
    const values = [
      escapeText(file),
      escapeText(name),
      escapeText(variant),
      JSON.stringify(describe.map(escapeText)),
      kind,
      escapeText(project),
      ordinal,
    ];
    return this.#statements.number(SELECT, ...values) ?? Number(this.#statements.raw(INSERT).run(...values).lastInsertRowid);
  }
}
