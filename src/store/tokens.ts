/** Who may ask a server: what a store keeps of their tokens. The token itself is kept nowhere. */

/** `write` may also read. */
export type Scope = 'read' | 'write';

export interface NewToken {
  /** Short, for people: what `revoke` takes. */
  readonly id: string;
  readonly name: string;
  readonly scope: Scope;
  /** SHA-256 of the token, in hexadecimal. */
  readonly hash: string;
  /** This and all instants here: microseconds since 1970. */
  readonly createdAt: number;
}

export interface StoredToken extends NewToken {
  /** To the minute or so. */
  readonly lastUsedAt?: number;
  readonly revokedAt?: number;
}

/** Rows are never deleted: a store that once had a token never becomes one that needs none. */
export interface Tokens {
  /** Oldest first, revoked ones too. */
  list(): Promise<StoredToken[]>;
  add(token: NewToken): Promise<void>;
  /** @returns whether there is such a token; one that is revoked already stays as it is */
  revoke(id: string, at: number): Promise<boolean>;
  used(id: string, at: number): Promise<void>;
}
