/** The table of tokens. */
import { escapeText, unescapeText } from '../../model/escape.js';
import type { NewToken, Scope, StoredToken, Tokens } from '../tokens.js';
import type { Connections } from './connections.js';

type Row = readonly [
  id: string,
  name: string,
  scope: Scope,
  hash: string,
  createdAt: number,
  lastUsedAt: number | null,
  revokedAt: number | null,
];

export class PostgresTokens implements Tokens {
  constructor(readonly connections: Connections) {}

  async list(): Promise<StoredToken[]> {
    const rows = await this.connections.rows<Row>(
      'SELECT id, name, scope, hash, created_at, last_used_at, revoked_at FROM tokens ORDER BY token',
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
    await this.connections.rows(
      'INSERT INTO tokens (id, name, scope, hash, created_at) VALUES (?, ?, ?, ?, ?)',
      id,
      escapeText(name),
      scope,
      hash,
      createdAt,
    );
  }

  async revoke(id: string, at: number): Promise<boolean> {
    const sql = 'UPDATE tokens SET revoked_at = coalesce(revoked_at, ?::bigint) WHERE id = ? RETURNING 1';
    return (await this.connections.rows(sql, at, id)).length > 0;
  }

  async used(id: string, at: number): Promise<void> {
    await this.connections.rows('UPDATE tokens SET last_used_at = ?::bigint WHERE id = ?', at, id);
  }
}
