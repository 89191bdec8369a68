/** Identities as small integers. */
import { escapeText } from '../../model/escape.js';
import type { Identity } from '../../model/records.js';
import type { Statements } from './statements.js';

interface Known {
  readonly item: number;
  readonly identity: Identity;
}

const SELECT = `SELECT item FROM items WHERE file = ? AND name = ? AND variant = ? AND describe = ? AND kind = ? AND project = ? AND ordinal = ?`;
const INSERT = `INSERT INTO items (file, name, variant, describe, kind, project, ordinal) VALUES (?, ?, ?, ?, ?, ?, ?)`;

export class Items {
  readonly #statements: Statements;
  /** By file, then name and variant: candidates, of which the identity decides. One key of all texts would be built for every row. */
  readonly #known = new Map<string, Map<string, Known[]>>();

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  /** The item's number; a new one is stored. Inside a transaction. */
  id(identity: Identity): number {
    const { file, name, variant } = identity;
    let inFile = this.#known.get(file);
    if (inFile === undefined) this.#known.set(file, (inFile = new Map<string, Known[]>()));
    const key = variant === '' ? name : `${name} ${variant}`;
    let alike = inFile.get(key);
    if (alike === undefined) inFile.set(key, (alike = []));
    for (const known of alike) if (isSame(known.identity, identity)) return known.item;
    const item = this.#store(identity);
    alike.push({ item, identity });
    return item;
  }

  /** After a rollback, or when another process may have removed rows. */
  forget(): void {
    this.#known.clear();
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

/** Given that the file is the same. */
function isSame(a: Identity, b: Identity): boolean {
  if (a === b) return true;
  if (a.name !== b.name || a.variant !== b.variant || a.kind !== b.kind || a.ordinal !== b.ordinal || a.project !== b.project) return false;
  if (a.describe.length !== b.describe.length) return false;
  for (let index = 0; index < a.describe.length; index++) if (a.describe[index] !== b.describe[index]) return false;
  return true;
}
