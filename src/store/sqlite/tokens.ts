/** The table of tokens. */
import { escapeText, unescapeText } from '../../model/escape.js';
import type { NewToken, Scope, StoredToken, Tokens } from '../tokens.js';
import type { Statements } from './statements.js';

type Row = readonly [
  id: string,
  name: string,
  scope: Scope,
  hash: string,
  createdAt: number,
  lastUsedAt: number | null,
  revokedAt: number | null,
];

/** Runs its work in a transaction. */
type Transaction = <T>(work: () => T) => T;

export class SqliteTokens implements Tokens {
  constructor(
    readonly statements: Statements,
    readonly read: Transaction,
    readonly write: Transaction,
  ) {}

  async list(): Promise<StoredToken[]> {
    const rows = this.read(() =>
      this.statements.rows<Row>('SELECT id, name, scope, hash, created_at, last_used_at, revoked_at FROM tokens ORDER BY token'),
    );
    return rows.map(([id, name, scope, hash, createdAt, lastUsedAt, revokedAt]) => ({
      id,
      name: unescapeText(name),
      scope,
      hash,
      createdAt,
      ...(lastUsedAt !== null && { lastUsedAt }),
      ...(revokedAt !== null && { revokedAt }),
    }));
  }

  async add({ id, name, scope, hash, createdAt }: NewToken): Promise<void> {
    this.write(() =>
      this.statements.run(
        'INSERT INTO tokens (id, name, scope, hash, created_at) VALUES (?, ?, ?, ?, ?)',
        id,
        escapeText(name),
        scope,
        hash,
        createdAt,
      ),
    );
  }

  async revoke(id: string, at: number): Promise<boolean> {
    return this.write(() => this.statements.run('UPDATE tokens SET revoked_at = coalesce(revoked_at, ?) WHERE id = ?', at, id) > 0);
  }

  async used(id: string, at: number): Promise<void> {
    this.write(() => this.statements.run('UPDATE tokens SET last_used_at = ? WHERE id = ?', at, id));
  }
}
